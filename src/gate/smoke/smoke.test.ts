import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnsweredOnce, AskedOnce } from '../../http/answer-once.ts';
import type { Subject } from '../gate.ts';
import { smoke } from './index.ts';

type Given = { status?: number; headers?: Record<string, string>; text?: string | null } | null;

const answered = (given: Given): AnsweredOnce | null =>
  given === null
    ? null
    : {
        status: given.status ?? 200,
        header: (name) => given.headers?.[name.toLowerCase()] ?? null,
        text: given.text === undefined ? 'all is well' : given.text,
      };

/** Asks with one answer after another; the last one stays. */
async function ask(
  settings: object,
  given: readonly Given[],
  frontDoor: string | null = 'https://api.example.com/v1/',
) {
  const asked: AskedOnce[] = [];
  const reach = {
    answer: async (one: AskedOnce) => {
      asked.push(one);
      return answered(given[Math.min(asked.length, given.length) - 1] ?? null);
    },
  };
  const site = { look: async () => ({ frontDoor }) };
  const target = { version: { name: 'v2', commit: null } };
  const verdict = await smoke.check({ reach, site, target } as unknown as Subject, settings);
  return { verdict, asked };
}

const one = (wanted: object, settings: object = {}) => ({
  requests: [{ path: '/health', ...wanted }],
  ...settings,
});

test('it is asked where people come to it, below its own path', async () => {
  const { verdict, asked } = await ask(one({ contains: 'well' }), [{}]);
  expect(verdict).toEqual({ kind: 'pass', because: 'GET /health answered with 200' });
  expect(asked).toEqual([{ url: 'https://api.example.com/v1/health', method: 'GET', deadlineMs: 5_000 }]);
  const elsewhere = await ask(
    one({ method: 'HEAD' }, { base: 'https://www.example.com', answerWithin: '2s' }),
    [{}],
    null,
  );
  expect(elsewhere.asked).toEqual([
    { url: 'https://www.example.com/health', method: 'HEAD', deadlineMs: 2_000 },
  ]);
  expect((await ask({}, [{}])).asked.map(({ url }) => url)).toEqual(['https://api.example.com/v1/']);
});

test.each<[string, object, Given, string]>([
  ['status', {}, { status: 503 }, 'GET /health answered 503 and not 200'],
  ['redirect', {}, { status: 302 }, 'GET /health answered 302 and not 200'],
  ['words', { contains: 'ready' }, {}, 'GET /health answered without “ready”'],
  ['length', { contains: 'ready' }, { text: null }, 'GET /health answered with more than we read'],
  ['header', { headers: { 'content-type': 'json' } }, {}, 'GET /health answered without content-type'],
  [
    'value',
    { headers: { 'Content-Type': 'json' } },
    { headers: { 'content-type': 'text/html' } },
    'GET /health answered with Content-Type: text/html',
  ],
  [
    'version',
    { versionHeader: 'x-slipway-version' },
    { headers: { 'x-slipway-version': 'v1' } },
    'GET /health answered from v1 and not from v2',
  ],
  [
    'silence about the version',
    { versionHeader: 'x-slipway-version' },
    {},
    'GET /health does not say which version it is from',
  ],
])('an answer with the wrong %s fails', async (_, wanted, given, because) => {
  expect((await ask(one(wanted), [given])).verdict).toEqual({ kind: 'fail', because });
});

test('so many good answers have to follow each other, within so many tries', async () => {
  const settings = one({}, { inARow: 3, tries: 6 });
  const bad = { status: 500 };
  expect((await ask(settings, [{}, bad, {}, {}, {}])).verdict).toEqual({
    kind: 'pass',
    because: 'GET /health answered 3 times in a row with 200',
  });
  expect((await ask(settings, [bad, bad, bad, bad, {}, {}])).verdict.kind).toBe('fail');
  expect((await ask(settings, [{}, {}, {}])).asked).toHaveLength(3);
});

test('no answer and no address are not known', async () => {
  expect((await ask(one({}), [null])).verdict).toEqual({
    kind: 'unknown',
    because: 'GET /health gave no answer',
  });
  expect((await ask(one({}), [{}], null)).verdict.kind).toBe('unknown');
});

test('nothing of what is written can lead to another host', () => {
  const takes = (path: string) => smoke.Settings.safeParse(one({ path })).success;
  expect(['/', '/health', '/a?b=c', '/a/../b', '/@other.example.com'].filter((path) => !takes(path))).toEqual(
    [],
  );
  const refused = [
    '',
    'health',
    '//other.example.com',
    '/\\other.example.com',
    'https://other.example.com/',
    '/a b',
    '/a\n',
    '/a#b',
  ];
  expect(refused.filter(takes)).toEqual([]);
});

test('whatever path is taken, the host stays the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary-ascii' }), async (rest) => {
      const settings = one({ path: `/${rest}` });
      if (!smoke.Settings.safeParse(settings).success) return true;
      const { asked } = await ask(settings, [{}]);
      return asked.every(({ url }) => new URL(url).origin === 'https://api.example.com');
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  { inARow: 3, tries: 2 },
  one({ method: 'HEAD', contains: 'x' }),
  one({ status: 99 }),
  { base: 'http://api.example.com' },
  { retries: 3 },
])('%j is refused when it is written', (settings) => {
  expect(smoke.Settings.safeParse(settings).success).toBe(false);
});
