import { beforeEach, expect, test } from 'vitest';
import { type BoardWorld, openBoardWorld } from '../../../test/support/board-world.ts';
import { everything, plannedTarget } from '../../../test/support/plans.ts';
import { type Deployment, evolve, replay } from '../../core/deployment.ts';
import { drawPlan } from '../../core/draw-plan.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import { planHash } from '../../core/plan.ts';
import { isRefusal } from '../../core/refusal.ts';
import { reportOf } from '../../core/report-of.ts';
import { allAtOnce } from '../../core/strategy/all-at-once.ts';
import { plain } from '../../core/text.ts';
import { alerts } from '../desk/alerts.ts';
import { writingOf } from '../writing.ts';
import { endCare, withCare } from './care.ts';
import { attendBoard } from './index.ts';

const ID = 'd-7f3a9k2m';
const CARE_ID = 'a-7f3a9k2m';
const step = 'release.api/staging';
const failure = { code: 'unhealthy', message: 'it did not stay up', retryAfterMs: null } as const;

let world: BoardWorld;
let deployment: Deployment;
beforeEach(() => {
  world = openBoardWorld();
  const order = { purpose: 'deploy', environment: 'staging', requestedBy: 'U1', why: null } as const;
  const drawing = {
    target: plannedTarget('api'),
    strategy: allAtOnce,
    capabilities: everything,
    pace: { trafficPercents: null, observeMs: 1, releaseDeadlineMs: 1, keepMs: 1 },
    criteria: null,
    gatesBefore: [],
    gatesAfter: [],
    needs: [],
  };
  const plan = drawPlan({ ...order, configuration: 'c1' }, [drawing]);
  if (isRefusal(plan)) throw new Error('it can be drawn');
  const event: DeploymentEvent = { kind: 'planned', plan, hash: planHash(plan) };
  deployment = replay([{ seq: 1, atMs: world.nowMs(), event }]);
});

/** Writes them as the engine does, with the board of a real store behind it. */
async function write(...events: DeploymentEvent[]): Promise<void> {
  const writing = await writingOf(world.parts, ID, deployment, events, world.nowMs());
  for (const sheet of writing.sheets ?? []) await world.store.board.put(sheet);
  for (const event of events)
    deployment = evolve(deployment, { seq: deployment.seq + 1, atMs: world.nowMs(), event });
}

const care = async () => (await world.store.board.find({ kind: 'care', id: CARE_ID }))?.body;
const take = (who: string) => alerts(world.visiting(who), { kind: 'take', id: CARE_ID, seen: null });
const shown = async () => (await withCare(world.parts, reportOf(ID, deployment))).care;

test('what goes well raises nothing', async () => {
  await write({ kind: 'step-started', step });
  expect(await care()).toBeUndefined();
  expect(await shown()).toBeUndefined();
});

test('what is taken back by itself is an alert that somebody can take, also after it has ended', async () => {
  await write({ kind: 'step-started', step }, { kind: 'step-failed', step, failure });
  await write({ kind: 'finished', outcome: 'rolled-back', because: 'it did not stay up' });
  expect(await care()).toMatchObject({
    urgency: 'medium',
    owner: null,
    scope: { service: 'api', environment: 'staging' },
  });
  expect((await shown())?.offers.map(({ label }) => label)).toEqual(['I’ll take it']);
  await take('U1');
  expect(plain((await shown())?.say ?? [])).toContain('@U1 has it');
  expect((await world.told()).map(({ key }) => key)).toContain(`alert/${ID}`);
});

test('a person who is needed after all makes it grave, and its time begins anew', async () => {
  await write({ kind: 'step-started', step }, { kind: 'step-failed', step, failure });
  const before = (await world.store.board.find({ kind: 'care', id: CARE_ID }))?.dueAtMs ?? 0;
  expect(before).toBe(world.nowMs() + 60 * 60_000);
  world.pass(60_000);
  await write({ kind: 'finished', outcome: 'needs-human', because: 'it could not be taken back' });
  expect(await care()).toMatchObject({ urgency: 'critical' });
  expect((await world.store.board.find({ kind: 'care', id: CARE_ID }))?.dueAtMs).toBe(
    world.nowMs() + 5 * 60_000,
  );
  world.pass(5 * 60_000);
  await attendBoard(world.parts);
  expect(plain((await shown())?.say ?? [])).toContain('Nobody is told besides');
});

test('who has it keeps it when it becomes grave', async () => {
  await write({ kind: 'step-started', step }, { kind: 'step-failed', step, failure });
  await take('U1');
  await write({ kind: 'finished', outcome: 'needs-human', because: 'it could not be taken back' });
  expect(await care()).toMatchObject({ urgency: 'critical', owner: { by: 'U1' } });
});

test('a good end is the end of it', async () => {
  await write({ kind: 'step-started', step }, { kind: 'step-failed', step, failure });
  await write({ kind: 'finished', outcome: 'stopped', because: 'nothing was changed' });
  expect(await care()).toMatchObject({ over: { how: 'source' } });
  expect((await shown())?.offers).toEqual([]);
  await endCare(world.parts, CARE_ID, { how: 'owner', by: 'U1', why: null });
  expect(await care()).toMatchObject({ over: { how: 'source' } });
});
