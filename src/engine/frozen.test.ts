import { beforeEach, expect, test } from 'vitest';
import { type BoardWorld, openBoardWorld } from '../../test/support/board-world.ts';
import { everything, plannedTarget } from '../../test/support/plans.ts';
import { decide } from '../core/decide.ts';
import { type Deployment, evolve, replay } from '../core/deployment.ts';
import { drawPlan } from '../core/draw-plan.ts';
import { type DeploymentEvent, Left } from '../core/event.ts';
import { type Plan, planHash } from '../core/plan.ts';
import { isRefusal } from '../core/refusal.ts';
import { canary } from '../core/strategy/canary.ts';
import { putFreeze } from './board/freeze.ts';
import { barredBy } from './frozen.ts';
import type { Hold } from './hold.ts';

const HOUR_MS = 3_600_000;
let world: BoardWorld;
let deployment: Deployment;

beforeEach(() => {
  world = openBoardWorld();
  deployment = begun(planOf({}));
});

/** A canary of two services side by side, so that one can wait while the other goes on. */
function planOf(more: Partial<Plan>): Plan {
  const plan = drawPlan(
    {
      purpose: 'deploy',
      environment: 'staging',
      requestedBy: 'U1',
      why: null,
      configuration: 'c1',
      ...more,
    },
    ['api', 'web'].map((service) => ({
      target: plannedTarget(service),
      strategy: canary,
      capabilities: everything,
      pace: { trafficPercents: [10], observeMs: 1_000, releaseDeadlineMs: 1_000, keepMs: 1_000 },
      criteria: { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 1 },
      gatesBefore: [],
      gatesAfter: [],
      needs: [],
    })),
  );
  if (isRefusal(plan)) throw new Error('it can be drawn');
  return plan;
}

function begun(plan: Plan): Deployment {
  const event: DeploymentEvent = { kind: 'planned', plan, hash: planHash(plan) };
  return replay([{ seq: 1, atMs: world.nowMs(), event }]);
}

function write(...events: DeploymentEvent[]): void {
  for (const event of events) {
    deployment = evolve(deployment, { seq: deployment.seq + 1, atMs: world.nowMs(), event });
  }
}

function freezeApi() {
  return putFreeze(world.visiting('U8'), {
    scope: { service: 'api', environment: 'staging' },
    window: { kind: 'open', fromMs: world.nowMs() },
    zone: 'UTC',
    reason: 'inventory',
    isEmergency: false,
  });
}

/** What is next, as `advance` does it: nothing of a journal is written but what the freeze asks for. */
async function next() {
  const directive = decide(deployment);
  if (directive.kind !== 'record') return directive;
  const barred = await barredBy(
    world.parts,
    { now: () => deployment } as Hold,
    directive.events,
    world.nowMs(),
  );
  write(...barred.events);
  return decide(deployment, barred.steps);
}

/** Everything succeeds until something is barred, or nothing is left. */
async function goOn(): Promise<void> {
  for (;;) {
    const directive = await next();
    if (directive.kind === 'record') write(...directive.events);
    else if (directive.kind === 'act') {
      const [act] = directive.acts;
      const kind = act?.direction === 'forward' ? 'step-succeeded' : 'undo-succeeded';
      write({ kind, step: act?.step.id ?? '', left: Left.parse({}) });
    } else return;
  }
}

const done = () => [...deployment.steps].filter(([, { status }]) => status === 'done').map(([id]) => id);

test('more traffic waits for the end of a freeze, and everything else goes on', async () => {
  await freezeApi();
  await goOn();
  expect(done().filter((id) => id.startsWith('route'))).toEqual([
    'route-10.web/staging',
    'route-100.web/staging',
  ]);
  expect(done()).toContain('release.api/staging');
  expect(deployment.people.hindrance).toContain(
    'A freeze of api in staging stands in the way, put up by @U8',
  );
  expect(decide(deployment, new Set(['route-10.api/staging'])).kind).toBe('hold');
});

test('it goes on by itself when the freeze is lifted, and says that nothing is in the way', async () => {
  const until = {
    kind: 'once',
    fromMs: world.nowMs(),
    untilMs: world.nowMs() + HOUR_MS / 2,
    zone: 'UTC',
  } as const;
  await putFreeze(world.visiting('U8'), {
    scope: { service: null, environment: null },
    window: until,
    zone: 'UTC',
    reason: 'inventory',
    isEmergency: false,
  });
  await goOn();
  expect(deployment.people.hindrance).not.toBeNull();
  world.pass(HOUR_MS / 2);
  await goOn();
  expect(deployment.people.hindrance).toBeNull();
  expect(deployment.outcome).toBe('deployed');
});

test('what has stood still for an hour is turned back, and says why', async () => {
  await freezeApi();
  await goOn();
  world.pass(HOUR_MS - 1);
  await goOn();
  expect(deployment.direction).toBe('forward');
  world.pass(1);
  await goOn();
  expect(deployment.abort).toEqual({
    by: 'slipway',
    why: expect.stringMatching(/^it stood still for 1 h in front of a freeze: .*inventory$/),
  });
  expect(deployment.outcome).not.toBeNull();
  expect(deployment.outcome).not.toBe('deployed');
});

test('the hour begins anew with the next freeze', async () => {
  write({ kind: 'hindered', say: 'frozen' });
  world.pass(HOUR_MS - 1);
  write({ kind: 'hindered', say: 'frozen by another' });
  expect(deployment.people.hinderedSinceMs).toBe(world.nowMs() - HOUR_MS + 1);
  write({ kind: 'hindered', say: '' });
  expect(deployment.people.hinderedSinceMs).toBeNull();
  write({ kind: 'hindered', say: 'frozen' });
  expect(deployment.people.hinderedSinceMs).toBe(world.nowMs());
});

test('who goes back passes, and so does who breaks the glass', async () => {
  await freezeApi();
  for (const more of [
    { purpose: 'roll-back' as const },
    { breakGlass: { by: 'U1', why: 'it burns', incident: 'INC-1' } },
  ]) {
    deployment = begun(planOf(more));
    await goOn();
    expect(deployment.outcome).toBe('deployed');
  }
});
