import { expect, test } from 'vitest';
import type { Line } from './log-ring.ts';
import { type Query, selectLines } from './select-lines.ts';

const source = (release: string, lines: readonly Line[]) => ({
  arm: { release, version: `v-${release}` },
  log: { lines: () => lines },
});
const sources = [
  source('a', [
    { atMs: 1, level: 'info', text: 'ready' },
    { atMs: 4, level: 'error', text: 'Broken pipe' },
  ]),
  source('b', [
    { atMs: 2, level: null, text: 'hello' },
    { atMs: 3, level: 'warn', text: 'slow pipe' },
  ]),
];
const everything: Query = { releaseId: null, sinceMs: 0, linesMax: 100, contains: null, level: null };
const times = (query: Partial<Query>) =>
  selectLines(sources, { ...everything, ...query }).map(({ atMs }) => atMs);

test.each<[string, Partial<Query>, number[]]>([
  ['everything comes in the order of time, whoever said it', {}, [1, 2, 3, 4]],
  ['the newest stay', { linesMax: 2 }, [3, 4]],
  ['nothing is what was asked for', { linesMax: 0 }, []],
  ['one release alone', { releaseId: 'b' }, [2, 3]],
  ['since a moment', { sinceMs: 3 }, [3, 4]],
  ['a level and everything worse', { level: 'warn' }, [3, 4]],
  ['words in any spelling', { contains: 'PIPE' }, [3, 4]],
])('%s', (_, query, expected) => {
  expect(times(query)).toEqual(expected);
});

test('a line says which version it is from', () => {
  expect(selectLines(sources, everything)[1]).toEqual({
    atMs: 2,
    level: null,
    version: 'v-b',
    text: 'hello',
  });
});
