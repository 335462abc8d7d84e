import fc from 'fast-check';
import { expect, test } from 'vitest';
import { infrastructurePlanned } from './index.ts';
import { judgeRun, type Run } from './run.ts';

const RUN: Run = { id: 'run-1', status: 'applied', hasChanges: true, isDestroy: false, of: 'everything' };

test.each<[Partial<Run>, string]>([
  [{ status: 'applied' }, 'pass'],
  [{ status: 'planned_and_finished', hasChanges: false }, 'pass'],
  [{ status: 'planned_and_finished', hasChanges: true }, 'unknown'],
  [{ status: 'planned' }, 'unknown'],
  [{ status: 'policy_soft_failed' }, 'unknown'],
  [{ status: 'planned_and_saved' }, 'unknown'],
  [{ status: 'applying' }, 'unknown'],
  [{ status: 'errored' }, 'fail'],
  [{ status: 'discarded' }, 'fail'],
  [{ status: 'force_canceled' }, 'fail'],
  [{ status: 'applied', isDestroy: true }, 'fail'],
  [{ status: 'sublimated' }, 'unknown'],
  [{ of: 'refresh' }, 'unknown'],
  [{ of: 'part' }, 'unknown'],
  [{ of: 'part', status: 'planned_and_finished', hasChanges: false }, 'unknown'],
  [{ of: 'part', status: 'errored' }, 'fail'],
])('a run that is %j is a %s', (run, kind) => {
  expect(judgeRun({ ...RUN, ...run }, 'acme/network').kind).toBe(kind);
});

test('no run at all is not known', () => {
  expect(judgeRun(null, 'acme/network').kind).toBe('unknown');
});

test('of all words there are, two pass', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (status, hasChanges) => {
      const { kind } = judgeRun({ ...RUN, status, hasChanges }, 'acme/network');
      return kind !== 'pass' || status === 'applied' || (status === 'planned_and_finished' && !hasChanges);
    }),
    { numRuns: 2_000 },
  );
});

test('it is asked of a plan or of a workspace, and never of both or of neither', () => {
  const takes = (settings: object) => infrastructurePlanned.Settings.safeParse(settings).success;
  expect(takes({ from: 'plans/network.json', allow: ['create'] })).toBe(true);
  expect(takes({ workspace: 'acme/network', secret: 'env:TFC_TOKEN' })).toBe(true);
  expect(takes({})).toBe(false);
  expect(takes({ from: 'plan.json', workspace: 'acme/network' })).toBe(false);
  expect(takes({ from: 'plan.json', allow: ['delete'] })).toBe(false);
  expect(takes({ workspace: 'acme/../network' })).toBe(false);
  expect(takes({ workspace: 'acme/network', address: 'http://tfe.example.com' })).toBe(false);
});
