import { drawPlan } from '../../src/core/draw-plan.ts';
import { type Plan, planHash } from '../../src/core/plan.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { rolling } from '../../src/core/strategy/rolling.ts';
import type { Beginning } from '../../src/store/store.ts';
import { oldRelease, restingCapabilities } from './resting-platform.ts';

const WATCH_MS = 12 * 60 * 60_000;

/** A deployment that brings up a version, gives it half of the traffic, and then watches it for half a day. */
export function waitingDeployment(index: number): Beginning {
  const service = `service-${index}`;
  const plan = planFor(service);
  return {
    deploymentId: `d-bench${String(index).padStart(4, '0')}`,
    orderKey: `bench ${index}`,
    environment: 'staging',
    requestedBy: 'U0ADA',
    targets: plan.targets.map(({ id, version }) => ({ id, service, version: version.name })),
    event: { kind: 'planned', plan, hash: planHash(plan) },
    notices: [],
  };
}

function planFor(service: string): Plan {
  const id = `${service}/staging`;
  const terms = { purpose: 'deploy', environment: 'staging', requestedBy: 'U0ADA', why: null } as const;
  const plan = drawPlan({ ...terms, configuration: 'bench' }, [
    {
      target: {
        id,
        service,
        environment: 'staging',
        platform: 'resting',
        address: { service },
        version: { name: 'v2', commit: null },
        before: { releaseId: oldRelease(id), version: { name: 'v1', commit: null } },
        undo: { how: 'the version before gets its traffic back', leaves: [] },
        caveats: [],
      },
      strategy: rolling,
      capabilities: restingCapabilities,
      pace: { trafficPercents: [50], observeMs: WATCH_MS, releaseDeadlineMs: 30_000, keepMs: 60_000 },
      criteria: { errorPercentMax: 2, latencyP95MsMax: 1_000, memoryMbMax: null, requestsMin: 20 },
      gatesBefore: [],
      gatesAfter: [],
      needs: [],
    },
  ]);
  if (isRefusal(plan)) throw new Error('a platform that can do everything refused a plan');
  return plan;
}
