import type { Entry } from '../../src/core/event.ts';
import type { PlannedTarget, Step } from '../../src/core/plan.ts';
import { isForward } from './judge-journal.ts';
import type { Found, Kept } from './oracle.ts';
import { type RunAsked, referenceOf } from './team-database.ts';
import type { Deed } from './team-server.ts';
import type { World } from './world.ts';

/** What was really run in the databases of the teams, and whether anybody was allowed to run it. */
export function judgeMigrations(world: World, kept: Kept, found: Found): void {
  const { teams } = world;
  for (const asked of teams.asked) {
    if (asked.deploymentId !== kept.deploymentId) continue;
    const say = `${asked.owner} ${asked.id} in ${asked.reference} as ${asked.intentId}`;
    const wrong = (promise: string, what = '') => found(promise, `${say} ${what}`);
    judgeAsking(asked, wrong);
    judgeShown(asked, kept, wrong);
    judgeWay(asked, kept, wrong);
  }
  for (const target of kept.plan.targets) {
    if ((target.migrations?.pending ?? []).length > 0) judgeExpanded(world, kept, target, found);
    judgeEnd(world, kept, target, found);
  }
  judgeAbsent(kept, teams.deeds, found);
}

/** Every database by itself, whoever did it. */
export function judgeDatabases({ teams, history }: World, found: Found): void {
  const applied = new Set<string>();
  for (const { what, reference, id, deploymentId, intentId, atMs } of teams.deeds) {
    const name = `${id} in ${reference}`;
    if (what === 'put-back') applied.delete(name);
    if (what === 'put-right') applied.add(name);
    if (what !== 'applied') continue;
    if (applied.has(name)) found('a migration is applied at most once', `${name} by ${intentId}`);
    applied.add(name);
    const ended = history.ends.get(deploymentId);
    const isHeld = ended?.outcome === 'needs-human';
    const endsAtMs = isHeld ? history.resolvedAtMs.get(deploymentId) : ended?.atMs;
    if (atMs > (endsAtMs ?? Number.POSITIVE_INFINITY))
      found('what has ended touches nothing', `${name} by ${intentId} at ${atMs}`);
  }
  for (const { reference, deploymentId, fromMs, toMs } of teams.closings) {
    const endedAtMs = history.ends.get(deploymentId)?.atMs ?? Number.POSITIVE_INFINITY;
    if (fromMs <= endedAtMs && (toMs ?? Number.POSITIVE_INFINITY) <= endedAtMs) continue;
    found('at the end everybody may write again', `${reference} after ${deploymentId}, until ${toMs}`);
  }
}

type Wrong = (promise: string, what?: string) => void;

/** By whoever may, after a look at the very database, and not against what was seen there. */
function judgeAsking(asked: RunAsked, wrong: Wrong): void {
  const { id, seen, sentFence, currentFence, versionsSeen, intentId } = asked;
  if (!asked.wasRecorded) wrong('a call is written down before it is made');
  if (sentFence !== currentFence)
    wrong('a fenced holder touches nothing', `with ${sentFence}, while ${currentFence} holds it`);
  if (asked.begunFence !== null && asked.begunFence !== sentFence)
    wrong('a fenced holder begins nothing', `with ${sentFence}, while ${asked.begunFence} holds it`);
  if (seen === null) {
    wrong('a database is looked at before anything is run in it');
    return;
  }
  if (seen.halfWay.length > 0) wrong('nothing is run after what stopped half-way', seen.halfWay[0]?.say);
  if (seen.isBusy) wrong('nobody runs anything beside somebody else');
  if (seen.applied.some((each) => each.id === id)) wrong('what was applied is not run again');
  const isContract = intentId.includes('/migrate-contract.');
  if (isContract && new Set(versionsSeen).size > 1)
    wrong('nothing is taken away that an older version needs', versionsSeen.join(' and '));
}

/** What was shown, in its order, after everybody who had to had said yes to it. */
function judgeShown({ id, checksum, seen, intentId }: RunAsked, { entries, plan }: Kept, wrong: Wrong): void {
  const pending = plan.targets.flatMap(({ migrations }) => migrations?.pending ?? []);
  const at = pending.findIndex((each) => each.id === id && each.checksum === checksum);
  if (at < 0) wrong('only what was shown is run');
  const before = pending
    .slice(0, Math.max(0, at))
    .filter((each) => !seen?.applied.some((one) => one.id === each.id));
  if (before.length > 0) wrong('migrations are run in their order', `before ${before[0]?.id}`);
  const sent = seqOf(entries, intentId);
  const planned = entries.findLast(
    ({ event, seq }) => seq < sent && (event.kind === 'planned' || event.kind === 'replanned'),
  );
  if (planned?.event.kind !== 'planned' && planned?.event.kind !== 'replanned') return;
  const { hash } = planned.event;
  const people = new Set<string>();
  for (const { event, seq } of entries) {
    if (event.kind !== 'approved' || seq > sent || event.hash !== hash) continue;
    if (event.by !== plan.requestedBy) people.add(event.by);
  }
  const needed = Math.max(0, ...(plan.approval?.requirements ?? []).map((each) => each.needed));
  if (people.size < needed)
    wrong('nothing is run before its plan was approved', `${people.size} of ${needed}`);
}

