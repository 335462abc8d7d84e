import { beforeEach, expect, test } from 'vitest';
import { type BoardWorld, openBoardWorld } from '../../../test/support/board-world.ts';
import { everything, plannedTarget } from '../../../test/support/plans.ts';
import { type Deployment, evolve, replay } from '../../core/deployment.ts';
import { drawPlan } from '../../core/draw-plan.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import type { Passing } from '../../core/obstacle.ts';
import { type Plan, planHash } from '../../core/plan.ts';
import { isRefusal } from '../../core/refusal.ts';
import { reportOf } from '../../core/report-of.ts';
import { allAtOnce } from '../../core/strategy/all-at-once.ts';
import { obstaclesFor } from './index.ts';
import { holdsAfter, resume, withHold } from './rollback-hold.ts';

let world: BoardWorld;
beforeEach(() => {
  world = openBoardWorld();
});

function after(purpose: Plan['purpose'], ...events: DeploymentEvent[]): Deployment {
  const plan = drawPlan(
    {
      purpose,
      environment: 'staging',
      requestedBy: 'U1',
      why: null,
      configuration: 'c1',
    },
    [
      {
        target: plannedTarget('api'),
        strategy: allAtOnce,
        capabilities: everything,
        pace: { trafficPercents: null, observeMs: 1, releaseDeadlineMs: 1, keepMs: 1 },
        criteria: null,
        gatesBefore: [],
        gatesAfter: [],
        needs: [],
      },
    ],
  );
  if (isRefusal(plan)) throw new Error('it can be drawn');
  const planned: DeploymentEvent = { kind: 'planned', plan, hash: planHash(plan) };
  return events.reduce<Deployment>(
    (deployment, event) => evolve(deployment, { seq: deployment.seq + 1, atMs: world.nowMs(), event }),
    replay([{ seq: 1, atMs: world.nowMs(), event: planned }]),
  );
}

const step = 'release.api/staging';
const failure = { code: 'unhealthy', message: 'it did not stay up', retryAfterMs: null } as const;
const failed: DeploymentEvent[] = [
  { kind: 'step-started', step },
  { kind: 'step-failed', step, failure },
  { kind: 'finished', outcome: 'rolled-back', because: 'release of api/staging: it did not stay up' },
];
const rolledBack = () => after('deploy', ...failed);

async function isHeld(more: Partial<Passing> = {}): Promise<boolean> {
  const passing: Passing = {
    service: 'api',
    environment: 'staging',
    person: 'U1',
    what: 'start',
    isAutomatic: true,
    nowMs: world.nowMs(),
    ...more,
  };
  return (await obstaclesFor(world.parts, passing)).length > 0;
}

async function ends(deploymentId: string, deployment: Deployment): Promise<void> {
  for (const put of holdsAfter(deploymentId, deployment)) await world.store.board.put(put);
  world.pass(1_000);
}

test('what failed and was taken back holds what comes by itself, and nobody else', async () => {
  await ends('d-00000001', rolledBack());
  expect(await isHeld()).toBe(true);
  expect(await isHeld({ isAutomatic: false })).toBe(false);
  expect(await isHeld({ what: 'back' })).toBe(false);
  expect(await isHeld({ what: 'increase' })).toBe(false);
  expect(await isHeld({ service: 'web' })).toBe(false);
});

test('so does going back, and so does what Slipway turned around itself', () => {
  const deployed: DeploymentEvent = {
    kind: 'finished',
    outcome: 'deployed',
    because: 'every step succeeded',
  };
  const turned = (by: string) =>
    after(
      'deploy',
      { kind: 'abort-asked', by, why: null },
      { kind: 'finished', outcome: 'rolled-back', because: 'it was asked for' },
    );
  expect(holdsAfter('d-1', after('roll-back', deployed))).toHaveLength(1);
  expect(holdsAfter('d-1', turned('slipway'))).toHaveLength(1);
  expect(holdsAfter('d-1', after('deploy', deployed))).toEqual([]);
  // Somebody knows about it.
  expect(holdsAfter('d-1', turned('U1'))).toEqual([]);
});

test('the report of the end says so with a way out, until somebody takes it', async () => {
  const deployment = rolledBack();
  await ends('d-00000001', deployment);
  const report = () => withHold(world.parts, reportOf('d-00000001', deployment));
  expect((await report()).sentence).toContain('Automatic deployments of api in staging are held');
  // Why stands there already, and nobody is told of it in words for those who build this.
  expect((await report()).waiting.at(-1)).toEqual([
    'Automatic deployments of api in staging are held until somebody resumes them',
  ]);
  expect(holdsAfter('d-1', deployment)[0]?.body).toMatchObject({ because: 'it did not stay up' });
  expect((await report()).offers.at(-1)).toMatchObject({ text: 'resume h-00000001' });
  const resumed = await resume(world.visiting('U5'), { id: 'h-00000001' }, null);
  expect(isRefusal(resumed)).toBe(false);
  expect(await isHeld()).toBe(false);
  expect((await report()).offers).toEqual([]);
  expect((await world.told()).map(({ key }) => key)).toEqual(['card/d-00000001']);
});

test('resuming after the newest lets go of what was held before it; after an older one the newest stays', async () => {
  await ends('d-00000001', rolledBack());
  await ends('d-00000002', rolledBack());
  await resume(world.visiting('U1'), { id: 'h-00000001' }, null);
  expect(await isHeld()).toBe(true);
  await ends('d-00000003', rolledBack());
  await resume(world.visiting('U1'), { id: 'h-00000003' }, null);
  expect(await isHeld()).toBe(false);
});

test('only who may deploy there resumes, and what is not held is said to be so', async () => {
  await ends('d-00000001', rolledBack());
  for (const who of ['U8', 'U9']) {
    const refused = await resume(world.visiting(who), { id: 'h-00000001' }, null);
    expect(isRefusal(refused) && refused.code).toBe('not-allowed');
  }
  expect(await isHeld()).toBe(true);
  await resume(world.visiting('U1'), { scope: { service: 'api', environment: null } }, null);
  expect(await isHeld()).toBe(false);
  const again = await resume(world.visiting('U1'), { id: 'h-00000001' }, null);
  expect(isRefusal(again) && again.code).toBe('nothing-to-do');
});
