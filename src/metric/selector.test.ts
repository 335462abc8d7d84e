import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isMatch,
  isOneOf,
  isReadable,
  quoted,
  readMatchers,
  readSelector,
  writtenMatcher,
  writtenSelector,
} from './selector.ts';

test('a metric with its labels is read for what it is', () => {
  expect(readSelector('up')).toEqual({ metric: 'up', matchers: [] });
  expect(readSelector('http_requests_total{ service = "api", code=~"5..",}')).toEqual({
    metric: 'http_requests_total',
    matchers: [
      { label: 'service', how: '=', value: 'api' },
      { label: 'code', how: '=~', value: '5..' },
    ],
  });
  expect(readSelector('job:errors{path="a\\"b\\\\c\\n"}')?.matchers[0]?.value).toBe('a"b\\c\n');
});

test.each([
  'rate(http_requests_total[5m])',
  'sum by (pod) (up)',
  'up[5m]',
  'up offset 5m',
  'up{} or down',
  'up{service=api}',
  'up{service="a"b"}',
  "up{service='api'}",
  'up{"service"="api"}',
  'up{service="a\\x"}',
  'up{service="a\nb"}',
  'up{service="a" pod="b"}',
  '{service="api"}',
  'up{__proto__=}',
  '',
])('%j is more, or less, than a metric with its labels', (text) => {
  expect(readSelector(text)).toBeNull();
});

test('whatever is written is read as the same', () => {
  const matcher = fc.record({
    label: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/),
    how: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
    value: fc.string({ unit: 'binary' }),
  });
  fc.assert(
    fc.property(fc.array(matcher), (matchers) => {
      const selector = { metric: 'up', matchers };
      expect(readSelector(writtenSelector(selector))).toEqual(selector);
    }),
  );
});

test('no name of a version ends the text that it stands in, or means more than itself', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
      fc.string({ minLength: 1 }),
      (own, other) => {
        const written = writtenMatcher(isOneOf('version', [own, `${own}!`]));
        const read = readMatchers(written);
        expect(read).toHaveLength(1);
        expect(isMatch(read ?? [], { version: own })).toBe(true);
        expect(isMatch(read ?? [], { version: other })).toBe(other === own || other === `${own}!`);
      },
    ),
    { numRuns: 1_000 },
  );
  expect(quoted('v2"} or up{x="')).toBe('"v2\\"} or up{x=\\""');
});

test('labels are matched as Prometheus matches them: from end to end, and what is not there is empty', () => {
  const is = (text: string, labels: Record<string, string>) => isMatch(readMatchers(text) ?? [], labels);
  expect(is('severity=~"page|ticket"', { severity: 'page' })).toBe(true);
  expect(is('severity=~"page|ticket"', { severity: 'pager' })).toBe(false);
  expect(is('severity!~"info"', {})).toBe(true);
  expect(is('team=""', {})).toBe(true);
  expect(is('toString!=""', {})).toBe(false);
  expect(isReadable(readMatchers('a=~"(?i)b"') ?? [])).toBe(false);
  expect(isReadable(readMatchers('a=~"(b|c)"') ?? [])).toBe(true);
});
