import { expect, test } from 'vitest';
import { everything, plannedTarget } from '../../test/support/plans.ts';
import type { ConfiguredGate } from './catalog.ts';
import { drawPlan } from './draw-plan.ts';
import { type Plan, planHash } from './plan.ts';
import { isRefusal } from './refusal.ts';
import { allAtOnce } from './strategy/all-at-once.ts';

function planWith(gatesBefore: readonly ConfiguredGate[]): Plan {
  const plan = drawPlan(
    { purpose: 'deploy', environment: 'staging', requestedBy: 'U1', why: null, configuration: 'c1' },
    [
      {
        target: plannedTarget('api'),
        strategy: allAtOnce,
        capabilities: everything,
        pace: { trafficPercents: null, observeMs: 1_000, releaseDeadlineMs: 1_000, keepMs: 1_000 },
        criteria: null,
        gatesBefore,
        gatesAfter: [],
        needs: [],
      },
    ],
  );
  if (isRefusal(plan)) throw new Error('refused');
  return plan;
}

const checksOf = ({ steps }: Plan) => steps.filter((step) => step.kind === 'check');

test('a gate that is asked for several things is several steps, each with its own settings', () => {
  const plan = planWith([
    { gate: 'no-alerts', settings: { high: 0 } },
    { gate: 'signed', settings: {} },
    { gate: 'no-alerts', settings: { high: 5 }, withinMs: 600_000 },
  ]);
  expect(checksOf(plan).map(({ id, settings, deadlineMs }) => [id, settings, deadlineMs])).toEqual([
    ['check-no-alerts.api/staging', { high: 0 }, 60_000],
    ['check-signed.api/staging', undefined, 60_000],
    ['check-no-alerts-2.api/staging', { high: 5 }, 600_000],
  ]);
});

test('what a gate asks for is bound by the hash of the plan', () => {
  const hash = (high: number) => planHash(planWith([{ gate: 'no-alerts', settings: { high } }]));
  expect(hash(0)).not.toBe(hash(1));
});
