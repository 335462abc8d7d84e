import type { Entry } from '../../src/core/event.ts';
import type { Plan } from '../../src/core/plan.ts';
import { type Faults, harmless } from './faults.ts';
import { judgeEvidence } from './judge-evidence.ts';
import { judgeFlags } from './judge-flags.ts';
import { judgeJournal, judgeStop } from './judge-journal.ts';
import { judgeLedger } from './judge-ledger.ts';
import { judgeDatabases, judgeMigrations } from './judge-migrations.ts';
import { judgeRuns } from './judge-runs.ts';
import { judgeSlack } from './judge-slack.ts';
import { judgeStanding } from './judge-standing.ts';
import { judgeSwitches } from './judge-switches.ts';
import { judgeTheirTool, judgeVersions } from './judge-their-tool.ts';
import { judgeTurns } from './judge-turns.ts';
import { isUnsound } from './migrating.ts';
import type { World } from './world.ts';

/** A promise that was broken, and how. */
export type Finding = { readonly promise: string; readonly say: string };

/** One deployment as the database has it when everything is over. */
export type Kept = {
  readonly deploymentId: string;
  readonly entries: readonly Entry[];
  readonly plan: Plan;
  readonly hasReport: boolean;
};

/** Reads the platform's ledger, the database and the channel, and takes nobody's word for anything. */
export async function judgeWorld(world: World, isOver: boolean): Promise<Finding[]> {
  const { history, database } = world;
  const findings: Finding[] = [];
  const found = (promise: string, say: string) => void findings.push({ promise, say });
  if (!isOver) found('everything comes to rest', restless(world));
  for (const robbery of history.robberies) found('nothing is taken from who is well', robbery);
  for (const write of history.staleWrites) found('a fenced holder writes nothing', write);

  const kept: Kept[] = [];
  for (const deploymentId of history.begins.keys()) {
    const entries = await database.store.journal.read(deploymentId, 0);
    const [first] = entries;
    if (first?.event.kind !== 'planned') {
      found('a journal begins with its plan', deploymentId);
      continue;
    }
    const report = await database.store.journal.report(deploymentId);
    kept.push({ deploymentId, entries, plan: planOf(first.event.plan, entries), hasReport: report !== null });
  }
  for (const each of kept) {
    judgeJournal(each, history, found);
    judgeStanding(world, each, found);
    judgeOutcome(world, each, found);
    if (world.migrated.size > 0) {
      judgeMigrations(world, each, found);
      judgeVersions(world, each, found);
    }
    if (world.reactions !== null) {
      judgeTurns(world, each, found);
      judgeEvidence(world, each, found);
      judgeFlags(world, each, found);
    }
    if (isUndisturbed(world.faults)) judgeStop(each, found);
  }
  judgeClaims(world, found);
  judgeOrders(world, found);
  judgeLedger(world, kept, found);
  judgeDatabases(world, found);
  judgeTheirTool(world, found);
  judgeSwitches(world, found);
  judgeRuns(world, found);
  if (isOver) judgeSlack(world, kept, found);
  return findings;
}

/** What waits is drawn again when something has changed; from its start on it stays the same. */
function planOf(first: Plan, entries: readonly Entry[]): Plan {
  return entries.reduce((plan, { event }) => (event.kind === 'replanned' ? event.plan : plan), first);
}

/** Nothing is on that could keep anybody from taking up a stop; what is staged may be. */
function isUndisturbed({ on, incidents }: Faults): boolean {
  const isCrashed = [...incidents.values()].some(({ kind }) => kind !== 'stop');
  return (
    !isCrashed && [...on].every((fault) => harmless.has(fault) || ['aborts', 'bad-versions'].includes(fault))
  );
}

export type Found = (promise: string, say: string) => void;

function restless({ history }: World): string {
  const open = [...history.begins.keys()].filter((id) => !history.ends.has(id));
  const unhandled = [...history.accepted].filter((key) => !history.handled.has(key));
  return `not ended: ${open.join(' ') || 'none'}; not handled: ${unhandled.join(' ') || 'none'}`;
}

function judgeClaims({ history }: World, found: Found): void {
  for (const [deploymentId, claims] of history.claims) {
    for (const [index, { fence }] of claims.entries()) {
      const before = claims[index - 1]?.fence ?? 0;
      if (fence <= before) found('fences only rise', `${deploymentId}: ${fence} after ${before}`);
    }
  }
}

/** What was accepted is handled, and whoever was told that it is queued finds it. */
function judgeOrders({ history, replies }: World, found: Found): void {
  const keys = new Map<string, string>();
  for (const [id, { orderKey }] of history.begins) {
    const other = keys.get(orderKey);
    if (other !== undefined) found('one order begins one deployment', `${orderKey}: ${other} and ${id}`);
    keys.set(orderKey, id);
  }
  for (const [key, reply] of replies) {
    const ids = reply.kind === 'answer' ? (reply.deploymentIds ?? []) : [];
    for (const id of ids) if (!history.begins.has(id)) found('what is queued exists', `${key}: ${id}`);
  }
}

/** Nobody is called, and nothing is set aside or given up, without a cause outside of us. */
function judgeOutcome(
  { history, faults, platform, reactions, migrated }: World,
  { deploymentId, plan }: Kept,
  found: Found,
): void {
  const ended = history.ends.get(deploymentId);
  if (ended === undefined) return;
  const { outcome, because, losses } = ended;
  const isMeddled = plan.targets.some(({ id }) => platform.ground(id).meddledAtMs.length > 0);
  if (because.startsWith('Slipway is wrong')) found('Slipway is not wrong', `${deploymentId}: ${because}`);
  if (because.startsWith('whoever worked on it') && losses < 3) {
    found('only what really crashed is set aside', `${deploymentId} after ${losses} losses: ${because}`);
  }
  const isGood = plan.targets.every(({ version }) => ['v1', 'v2', 'v3'].includes(version.name));
  const isAborted = history.abortsAtMs.has(deploymentId);
  // A script may be bad, and what one has done may leave no way back for whoever is stopped.
  const isUnsure = [...migrated.values()].some((each) => isUnsound(each, faults.incidents.size > 0));
  const isSound = migrated.size === 0 || (isGood && !isAborted && !isUnsure);
  const isPlain = isSound && [...faults.on].every((fault) => harmless.has(fault) || fault === 'aborts');
  if (isPlain && outcome === 'needs-human')
    found('nobody is called for nothing', `${deploymentId}: ${because}`);
  // Where people answer and sources say what they like, what is good may well be taken back.
  if (
    isPlain &&
    isGood &&
    reactions === null &&
    !isAborted &&
    !isMeddled &&
    outcome !== 'deployed' &&
    !isStale(because)
  ) {
    found('what is good is deployed', `${deploymentId} is ${outcome}: ${because}`);
  }
}

/** The plan was drawn while another deployment was just ending there, what it needs was not well, it runs there by now, or somebody said no. */
function isStale(because: string): boolean {
  return (
    because.includes('somebody else changed it') ||
    because.includes('check dependencies-healthy') ||
    because.includes('serves there already') ||
    because.startsWith('it was rejected')
  );
}
