import type { DeploymentEvent } from '../../src/core/event.ts';
import { referenceOf } from './team-database.ts';
import type { World } from './world.ts';

const people = ['U1', 'U2', 'U3'];
const LOOK_MS = 16_000;
/** So often nothing may have moved before somebody presses something. */
const STILL_LOOKS = 3;

/** Whoever sees a plan that waits for a yes says yes to what they have seen, and now and then no. */
export function letPeopleApprove(world: World, deploymentId: string, event: DeploymentEvent): void {
  const { scheduler, random, production } = world;
  if (event.kind !== 'planned' && event.kind !== 'replanned') return;
  if (event.plan.approval === undefined) return;
  const plan = production.shortHash(event.hash);
  for (const by of people) {
    const kind = random.chance(0.04) ? 'reject' : 'approve';
    const press = () => world.deliver(world.nextPress(), { kind, by, deploymentId, plan });
    scheduler.after(random.between(400, 12_000), `${by} says ${kind} to ${deploymentId}`, press);
  }
}

/** What stands still waits for somebody: they let it stay, or have it taken back all the same. */
export function watchStill(world: World): void {
  const { scheduler, history, database, random } = world;
  const seen = new Map<string, { seq: number; times: number }>();
  const look = async () => {
    for (const deploymentId of history.begins.keys()) {
      if (history.ends.has(deploymentId)) continue;
      const seq = (await database.store.journal.read(deploymentId, 0)).length;
      const before = seen.get(deploymentId);
      const times = before?.seq === seq ? before.times + 1 : 0;
      seen.set(deploymentId, { seq, times });
      if (times < STILL_LOOKS) continue;
      const kind = random.pick(['go-on', 'abort'] as const);
      world.deliver(world.nextPress(), { kind, by: random.pick(people), deploymentId });
    }
    scheduler.after(LOOK_MS, 'does anything stand still?', () => void look());
  };
  scheduler.after(LOOK_MS, 'does anything stand still?', () => void look());
}

/** Whoever deals with what needed a person puts right what stopped half-way, or leaves it for later. */
export function putRight({ teams, random, history }: World, deploymentId: string): void {
  for (const target of history.begins.get(deploymentId)?.targets ?? []) {
    const how = random.pick(['put-back', 'put-right', null] as const);
    const server = teams.server(referenceOf(target));
    if (how !== null && !server.isLocked()) server.putRight(how);
  }
}

/** Others run what they run in the same database now and then. */
export function letOthersRun({ scheduler, random, faults, migrated, teams }: World): void {
  if (!faults.has('strangers')) return;
  for (const reference of migrated.keys()) {
    for (let time = random.int(1, 3); time > 0; time--) {
      const call = () => teams.server(reference).lockFor(random.between(300, 25_000));
      scheduler.after(random.between(1_000, 90_000), 'somebody else comes', call);
    }
  }
}
