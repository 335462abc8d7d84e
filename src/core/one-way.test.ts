import { expect, test } from 'vitest';
import { everything, plannedTarget } from '../../test/support/plans.ts';
import { rejected, runToTheEnd } from '../../test/support/run-plan.ts';
import { drawPlan, type Ground } from './draw-plan.ts';
import type { PlannedTarget } from './plan.ts';
import { isRefusal } from './refusal.ts';
import { allAtOnce } from './strategy/all-at-once.ts';
import { plain } from './text.ts';
import { waitingLines } from './waiting.ts';

const ground = (target: PlannedTarget, needs: readonly string[] = []): Ground => ({
  target,
  strategy: allAtOnce,
  capabilities: everything,
  pace: { trafficPercents: [], observeMs: 1_000, releaseDeadlineMs: 30_000, keepMs: 60_000 },
  criteria: { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 1 },
  gatesBefore: [],
  gatesAfter: [],
  needs: [...needs],
});

/** A shop of two services; the database has been taken from the old version of the first. */
function shop() {
  const oneWay: PlannedTarget = {
    ...plannedTarget('api'),
    migrations: {
      phase: 'expand',
      kind: 'sql',
      database: 'env:DATABASE_URL',
      from: 'migrations',
      pending: [
        { id: '1_drop', checksum: 'c', light: 'needs-forward-fix', findings: [], isReversible: false },
      ],
      light: 'needs-forward-fix',
      because: 'it takes a column away',
    },
  };
  const draft = {
    purpose: 'deploy',
    environment: 'staging',
    requestedBy: 'U1',
    why: null,
    configuration: 'c',
  } as const;
  const plan = drawPlan(draft, [ground(oneWay), ground(plannedTarget('web'))]);
  if (isRefusal(plan)) throw new Error('a plan on a platform that can do everything is never refused');
  return plan;
}

const failing = (target: string, kind: string) =>
  runToTheEnd(shop(), ({ step, direction }) =>
    direction === 'forward' && step.target === target && step.kind === kind ? rejected : null,
  );

test('who is bad and has no way back stays, and its own failure is told of it', () => {
  const { deployment, world } = failing('api/staging', 'observe');
  expect([...deployment.spared]).toEqual(['api/staging']);
  expect(world.get('api/staging')?.newTrafficPercent).toBe(100);
  expect(plain(waitingLines(deployment)[0] ?? [])).toBe('api new is not good: no');
});

test('who was half-way when another failed stays as well, and is not called bad', () => {
  const { deployment } = failing('web/staging', 'observe');
  expect([...deployment.spared]).toEqual(['api/staging']);
  const [first, second] = waitingLines(deployment).map(plain);
  expect(first).toBe('web could not be deployed: no; api new was half-way by then');
  expect(second).toContain('api is not taken back by itself: old does not work with what 1_drop has made');
});

test('before it has had any traffic there is nothing to give back', () => {
  const { deployment, world } = failing('api/staging', 'release');
  expect([...deployment.spared]).toEqual([]);
  expect(world.get('api/staging')).toEqual({ versions: new Set(['old']), newTrafficPercent: 0 });
});
