import { expect, test } from 'vitest';
import { Failed, type Failure } from '../core/failure.ts';
import type { Http } from '../http/door.ts';
import type { Subject } from './gate.ts';
import { factsOf, judgeReport, type Says, saysNothing, takenAt, takenAtMs } from './report.ts';
import { From, fill, NamedFrom, type Read, readReport } from './report-from.ts';

const COMMIT = '3f2c9d1a77aa00bb11cc22dd33ee44ff55667788';
const version = { name: 'v2', commit: COMMIT };
const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;

function judged(says: Partial<Says>, read: Partial<Extract<Read, { kind: 'read' }>> = {}, of = version) {
  const found: Read = { kind: 'read', text: '', changedAtMs: NOW, isNamed: false, ...read };
  const parse = () => ({ kind: 'report', content: 'fine', says: { ...saysNothing, ...says } }) as const;
  const facts = factsOf(found, parse, of as typeof version, NOW);
  return judgeReport(facts, { ageMax: 24 * HOUR_MS, mustBeNamed: true }, (content) => ({
    kind: 'pass',
    because: content,
  }));
}

test('a report of this commit, or of this version, is judged', () => {
  expect(judged({ commits: [COMMIT] })).toEqual({ kind: 'pass', because: 'fine' });
  expect(judged({ commits: ['3F2C9D1'] }).kind).toBe('pass');
  expect(judged({ versions: ['v2'] }).kind).toBe('pass');
  expect(judged({}, { isNamed: true }).kind).toBe('pass');
});

test.each<[string, Partial<Says>, Partial<Extract<Read, { kind: 'read' }>>]>([
  ['of another commit', { commits: ['3f2c9d1b77aa'] }, { isNamed: true }],
  ['of two commits, one of them another', { commits: [COMMIT, 'ffffffffffff'] }, {}],
  ['of a commit that is shortened too much', { commits: ['3f2c9d'] }, {}],
  ['of another version', { versions: ['v1'] }, { isNamed: true }],
  ['of nothing that anybody names', {}, {}],
  ['of a time that nobody says', { commits: [COMMIT] }, { changedAtMs: null }],
  ['that is too old', { commits: [COMMIT], taken: takenAtMs(NOW - 25 * HOUR_MS) }, {}],
  ['that was put there too long ago', { commits: [COMMIT] }, { changedAtMs: NOW - 25 * HOUR_MS }],
  [
    'that is copied anew and was made too long ago',
    { commits: [COMMIT], taken: takenAt('2026-11-01T10:00:00Z') },
    {},
  ],
  ['from the future', { commits: [COMMIT], taken: takenAtMs(NOW + HOUR_MS) }, {}],
])('a report %s is not known', (_, says, read) => {
  expect(judged(says, read).kind).toBe('unknown');
});

test('where nobody knows the commit, a report that names one says nothing', () => {
  expect(judged({ commits: [COMMIT] }, {}, { name: 'v2', commit: null as never }).kind).toBe('unknown');
});

test('a time without a zone is taken for any place on earth', () => {
  expect(takenAt('2026-11-20T12:00:00')).toEqual({
    earliestMs: NOW - 14 * HOUR_MS,
    latestMs: NOW + 12 * HOUR_MS,
  });
  expect(takenAt('2026-11-20T14:00:00.123+02:00')).toEqual({ earliestMs: NOW, latestMs: NOW });
  expect(['', 'yesterday', '2026-13-01T00:00:00Z', '1700000000'].map(takenAt)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('a place is an https address or a path, with nothing in it but the two words', () => {
  const taken = [
    'reports/{commit}/junit.xml',
    '/var/reports/{version}.xml',
    'https://ci.example.com/a/{commit}?artefact={version}',
    'http://127.0.0.1:8080/junit.xml',
  ];
  const refused = [
    'http://ci.example.com/junit.xml',
    'http://127.0.0.1.example.com/junit.xml',
    'https://me:word@ci.example.com/junit.xml',
    'https://{version}.example.com/junit.xml',
    'https://ci.example.com//other.example.com/junit.xml',
    'file:///etc/passwd',
    'ftp://ci.example.com/junit.xml',
    'reports/{branch}/junit.xml',
    'reports/{{commit}}/x.xml',
  ];
  expect(taken.filter((from) => !From.safeParse(from).success)).toEqual([]);
  expect(refused.filter((from) => From.safeParse(from).success)).toEqual([]);
  expect(NamedFrom.safeParse('reports/lcov.info').success).toBe(false);
});

test('a version is one word of the place, whatever it is called', () => {
  const at = (from: string, name: string) => {
    const filled = fill(from, { name, commit: COMMIT });
    return filled.kind === 'filled' ? filled.at : null;
  };
  expect(at('r/{commit}/{version}.xml', 'v2')).toBe(`r/${COMMIT}/v2.xml`);
  expect(at('https://ci.example.com/{version}/x', 'release/2')).toBe('https://ci.example.com/release%2F2/x');
  expect(at('r/{version}.xml', 'release/2')).toBeNull();
  for (const name of [
    '..',
    '../secret',
    'a/../b',
    '',
    '.env',
    'v2?x=1',
    'v2#',
    'v 2',
    'v2\u0000',
    '{commit}',
  ]) {
    expect([name, at('r/{version}.xml', name)]).toEqual([name, null]);
    expect([name, at('https://ci.example.com/{version}', name)]).toEqual([name, null]);
  }
  expect(fill('r/{commit}.xml', { name: 'v2', commit: null }).kind).toBe('unfilled');
  expect(fill('r/{commit}.xml', { name: 'v2', commit: '../../x' }).kind).toBe('unfilled');
});

function subjectWith(send: () => Promise<unknown>, file: () => Promise<never>): Subject {
  const outside = (baseUrl: string, secret: string | null) => {
    asked.push([baseUrl, secret]);
    return { send } as unknown as Http;
  };
  return { outside, reach: { file }, target: { version } } as unknown as Subject;
}

let asked: [string, string | null][] = [];
const fails = (code: Failure['code']) => async () => {
  throw new Failed({ code, message: 'it is so', retryAfterMs: null });
};

test('an address is asked with its secret, and with nothing of the path in the name of the host', async () => {
  asked = [];
  const reply = { value: '<x/>', header: () => 'Fri, 20 Nov 2026 11:00:00 GMT' };
  const subject = subjectWith(async () => reply, fails('rejected'));
  const from = 'https://ci.example.com/{commit}/junit.xml';
  expect(await readReport(subject, { from, secret: 'env:CI' })).toEqual({
    kind: 'read',
    text: '<x/>',
    changedAtMs: NOW - HOUR_MS,
    isNamed: true,
  });
  expect(asked).toEqual([['https://ci.example.com', 'env:CI']]);
});

test('what keeps a report from being read is a reason, and repeats no query', async () => {
  const subject = subjectWith(fails('not-found'), fails('rejected'));
  const address = await readReport(subject, { from: 'https://ci.example.com/{commit}.xml?token=abc' });
  expect(address).toEqual({
    kind: 'unread',
    because: `there is no report at https://ci.example.com/${COMMIT}.xml`,
  });
  expect(await readReport(subject, { from: 'r/{commit}.xml' })).toEqual({
    kind: 'unread',
    because: 'it is so',
  });
});
