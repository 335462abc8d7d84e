import { considerStart } from '../../core/admission.ts';
import { quorumOf } from '../../core/approval.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import type { Hold } from '../hold.ts';
import type { EngineParts } from '../parts.ts';
import type { StoreClock } from '../store-clock.ts';
import type { Found } from './found.ts';
import { recheckPeople } from './people.ts';
import { recheckWorld } from './world.ts';

/** How long until it is looked at again although nothing has woken it. */
const HINDERED_LOOK_MS = 20_000;
const IN_LINE_LOOK_MS = 60_000;
const WAIT_MAX_MS = 600_000;

/**
 * Sees whether a waiting deployment may start, and starts it: everything that was true when it was asked for has to be
 * true now. Answers how many milliseconds nothing more can be done, zero when something moved.
 */
export async function admit(parts: EngineParts, storeTime: StoreClock, hold: Hold): Promise<number> {
  const nowMs = storeTime.nowMs();
  const deployment = hold.now();
  const admission = considerStart(deployment, nowMs);
  switch (admission.kind) {
    case 'wait':
      return waitForPeople(parts, hold, Math.min(admission.ms, WAIT_MAX_MS));
    case 'end':
      return end(hold, admission.because);
    case 'missed':
      return note(hold, missed(deployment, nowMs));
    case 'remind':
      return note(hold, { kind: 'reminded' });
    case 'ready':
      return begin(parts, hold, nowMs);
  }
}

function missed(deployment: Deployment, nowMs: number): DeploymentEvent {
  const { plan, hash, people } = deployment;
  const isOpen = plan.approval !== undefined && !quorumOf(plan.approval, hash, people.approvals).isMet;
  const because = people.hindrance ?? (isOpen ? 'it has not been approved' : null);
  const lateMs = nowMs - (people.untilMs ?? nowMs);
  return { kind: 'missed', lateMs, ...(because === null ? {} : { because }) };
}

async function begin(parts: EngineParts, hold: Hold, nowMs: number): Promise<number> {
  const found = await recheck(parts, hold.now(), nowMs);
  switch (found.kind) {
    case 'end':
      return end(hold, found.because);
    case 'write':
      return note(hold, found.event);
    case 'hindered':
      return hindered(parts, hold, found.say, found.isAsked ?? false);
    case 'taken':
      return (await askFirst(hold)) ?? waitForTurn(parts, hold, found.by);
    case 'clear':
      return (await askFirst(hold)) ?? start(parts, hold);
  }
}

/**
 * The world first: what waits for it is looked at every few seconds, and whoever keeps the accounts answers only so many
 * questions a minute. What would move a deployment asks people last, right before it does.
 */
async function recheck(parts: EngineParts, deployment: Deployment, nowMs: number): Promise<Found> {
  const world = await recheckWorld(parts, deployment, nowMs);
  if (world.kind === 'hindered' || world.kind === 'taken') return world;
  return (await recheckPeople(parts, deployment)) ?? world;
}

async function start(parts: EngineParts, hold: Hold): Promise<number> {
  const started = await hold.start();
  if (typeof started === 'string') return 0;
  if (started.kind === 'held')
    return hindered(parts, hold, `${started.target} waits for a person: ${started.deploymentId}`);
  return waitForTurn(parts, hold, started.deploymentId);
}

/**
 * Whoever chose a time has not asked to stand in line, and a place in line would keep others waiting for as long as
 * nobody says whether it is still to start.
 */
function waitForTurn(parts: EngineParts, hold: Hold, behind: string): Promise<number> {
  const { untilMs, isSaidToStart } = hold.now().people;
  if (untilMs !== null && !isSaidToStart) {
    return hindered(parts, hold, `${behind} is on its way there`);
  }
  return standInLine(parts, hold, behind);
}

async function standInLine(parts: EngineParts, hold: Hold, behind: string): Promise<number> {
  if (!(await parts.store.journal.lineUp(hold.claim))) return 0;
  const { people } = hold.now();
  if (people.behind !== behind || people.hindrance !== null) await note(hold, { kind: 'queued', behind });
  return IN_LINE_LOOK_MS;
}

/** A yes that does not count any more leaves it waiting for people: nobody else has to wait for them too. */
async function waitForPeople(parts: EngineParts, hold: Hold, ms: number): Promise<number> {
  const isInLine = hold.now().people.behind !== null;
  return isInLine && !(await parts.store.journal.stepOut(hold.claim)) ? 0 : ms;
}

/** What cannot start for a reason of its own gives up its place in line, and keeps nobody else waiting. */
async function hindered(parts: EngineParts, hold: Hold, say: string, isAsked = false): Promise<number> {
  const { people } = hold.now();
  if (people.behind !== null && !(await parts.store.journal.stepOut(hold.claim))) return 0;
  if (people.hindrance !== say || (isAsked && !people.isAskedFirst)) {
    await note(hold, { kind: 'hindered', say, ...(isAsked ? { isAsked } : {}) });
  }
  return HINDERED_LOOK_MS;
}

/** Null when nobody has to be asked. A lock that is released must start nothing by surprise. */
async function askFirst(hold: Hold): Promise<number | null> {
  if (!hold.now().people.isAskedFirst) return null;
  return note(hold, { kind: 'missed', lateMs: 0, because: 'what somebody had locked is free again' });
}

async function note(hold: Hold, event: DeploymentEvent): Promise<number> {
  await hold.writeNext([event], 'forward');
  return 0;
}

function end(hold: Hold, because: string): Promise<number> {
  return note(hold, { kind: 'finished', outcome: 'stopped', because });
}
