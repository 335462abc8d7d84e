import { describe, expect, test } from 'vitest';
import { clean, LINE_BYTES_MAX, LINES_MAX, levelOf, logRing } from './log-ring.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('what is kept of a service\u2019s output', () => {
  test('lines arrive whole, whatever pieces they came in', () => {
    const ring = logRing();
    const output = bytes('first\nsecönd\nthird');
    for (const byte of output) ring.take('out', Buffer.from([byte]), 7);
    expect(ring.lines()).toEqual([
      { atMs: 7, level: null, text: 'first' },
      { atMs: 7, level: null, text: 'secönd' },
    ]);
    ring.end(8);
    expect(ring.last(2)).toEqual(['secönd', 'third']);
  });

  test('the newest lines stay when there are too many', () => {
    const ring = logRing();
    for (let line = 0; line < LINES_MAX + 10; line++) ring.take('out', bytes(`line ${line}\n`), line);
    expect(ring.lines()).toHaveLength(LINES_MAX);
    expect(ring.lines()[0]?.text).toBe('line 10');
  });

  test('a flood of long lines takes two megabytes at most', () => {
    const ring = logRing();
    for (let line = 0; line < 3_000; line++) ring.take('out', bytes(`${'x'.repeat(2_000)}\n`), line);
    const kept = ring.lines().reduce((sum, { text }) => sum + text.length, 0);
    expect(kept).toBeGreaterThan(1_900_000);
    expect(kept).toBeLessThanOrEqual(2 * 1_024 * 1_024);
  });

  test('a line that never ends is bounded too', () => {
    const ring = logRing();
    for (let piece = 0; piece < 100; piece++) ring.take('out', bytes('x'.repeat(1_000)), 0);
    ring.take('out', bytes('\n'), 0);
    expect(Buffer.byteLength(ring.lines()[0]?.text ?? '')).toBeLessThanOrEqual(LINE_BYTES_MAX);
  });

  test('what looks like a secret is not kept', () => {
    const ring = logRing();
    ring.take('out', bytes('info connecting to postgres://app:hunter22@db/app\n'), 0);
    expect(ring.lines()[0]?.text).toBe('info connecting to postgres://app:[redacted]@db/app');
  });

  test('the error stream counts as errors unless a line says otherwise', () => {
    const ring = logRing();
    ring.take('err', bytes('Error: no such file\nwarn: slow\n'), 0);
    expect(ring.lines().map(({ level }) => level)).toEqual(['error', 'warn']);
    ring.take('err', bytes('    at main.js:1\n'), 0);
    expect(ring.lines().at(-1)?.level).toBe('error');
  });
});

describe('clean', () => {
  test('colours, cursor movements, titles, control characters and direction marks go', () => {
    expect(clean('\u001b[31mred\u001b[0m \u001b]0;title\u0007a\u0000b\u202ec\td\r')).toBe('red abc\td');
  });

  test('a line is cut at a whole letter', () => {
    const cut = clean('é'.repeat(2_000));
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(LINE_BYTES_MAX);
    expect(cut).toMatch(/^é+…$/);
  });
});

test.each([
  ['info ready', 'info'],
  ['[WARN] slow', 'warn'],
  ['2026-11-20T15:04:00.000Z ERROR broken', 'error'],
  ['level=fatal msg=x', 'error'],
  ['{"level":"warning","msg":"x"}', 'warn'],
  ['information is power', null],
  ['the error was mine', null],
] as const)('%j is of level %s', (text, level) => {
  expect(levelOf(text)).toBe(level);
});
