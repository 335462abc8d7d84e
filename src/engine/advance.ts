import { Bug } from '../core/bug.ts';
import { type Act, conclude, type Directive, decide } from '../core/decide.ts';
import type { Deployment } from '../core/deployment.ts';
import type { DeploymentEvent } from '../core/event.ts';
import { Failed } from '../core/failure.ts';
import type { Claim } from '../store/store.ts';
import { admit } from './admit/index.ts';
import { barredBy } from './frozen.ts';
import { heldTooLong } from './held.ts';
import { Fenced, type Hold, takeHold } from './hold.ts';
import type { Memory } from './memory.ts';
import type { EngineParts } from './parts.ts';
import { LOST_MAX } from './perform/effect.ts';
import { perform } from './perform/index.ts';
import { giveBack, setAside, tooManyCrashes } from './set-aside.ts';
import type { StoreClock } from './store-clock.ts';
import type { Turn, Turns } from './turns.ts';
import { keepVigil } from './vigil/index.ts';

/** Whoever lets it go on wakes it; this is only how often somebody looks all the same. */
const HELD_LOOK_MS = 600_000;

/** How a visit ended: `busy` is somebody else's, `lost` was taken away or could not be written. */
export type Visit = 'busy' | 'ended' | 'waiting' | 'lost';

/** What a visit shares with the others of its process. */
export type Visiting = { readonly storeTime: StoreClock; readonly memory: Memory; readonly turns: Turns };

/** So long nothing else is done here when one is visited alone; then it has proved itself, or settled no step yet. */
const ALONE_MS = 10_000;

/**
 * Moves a deployment on until it ends or has to wait. Everything it knows is in the journal, so it may die at any line
 * and be called again by anybody; whoever holds the lease is the only one who acts. One that one more crash would set
 * aside, or one more lost call give up, is visited alone, so that it is not blamed for what another one does to the
 * process.
 */
export async function advance(parts: EngineParts, visiting: Visiting, deploymentId: string): Promise<Visit> {
  const together = await visitOnce(parts, visiting, 'together', deploymentId);
  if (together !== 'suspect') return together;
  const alone = await visitOnce(parts, visiting, 'alone', deploymentId);
  return alone === 'suspect' ? 'waiting' : alone;
}

/** Whether others are visited beside it, and what it holds its place by. */
type Company = { readonly how: 'together' | 'alone'; readonly turn: Turn };

async function visitOnce(
  parts: EngineParts,
  visiting: Visiting,
  how: 'together' | 'alone',
  deploymentId: string,
): Promise<Visit | 'suspect'> {
  const turn = await visiting.turns.take(how);
  const over = new AbortController();
  if (how === 'alone') void parts.clock.sleep(ALONE_MS, over.signal).then(turn.share);
  try {
    return await visit(parts, visiting, { how, turn }, deploymentId);
  } finally {
    over.abort();
    turn.end();
  }
}

async function visit(
  parts: EngineParts,
  { storeTime, memory }: Visiting,
  { how, turn }: Company,
  deploymentId: string,
): Promise<Visit | 'suspect'> {
  const { store, patience, clock, log, owner } = parts;
  const askedAtMs = clock.nowMs();
  const claim = await store.journal.claim(deploymentId, owner, patience.leaseMs);
  if (claim === null) return 'busy';
  let hold: Hold | null = null;
  try {
    const early = await judgeCrashes(parts, claim, how);
    if (early !== null) return early;
    hold = await takeHold(parts, claim, askedAtMs, memory.recall(deploymentId), storeTime.nowMs);
    const moved = await move(parts, storeTime, hold, { how, turn });
    memory.keep(deploymentId, moved === 'waiting' ? hold.now() : null);
    return moved;
  } catch (error) {
    if (error instanceof Fenced) {
      log.warn({ deploymentId, fence: claim.fence }, 'lease lost, stopped');
      return 'lost';
    }
    if (error instanceof Bug) return await setAside(parts, claim, `Slipway is wrong: ${error.message}`);
    log.error({ deploymentId, error: String(error) }, 'visit broken off, somebody will look again');
    await giveBack(parts, claim);
    return 'lost';
  } finally {
    hold?.close();
  }
}

/** Null when it may go on. */
async function judgeCrashes(
  parts: EngineParts,
  claim: Claim,
  how: 'together' | 'alone',
): Promise<Visit | 'suspect' | null> {
  const { patience } = parts;
  if (claim.crashes >= patience.crashesMax) return setAside(parts, claim, tooManyCrashes(claim));
  if (how === 'alone' || claim.crashes < patience.crashesMax - 1) return null;
  return putBack(parts, claim);
}

async function putBack({ store }: EngineParts, claim: Claim): Promise<'suspect' | 'lost'> {
  return (await store.journal.putBack(claim)) === 'put-back' ? 'suspect' : 'lost';
}

/**
 * Whether its next call is the last one that may get lost. Calls get lost when their process ends under them, and
 * waiting for what became of each is no crash, so that the count of crashes alone would never tell. One that is still
 * open counts as lost: what comes of it and the next call are of one visit.
 */
function isLastCall({ steps }: Deployment): boolean {
  return [...steps.values()].some(({ status, effect, lost }) => {
    if ((status !== 'running' && status !== 'undoing') || effect === null) return false;
    const isUnsure = effect.state === 'sent' || effect.state === 'unknown';
    return lost + (isUnsure ? 1 : 0) >= LOST_MAX - 1;
  });
}

