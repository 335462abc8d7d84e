import { expect, test } from 'vitest';
import { parseDuration } from './parse-duration.ts';

test.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1d2h3m4s5ms', 93_784_005],
])('%j is %d milliseconds', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each([
  '',
  '15',
  'm',
  '15 m',
  '-5m',
  '1.5h',
  '30m1h',
  '5m5m',
  '1e3s',
  '15min',
  '9999999s',
  '1h'.repeat(20),
])('%j is no duration', (text) => expect(parseDuration(text)).toBeNull());
