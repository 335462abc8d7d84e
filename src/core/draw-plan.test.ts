import { expect, test } from 'vitest';
import { everything, plannedTarget } from '../../test/support/plans.ts';
import type { ConfiguredGate } from './catalog.ts';
import { drawPlan, type Terms } from './draw-plan.ts';
import { type Plan, planHash } from './plan.ts';
import { isRefusal } from './refusal.ts';
import { allAtOnce } from './strategy/all-at-once.ts';
import { type ConfiguredWatch, usualWatch } from './watch.ts';

function planWith(
  gatesBefore: readonly ConfiguredGate[],
  more: Partial<Terms> = {},
  watch: ConfiguredWatch | null = null,
): Plan {
  const terms = { environment: 'staging', requestedBy: 'U1', why: null, configuration: 'c1' };
  const plan = drawPlan({ purpose: 'deploy', ...terms, ...more }, [
    {
      target: plannedTarget('api'),
      strategy: allAtOnce,
      capabilities: everything,
      pace: { trafficPercents: null, observeMs: 1_000, releaseDeadlineMs: 1_000, keepMs: 1_000 },
      criteria: null,
      watch,
      gatesBefore,
      gatesAfter: [],
      needs: [],
    },
  ]);
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

test('a protected place that one source alone watches is said to be so', () => {
  const approval = {
    requirements: [{ needed: 1, group: null }],
    expiresAfterMs: 1_000,
    isAuthorExcluded: false,
  };
  const lacking = (from: readonly string[], isProtected: boolean) => {
    const watch = { ...usualWatch, sources: from.map((each) => ({ from: each, query: {} })) };
    return planWith([], { ...(isProtected ? { approval } : {}) }, watch).notMeasured.join();
  };
  expect(lacking(['platform'], true)).toContain('platform alone says how api/staging fares');
  expect(lacking(['platform', 'outside'], true)).not.toContain('alone');
  expect(lacking(['platform'], false)).not.toContain('alone');
});

test('what a gate asks for is bound by the hash of the plan', () => {
  const hash = (high: number) => planHash(planWith([{ gate: 'no-alerts', settings: { high } }]));
  expect(hash(0)).not.toBe(hash(1));
});
