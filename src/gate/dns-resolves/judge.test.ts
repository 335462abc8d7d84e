import { expect, test } from 'vitest';
import { Failed } from '../../core/failure.ts';
import type { Subject } from '../gate.ts';
import { type Asked, dnsResolves, judge } from './index.ts';

const asked = (found: Asked['found'], is: readonly string[] | null = null): Asked => ({
  name: 'api.example.com',
  type: 'A',
  is,
  found,
});

test('a name has to stand for all that is asked for, and for nothing else', () => {
  const is = ['10.0.0.1', '10.0.0.2'];
  expect(judge([asked(['10.0.0.2', '10.0.0.1'], is)])).toEqual({
    kind: 'pass',
    because: 'api.example.com is 10.0.0.1, 10.0.0.2',
  });
  expect(judge([asked(['10.0.0.1'], is)]).kind).toBe('fail');
  expect(judge([asked(['10.0.0.1', '10.0.0.2', '10.9.9.9'], is)])).toEqual({
    kind: 'fail',
    because: 'api.example.com is 10.0.0.1, 10.0.0.2, 10.9.9.9, and not 10.0.0.1, 10.0.0.2',
  });
  expect(judge([asked(['10.0.0.1'])]).kind).toBe('pass');
});

test('the same record may be spelled in several ways', () => {
  expect(judge([asked(['2001:db8::1'], ['2001:0DB8:0:0::0001'])]).kind).toBe('pass');
  expect(judge([asked(['front.example.net'], ['Front.example.net.'])]).kind).toBe('pass');
});

test('no record fails, and what could not be looked up is not known', () => {
  expect(judge([asked([])])).toEqual({ kind: 'fail', because: 'api.example.com has no A record' });
  expect(judge([asked({ unread: 'the resolver is silent' })]).kind).toBe('unknown');
  expect(judge(null).kind).toBe('unknown');
});

function subject(frontDoor: string | null, records: Record<string, readonly string[] | null>): Subject {
  const reach = {
    records: async (name: string, type: string) => {
      const found = records[`${name}/${type}`];
      if (found === null) throw new Failed({ code: 'unavailable', message: 'silent', retryAfterMs: 1 });
      return found ?? [];
    },
  };
  return { reach, site: { look: async () => ({ frontDoor }) } } as unknown as Subject;
}

test('where nothing is named, the name of the service has to have an address of either kind', async () => {
  const at = (records: Record<string, readonly string[] | null>) =>
    dnsResolves.check(subject('https://api.example.com/v1', records), {});
  expect(await at({ 'api.example.com/AAAA': ['2001:db8::1'] })).toEqual({
    kind: 'pass',
    because: 'api.example.com is 2001:db8::1',
  });
  expect((await at({})).kind).toBe('fail');
  expect((await at({ 'api.example.com/A': ['10.0.0.1'], 'api.example.com/AAAA': null })).kind).toBe(
    'unknown',
  );
});

test.each(['http://127.0.0.1:8080', 'http://[::1]/', 'http://localhost:3000', null])(
  'an address without a name that could be looked up (%s) is not known',
  async (frontDoor) => {
    expect((await dnsResolves.check(subject(frontDoor, {}), {})).kind).toBe('unknown');
  },
);

test('records are asked for as they are written', async () => {
  const settings = { records: [{ name: 'www.example.com', type: 'CNAME', is: ['front.example.net'] }] };
  expect(
    (await dnsResolves.check(subject(null, { 'www.example.com/CNAME': ['front.example.net'] }), settings))
      .kind,
  ).toBe('pass');
  expect(
    dnsResolves.Settings.safeParse({ records: [{ name: 'www.example.com', type: 'TXT' }] }).success,
  ).toBe(false);
});
