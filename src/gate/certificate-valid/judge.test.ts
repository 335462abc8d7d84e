import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Certificate } from '../../http/certificate.ts';
import type { Subject } from '../gate.ts';
import { certificateValid, judge } from './index.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;
const GOOD: Certificate = {
  distrust: null,
  isForName: true,
  validFromMs: NOW - 30 * DAY_MS,
  validUntilMs: NOW + 60 * DAY_MS,
};
const verdictOn = (certificate: Certificate | 'plain' | null, daysMin = 14) =>
  judge({ nowMs: NOW, hosts: [{ host: 'api.example.com', certificate }] }, { daysMin });

test('a trusted certificate for the name, with days to spare, passes', () => {
  expect(verdictOn(GOOD)).toEqual({
    kind: 'pass',
    because: 'the certificate of api.example.com is good until 2027-01-19 12:00 UTC',
  });
  expect(verdictOn({ ...GOOD, validUntilMs: NOW + 14 * DAY_MS }).kind).toBe('pass');
});

test.each<[string, Certificate | 'plain', string]>([
  ['that ends too soon', { ...GOOD, validUntilMs: NOW + 13.5 * DAY_MS }, 'for 13 days and not for 14'],
  ['that has ended', { ...GOOD, validUntilMs: NOW, distrust: 'CERT_HAS_EXPIRED' }, 'has ended'],
  ['that is not good yet', { ...GOOD, validFromMs: NOW + 1 }, 'not good yet'],
  ['of another name', { ...GOOD, isForName: false }, 'another name'],
  ['that nobody trusts', { ...GOOD, distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['that is not shown at all', 'plain', 'without encryption'],
])('a certificate %s fails', (_, certificate, words) => {
  expect(verdictOn(certificate)).toEqual({ kind: 'fail', because: expect.stringContaining(words) });
});

test('no answer and no address are not known; one bad name of several is enough', () => {
  expect(verdictOn(null).kind).toBe('unknown');
  expect(judge({ nowMs: NOW, hosts: null }, { daysMin: 14 }).kind).toBe('unknown');
  const hosts = [GOOD, { ...GOOD, isForName: false }].map((certificate, index) => ({
    host: `h${index}`,
    certificate,
  }));
  expect(judge({ nowMs: NOW, hosts }, { daysMin: 14 }).kind).toBe('fail');
});

// What Date.parse can answer with.
const moment = fc.oneof(fc.double({ min: -8.64e15, max: 8.64e15 }), fc.constant(Number.NaN));

test('no moment that is none ever passes', () => {
  fc.assert(
    fc.property(moment, moment, (validFromMs, validUntilMs) => {
      const isGood = validFromMs <= NOW && validUntilMs >= NOW + 14 * DAY_MS && Number.isFinite(validUntilMs);
      return verdictOn({ ...GOOD, validFromMs, validUntilMs }).kind !== 'pass' || isGood;
    }),
    { numRuns: 10_000 },
  );
});

function subject(frontDoor: string | null): { subject: Subject; asked: [string, number][] } {
  const asked: [string, number][] = [];
  const reach = {
    certificate: async (host: string, port: number) => {
      asked.push([host, port]);
      return GOOD;
    },
  };
  const site = { look: async () => ({ atMs: NOW, frontDoor, releases: [] }) };
  return { subject: { site, reach, nowMs: NOW } as unknown as Subject, asked };
}

test('it is looked at where people come to the service, or at the names that are given', async () => {
  const front = subject('https://api.example.com:8443/v1');
  await certificateValid.check(front.subject, {});
  const named = subject(null);
  await certificateValid.check(named.subject, { hosts: ['a.example.com', 'b.example.com:8443'] });
  expect([front.asked, named.asked]).toEqual([
    [['api.example.com', 8443]],
    [
      ['a.example.com', 443],
      ['b.example.com', 8443],
    ],
  ]);
  expect((await certificateValid.check(subject('http://api.example.com').subject, {})).kind).toBe('fail');
  expect((await certificateValid.check(subject(null).subject, {})).kind).toBe('unknown');
  const takes = (host: string) => certificateValid.Settings.safeParse({ hosts: [host] }).success;
  // What is no address would be looked at by nobody, and the gate would pass on the others alone.
  expect(['api.example.com/path', 'b.example.com:99999', '999.1.1.1'].filter(takes)).toEqual([]);
});
