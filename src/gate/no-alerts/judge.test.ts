import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Severity, severities } from '../../core/severity.ts';
import type { Findings } from '../../source/source.ts';
import { judgeFindings, type Wanted } from './judge.ts';

const usual: Wanted = {
  of: ['code', 'dependencies', 'secrets'],
  critical: 0,
  high: 0,
  medium: null,
  low: null,
  secrets: 0,
};
const clean: readonly Findings[] = [
  { kind: 'code', open: [], doubt: null },
  { kind: 'dependencies', open: [], doubt: null },
  { kind: 'secrets', open: [], doubt: null },
];
const withOne = (kind: Findings['kind'], more: Partial<Findings>) =>
  clean.map((each) => (each.kind === kind ? { ...each, ...more } : each));

test.each<[string, readonly Findings[], Partial<Wanted>, string]>([
  ['none at all', clean, {}, 'pass'],
  ['mild ones, of which any number is allowed', withOne('code', { open: ['medium', 'low'] }), {}, 'pass'],
  ['one that is grave', withOne('code', { open: ['critical'] }), {}, 'fail'],
  ['as many as are allowed', withOne('code', { open: ['high', 'high'] }), { high: 2 }, 'pass'],
  [
    'one more than is allowed',
    withOne('dependencies', { open: ['high', 'high', 'high'] }),
    { high: 2 },
    'fail',
  ],
  ['one of which nobody says how grave', withOne('code', { open: ['unknown'] }), {}, 'unknown'],
  ['a secret', withOne('secrets', { open: ['critical'] }), {}, 'fail'],
  ['a secret, and one is allowed', withOne('secrets', { open: ['critical'] }), { secrets: 1 }, 'pass'],
  ['switched off', withOne('code', { open: null, doubt: 'it answered 403' }), {}, 'unknown'],
  [
    'switched off, and nobody asks',
    withOne('code', { open: null, doubt: '403' }),
    { of: ['secrets'] },
    'pass',
  ],
  ['nobody looks for it', clean.slice(1), {}, 'unknown'],
  ['none, of another commit', withOne('code', { doubt: 'CodeQL has not looked at it' }), {}, 'unknown'],
  [
    'a grave one among those that were read',
    withOne('code', { open: ['high'], doubt: 'there are more' }),
    {},
    'fail',
  ],
  [
    'a grave one of one kind, and another kind unknown',
    withOne('code', { open: ['high'] }).slice(0, 1),
    {},
    'fail',
  ],
])('%s', (_, findings, wanted, kind) => {
  expect(judgeFindings(findings, { ...usual, ...wanted }).kind).toBe(kind);
});

const anyFindings = fc.array(
  fc.record({
    kind: fc.constantFrom<Findings['kind']>('code', 'dependencies', 'secrets'),
    open: fc.option(fc.array(fc.constantFrom<Severity>(...severities), { maxLength: 4 })),
    doubt: fc.option(fc.constant('it could not be read')),
  }),
  { maxLength: 4 },
);

test('a pass means that every kind was looked at whole, and none has more than is allowed', () => {
  fc.assert(
    fc.property(anyFindings, fc.integer({ min: 0, max: 2 }), (findings, high) => {
      if (judgeFindings(findings, { ...usual, high }).kind !== 'pass') return;
      for (const kind of usual.of) {
        const found = findings.find((each) => each.kind === kind);
        expect(found?.doubt).toBeNull();
        expect(found?.open).not.toBeNull();
        if (kind === 'secrets') expect(found?.open).toEqual([]);
        else {
          expect(found?.open?.filter((each) => each === 'critical' || each === 'unknown')).toEqual([]);
          expect(found?.open?.filter((each) => each === 'high').length).toBeLessThanOrEqual(high);
        }
      }
    }),
    { numRuns: 10_000 },
  );
});
