import fc from 'fast-check';
import type { Capabilities } from '../../src/core/capability.ts';
import { drawPlan, type Ground } from '../../src/core/draw-plan.ts';
import type { Plan, PlannedTarget } from '../../src/core/plan.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { strategies } from '../../src/core/strategy/index.ts';

/** A platform that can do everything. */
export const everything: Capabilities = {
  staged: { can: true, how: {}, caveats: [] },
  traffic: { can: true, how: { kind: 'weights', stepPercent: 1, settleMs: 0 }, caveats: [] },
  rollback: {
    can: true,
    how: {
      kind: 'start-kept-artefact',
      how: 'the version before is started again',
      horizon: 'always',
      leaves: [],
    },
    caveats: [],
  },
  logs: { can: true, how: { build: false, runtime: true, retention: 'a while' }, caveats: [] },
  metrics: { can: true, how: { signals: ['requests', 'errors'], splitBy: 'version' }, caveats: [] },
  replace: {
    can: true,
    how: { how: 'the old one ends when the new one is up', canCancel: true },
    caveats: [],
  },
  once: { kind: 'marker', settleMs: 0 },
};

export function plannedTarget(service: string, isFirst = false): PlannedTarget {
  return {
    id: `${service}/staging`,
    service,
    environment: 'staging',
    platform: 'memory',
    address: { service },
    version: { name: 'new', commit: null },
    before: isFirst ? null : { releaseId: `${service}-old`, version: { name: 'old', commit: null } },
    undo: { how: 'the version before gets its traffic back', leaves: [] },
    caveats: [],
  };
}

const asked = (gate: string, nth: number) => ({ gate, settings: nth === 0 ? {} : { nth } });

/** Every shape of plan that can be drawn: one to four targets that need each other in any order without a circle. */
export const plans: fc.Arbitrary<Plan> = fc
  .record({
    purpose: fc.constantFrom('deploy' as const, 'roll-back' as const),
    shapes: fc.array(
      fc.record({
        strategy: fc.constantFrom(...strategies),
        isFirst: fc.boolean(),
        trafficPercents: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 }),
        isWatched: fc.boolean(),
        gatesBefore: fc.subarray(['dependencies-healthy', 'other', 'other']),
        gatesAfter: fc.subarray(['serves-version']),
        needs: fc.nat({ max: 7 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ purpose, shapes }) => {
    const grounds = shapes.map((shape, index): Ground => {
      const earlier = Array.from({ length: index }, (_, other) => other).filter(
        (other) => shape.needs & (1 << other),
      );
      return {
        target: plannedTarget(`s${index}`, shape.isFirst),
        strategy: shape.strategy,
        capabilities: everything,
        pace: {
          trafficPercents: shape.trafficPercents.toSorted((a, b) => a - b),
          observeMs: 1_000,
          releaseDeadlineMs: 30_000,
          keepMs: 60_000,
        },
        criteria: shape.isWatched
          ? { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 1 }
          : null,
        gatesBefore: shape.gatesBefore.map(asked),
        gatesAfter: shape.gatesAfter.map(asked),
        needs: earlier.map((other) => `s${other}/staging`),
      };
    });
    const plan = drawPlan(
      { purpose, environment: 'staging', requestedBy: 'U1', why: null, configuration: 'c1' },
      grounds,
    );
    if (isRefusal(plan)) throw new Error('a plan on a platform that can do everything is never refused');
    return plan;
  });