function seqOf(entries: readonly Entry[], intentId: string): number {
  const sent = entries.find(({ event }) => event.kind === 'effect-sent' && event.effect === intentId);
  return sent?.seq ?? Number.POSITIVE_INFINITY;
}

/** Nothing is run on the way back, nor after something has failed. */
function judgeWay({ intentId }: RunAsked, { entries }: Kept, wrong: Wrong): void {
  const sent = seqOf(entries, intentId);
  const turned = entries.find(({ event, seq }) => seq < sent && turnsAround.has(event.kind));
  if (!isForward(intentId) || turned !== undefined)
    wrong('nothing is run on the way back', turned?.event.kind);
}

const turnsAround: ReadonlySet<string> = new Set(['abort-asked', 'step-failed', 'undo-started', 'finished']);

/** No release and no traffic for a version before its database is what it expects. */
function judgeExpanded(
  { teams, platform }: World,
  { deploymentId }: Kept,
  { id, migrations }: PlannedTarget,
  found: Found,
): void {
  const changes = platform.ledger.filter(
    ({ target, intent }) => target === id && intent.deploymentId === deploymentId && isForward(intent.id),
  );
  for (const { intent, sentAtMs } of changes) {
    for (const pending of migrations?.pending ?? []) {
      if (isThere(teams.deeds, referenceOf(id), pending.id, sentAtMs)) continue;
      found('what a version needs is there before it comes up', `${pending.id}, ${intent.id}`);
    }
  }
}

function isThere(deeds: readonly Deed[], reference: string, id: string, atMs: number): boolean {
  const last = deeds.findLast((deed) => deed.reference === reference && deed.id === id && deed.atMs <= atMs);
  return last?.what === 'applied' || last?.what === 'put-right';
}

/** What was said at the end is so, and a person was called where only a person can go on. */
function judgeEnd(
  { teams, history }: World,
  { deploymentId }: Kept,
  { id, migrations, before }: PlannedTarget,
  found: Found,
): void {
  const ended = history.ends.get(deploymentId);
  if (ended === undefined || ended.outcome === 'needs-human') return;
  const reference = referenceOf(id);
  const say = (what: string) => `${deploymentId} is ${ended.outcome}: ${what} in ${reference}`;
  const pending = migrations?.pending ?? [];
  const missing = pending.find((each) => !isThere(teams.deeds, reference, each.id, ended.atMs));
  if (ended.outcome === 'deployed' && missing !== undefined)
    found('deployed means that all of it was run', say(missing.id));
  const own = teams.deeds.filter((deed) => deed.deploymentId === deploymentId && deed.atMs <= ended.atMs);
  for (const deed of own) {
    if (deed.what === 'begun' && !isThere(teams.deeds, reference, deed.id, ended.atMs))
      found('what stopped half-way waits for a person', say(deed.id));
    if (deed.what !== 'applied' || ended.outcome === 'deployed') continue;
    if (ended.outcome === 'stopped') found('stopped means nothing was changed', say(deed.id));
    else if (deed.light !== 'safe-to-roll-back' && before !== null)
      found('what leaves no way back is not called taken back', say(`${deed.id} is ${deed.light}`));
  }
}

/** What is said to have changed nothing has changed nothing. */
function judgeAbsent({ deploymentId, entries, plan }: Kept, deeds: readonly Deed[], found: Found): void {
  const migrating = plan.steps.filter(({ kind }: Step) => kind === 'migrate').map(({ id }) => id);
  for (const { event } of entries) {
    if (event.kind !== 'effect-settled' || !migrating.includes(event.step)) continue;
    if (event.how !== 'absent' && event.how !== 'refused') continue;
    const deed = deeds.find(({ intentId }) => intentId === event.effect);
    if (deed !== undefined)
      found(
        'what is called absent is not there',
        `${deploymentId} ${event.effect} ${event.how}: ${deed.what}`,
      );
  }
}
