import { expect, test } from 'vitest';
import { everything, plannedTarget } from '../../test/support/plans.ts';
import { planned } from '../../test/support/run-plan.ts';
import { replay } from '../core/deployment.ts';
import { drawPlan } from '../core/draw-plan.ts';
import type { DeploymentEvent } from '../core/event.ts';
import { Left } from '../core/event.ts';
import { isRefusal } from '../core/refusal.ts';
import { rolling } from '../core/strategy/rolling.ts';
import { heldTooLong } from './held.ts';

const MAX_MS = 4 * 3_600_000;

/** A rolling deployment that got as far as this step, and was held at the time of its last entry. */
function heldAfter(...steps: string[]) {
  const plan = drawPlan(
    { purpose: 'deploy', environment: 'staging', requestedBy: 'U1', why: null, configuration: 'c1' },
    [
      {
        target: plannedTarget('api'),
        strategy: rolling,
        capabilities: everything,
        pace: { trafficPercents: [25], observeMs: 1_000, releaseDeadlineMs: 1_000, keepMs: 1_000 },
        criteria: null,
        gatesBefore: [],
        gatesAfter: [],
        needs: [],
      },
    ],
  );
  if (isRefusal(plan)) throw new Error('it can be drawn');
  const events: DeploymentEvent[] = [
    ...steps.flatMap((step): DeploymentEvent[] => [
      { kind: 'step-started', step },
      { kind: 'step-succeeded', step, left: Left.parse({}) },
    ]),
    { kind: 'hold-asked', by: 'U2', why: null },
  ];
  return replay([planned(plan), ...events.map((event, index) => ({ seq: index + 2, atMs: 1_000, event }))]);
}

test('what is held with its traffic shared goes back after hours, and not before', () => {
  const deployment = heldAfter('release.api/staging', 'route-25.api/staging');
  expect(heldTooLong(deployment, 1_000 + MAX_MS - 1, MAX_MS)).toBeNull();
  expect(heldTooLong(deployment, 1_000 + MAX_MS, MAX_MS)).toEqual({
    kind: 'abort-asked',
    by: 'slipway',
    why: 'it was held for 4 h with its traffic shared, and nobody let it go on',
  });
});

test('what is held where one version has all the traffic may stay', () => {
  const later = 1_000 + 10 * MAX_MS;
  expect(heldTooLong(heldAfter('release.api/staging'), later, MAX_MS)).toBeNull();
  const whole = heldAfter('release.api/staging', 'route-25.api/staging', 'route-100.api/staging');
  expect(heldTooLong(whole, later, MAX_MS)).toBeNull();
});
