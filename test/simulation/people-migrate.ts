import type { DeploymentEvent } from '../../src/core/event.ts';
import { type Migrated, scriptsAt, scriptsOf } from './migrating.ts';
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
export function letOthersRun(world: World): void {
  const { scheduler, random, faults, migrated, teams } = world;
  if (!faults.has('strangers')) return;
  for (const [reference, each] of migrated) {
    for (let time = random.int(1, 3); time > 0; time--) {
      const call = () => teams.server(reference).lockFor(random.between(300, 25_000));
      scheduler.after(random.between(1_000, 90_000), 'somebody else comes', call);
    }
    letTheirToolRun(world, reference, each);
  }
}

/** A lock that nobody holds any more may hang for longer than anything here lasts. */
const LEFT_MS = [20_000, 3_600_000];

/** Somebody deploys by hand with the tool that the team has, or kills it on the way. */
function letTheirToolRun(
  { scheduler, random, teams, production }: World,
  reference: string,
  each: Migrated,
): void {
  if (each.tool?.isThere !== true) return;
  const { kind } = each.tool;
  const { ledger, read } = production.migrationKindNamed(kind);
  for (let time = random.int(0, 2); time > 0; time--) {
    scheduler.after(random.between(500, 60_000), 'somebody calls the tool of the team', () => {
      const { tool } = teams.server(reference);
      // Which of the others may run beside us is theirs to know; this one lets nobody.
      if (kind !== 'flyway' || ledger === null) return tool.leaveLock(random.pick(LEFT_MS));
      const files = each.from === 'source' ? scriptsOf(each, 'v3') : scriptsAt(each, scheduler.nowMs());
      return tool.run(read(files), ledger);
    });
  }
}
