import { describe, expect, test } from 'vitest';
import { ago, slackDate } from './slack-date.ts';

const noon = new Date(2026, 10, 20, 12, 5, 9).getTime() / 1000;

describe('a date token', () => {
  test.each([
    ['{date_num} {time_secs}', '2026-11-20 12:05:09'],
    ['{date_short}', 'Nov 20, 2026'],
    ['{date_short_pretty} at {time}', 'today at 12:05'],
    ['{unknown}', '{unknown}'],
  ])('%s is %s', (format, words) => {
    expect(slackDate(noon, format, noon + 60)).toBe(words);
  });

  test('a day earlier is yesterday, and a week earlier has its date', () => {
    expect(slackDate(noon, '{date_pretty}', noon + 86_400)).toBe('yesterday');
    expect(slackDate(noon, '{date_pretty}', noon + 7 * 86_400)).toBe('November 20, 2026');
  });
});

test.each([
  [59, '59 seconds ago'],
  [60, '1 minute ago'],
  [7_300, '2 hours ago'],
  [-172_800, 'in 2 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(ago(seconds)).toBe(words);
});