async function move(
  parts: EngineParts,
  storeTime: StoreClock,
  hold: Hold,
  { how, turn }: Company,
): Promise<Visit | 'suspect'> {
  const share = sharing(hold, turn);
  const isSuspect = () => how === 'together' && isLastCall(hold.now());
  for (;;) {
    share();
    if (parts.stopping.aborted) return await handOver(parts, hold);
    if (isSuspect()) return putBack(parts, hold.claim);
    const waitMs = await step(parts, storeTime, hold);
    if (waitMs === 'ended') return 'ended';
    if (await rest(parts, hold, waitMs)) return 'waiting';
    await hold.refresh();
  }
}

/** True when the lease was given back meanwhile, because nothing can be done for so long. */
async function rest(parts: EngineParts, hold: Hold, waitMs: number): Promise<boolean> {
  if (waitMs > parts.patience.napMs) return giveUpLease(parts, hold, waitMs);
  if (waitMs > 0) await parts.clock.sleep(waitMs, hold.signal);
  return false;
}

/** Whoever has settled a step is not what the process died of, and need not be alone any more. */
function sharing(hold: Hold, turn: Turn): () => void {
  const settled = () => [...hold.now().steps.values()].filter(({ endedAtMs }) => endedAtMs !== null).length;
  const before = settled();
  return () => {
    if (settled() > before) turn.share();
  };
}

/** Does what is to be done next; answers how many milliseconds nothing more can be done. */
async function step(parts: EngineParts, storeTime: StoreClock, hold: Hold): Promise<number | 'ended'> {
  const late = heldTooLong(hold.now(), storeTime.nowMs(), parts.patience.heldMaxMs);
  if (late !== null) {
    await hold.writeNext([late], 'forward');
    return 0;
  }
  return carryOut(parts, storeTime, hold, decide(hold.now()));
}

async function carryOut(
  parts: EngineParts,
  storeTime: StoreClock,
  hold: Hold,
  directive: Directive,
): Promise<number | 'ended'> {
  switch (directive.kind) {
    case 'record':
      return record(parts, storeTime, hold, directive.events);
    case 'act':
      return actAll(parts, storeTime, hold, directive.acts);
    case 'admit':
      return admit(parts, storeTime, hold);
    case 'hold':
      return (await keepVigil(parts, hold, storeTime.nowMs)) ?? HELD_LOOK_MS;
    case 'leave':
      return parts.patience.foreignMs;
    case 'end':
      return 'ended';
  }
}

/** Writes what is decided, unless a freeze stops it; then everything else goes on, and somebody looks again soon. */
async function record(
  parts: EngineParts,
  storeTime: StoreClock,
  hold: Hold,
  events: readonly DeploymentEvent[],
): Promise<number | 'ended'> {
  const barred = await barredBy(parts, hold, events, storeTime.nowMs());
  if (barred.events.length > 0) await hold.writeNext(barred.events, 'forward');
  const directive = decide(hold.now(), barred.steps);
  if (directive.kind === 'record') {
    await hold.writeNext(directive.events, hold.now().direction);
    return 0;
  }
  const waitMs = await carryOut(parts, storeTime, hold, directive);
  return waitMs === 'ended' ? waitMs : Math.min(waitMs, parts.patience.frozenLookMs);
}

/** False when somebody asked for something meanwhile, and it has to be looked at again with the lease still held. */
async function giveUpLease({ store, bell }: EngineParts, hold: Hold, waitMs: number): Promise<boolean> {
  const released = await store.journal.release(hold.claim, waitMs);
  if (released === 'fenced') throw new Fenced(hold.deploymentId);
  if (released === 'released') bell.ring(hold.deploymentId, waitMs);
  return released === 'released';
}

/** Lets somebody else go on at once: this process is about to end. */
async function handOver({ store, bell }: EngineParts, hold: Hold): Promise<Visit> {
  // Who asked for something meanwhile has written it down: whoever comes next reads it.
  const released = await store.journal.release(hold.claim, 0);
  if (released === 'again') await store.journal.release(hold.claim, 0);
  bell.ring(hold.deploymentId, 0);
  return 'waiting';
}

/** Carries out every ready step side by side; answers how long nothing more can be done, zero when something moved. */
async function actAll(
  parts: EngineParts,
  storeTime: StoreClock,
  hold: Hold,
  acts: readonly Act[],
): Promise<number> {
  const ended = await Promise.allSettled(acts.map((act) => actOnce(parts, storeTime, hold, act)));
  // The lease is not given back before the last of them is still.
  const waits = ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
  return Math.min(...waits);
}

async function actOnce(parts: EngineParts, storeTime: StoreClock, hold: Hold, act: Act): Promise<number> {
  const attempted = await attempt(parts, storeTime, hold, act);
  if (typeof attempted === 'number') return attempted;
  const { event, asOf } = attempted;
  if (asOf === null) await hold.writeFact(event);
  else if (!(await hold.writeNext([event], act.direction, asOf))) return 0;
  if (event.kind === 'stumbled' || event.kind === 'step-failed' || event.kind === 'undo-failed') {
    const { failure, step } = event;
    parts.log.warn({ deploymentId: hold.deploymentId, step, failure }, 'step failed');
  }
  return 0;
}

type Attempted = { readonly event: DeploymentEvent; readonly asOf: number | null };

/** The event that says how it went, or how many milliseconds to wait. */
async function attempt(
  parts: EngineParts,
  storeTime: StoreClock,
  hold: Hold,
  act: Act,
): Promise<Attempted | number> {
  try {
    const performed = await perform(parts, hold, act, storeTime.nowMs);
    if (performed.kind === 'wait') return performed.ms;
    return { event: conclude(hold.now(), act, performed), asOf: performed.asOf ?? null };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const failed = { kind: 'failed', failure: error.failure } as const;
    return { event: conclude(hold.now(), act, failed), asOf: null };
  }
}
