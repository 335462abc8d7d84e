import { invariant } from '../../core/bug.ts';
import { type DeploymentEvent, readEvent } from '../../core/event.ts';
import { EARLY_MS } from '../due.ts';
import { settlesStep } from '../settled.ts';
import type {
  Appended,
  Beginning,
  Begun,
  Claim,
  End,
  Journal,
  Signal,
  Signalled,
  Taken,
  Writing,
} from '../store.ts';
import { putDown } from './board.ts';
import { frozen, kept } from './kept.ts';
import { line, lineUp, start, stepOut, wakeLine } from './line.ts';
import { list, summary } from './list.ts';
import { notify } from './outbox.ts';
import { type DeploymentRecord, isHeld, type State, targetRecord } from './state.ts';

export function memoryJournal(state: State): Journal {
  return {
    begin: async (beginning) => begin(state, beginning),
    begunBy: async (key) => state.orders.get(key) ?? null,
    read: async (id, afterSeq) => (state.deployments.get(id)?.entries ?? []).slice(Math.max(0, afterSeq)),
    start: async (held, afterSeq, writing) =>
      start(
        state,
        held.deploymentId,
        () => takenAmong(state, held.deploymentId),
        () => append(state, held, afterSeq, writing),
      ),
    lineUp: async (held) => {
      const deployment = heldBy(state, held);
      return deployment !== null && lineUp(state, deployment);
    },
    stepOut: async (held) => {
      const deployment = heldBy(state, held);
      return deployment !== null && stepOut(deployment);
    },
    line: async (targetId) => line(state, targetId),
    claim: async (id, owner, leaseMs) => claim(state, id, owner, leaseMs),
    renew: async (held, leaseMs) => {
      const deployment = heldBy(state, held);
      if (deployment === null) return false;
      lease(state, deployment, held.owner, leaseMs);
      return true;
    },
    append: async (held, afterSeq, writing) => append(state, held, afterSeq, writing),
    release: async (held, wakeInMs) => release(state, held, wakeInMs),
    putBack: async (held) => putBack(state, held),
    signal: async (deploymentId, key, event, notices) => signal(state, { deploymentId, key, event, notices }),
    due: async (limit) => due(state, limit),
    list: async (filter) => list(state, filter),
    find: async (id) => {
      const deployment = state.deployments.get(id);
      return deployment === undefined ? null : summary(deployment);
    },
    report: async (id) => state.deployments.get(id)?.report ?? null,
    resolve: async (id) => {
      const deployment = state.deployments.get(id);
      return deployment !== undefined && deployment.outcome !== null && letGo(state, deployment);
    },
  };
}

function begin(state: State, beginning: Beginning): Begun {
  const { deploymentId, orderKey, askedAs = orderKey, targets } = beginning;
  const distinct = new Set(targets.map(({ id }) => id));
  invariant(
    distinct.size === targets.length && targets.length > 0,
    'a deployment has targets, each one once',
  );
  const before = state.orders.get(orderKey) ?? state.orders.get(askedAs);
  if (before !== undefined) return { kind: 'repeated', deploymentId: before };
  if (state.deployments.has(deploymentId)) return { kind: 'id-taken' };
  const obstacle = obstacleTo(state, beginning);
  if (obstacle !== null) return obstacle;
  const { isWaiting = false, replaces } = beginning;
  const nowMs = state.nowMs();
  const deployment: DeploymentRecord = {
    id: deploymentId,
    environment: beginning.environment,
    requestedBy: beginning.requestedBy,
    targets: kept(targets),
    startedAtMs: nowMs,
    entries: [],
    signals: new Set(),
    fence: 0,
    crashes: 0,
    lease: null,
    dueAtMs: nowMs,
    isDirty: false,
    isWaiting,
    inLine: replaces === undefined ? null : takePlaceOf(state, replaces, targets),
    outcome: null,
    endedAtMs: null,
    report: null,
  };
  state.deployments.set(deploymentId, deployment);
  state.active.set(deploymentId, deployment);
  state.orders.set(orderKey, deploymentId).set(askedAs, deploymentId);
  for (const { id } of targets) {
    if (!isWaiting) state.takers.set(id, deploymentId);
    targetRecord(state, id);
  }
  write(state, deployment, [beginning.event]);
  notify(state, beginning.notices);
  for (const sheet of beginning.sheets ?? []) putDown(state, sheet);
  return { kind: 'begun' };
}

function obstacleTo(state: State, { targets, isWaiting, replaces }: Beginning): Begun | null {
  if (isWaiting !== true) return takenOf(state, targets);
  if (replaces === undefined) return null;
  const { deploymentId } = replaces;
  const isInLine = (state.active.get(deploymentId)?.inLine ?? null) !== null;
  return isInLine ? null : { kind: 'not-in-line', deploymentId };
}

/** The place where another stood in line for all of this, which is told that it stands there no more. */
function takePlaceOf(
  state: State,
  replaced: Signal,
  wanted: Beginning['targets'],
): DeploymentRecord['inLine'] {
  const older = state.active.get(replaced.deploymentId);
  const isAll = wanted.every(({ id }) => older?.targets.some((each) => each.id === id) === true);
  const place = isAll ? (older?.inLine ?? null) : null;
  if (older !== undefined) older.inLine = null;
  signal(state, replaced);
  return place;
}

function takenOf(state: State, targets: readonly { readonly id: string }[]): Taken | null {
  for (const { id: target } of targets) {
    const taker = state.takers.get(target);
    if (taker !== undefined) {
      return { kind: state.active.has(taker) ? 'busy' : 'held', target, deploymentId: taker };
    }
  }
  return null;
}

function takenAmong(state: State, id: string): Taken | null {
  return takenOf(state, state.deployments.get(id)?.targets ?? []);
}

function claim(state: State, id: string, owner: string, leaseMs: number): Claim | null {
  const deployment = state.active.get(id);
  if (deployment === undefined || isHeld(deployment.lease, state.nowMs())) return null;
  const { crashes, dueAtMs } = deployment;
  if (dueAtMs === null || dueAtMs > state.nowMs() + EARLY_MS) return null;
  deployment.fence += 1;
  deployment.crashes += 1;
  deployment.isDirty = false;
  lease(state, deployment, owner, leaseMs);
  return { deploymentId: id, owner, fence: deployment.fence, crashes };
}

/** Somebody has to look when the lease runs out, should its holder be gone by then. */
function lease(state: State, deployment: DeploymentRecord, owner: string, leaseMs: number): void {
  const untilMs = state.nowMs() + leaseMs;
  deployment.lease = { owner, untilMs };
  deployment.dueAtMs = untilMs;
}

/** A lease that ran out is still its holder's until somebody else takes it: only the fence decides. */
function heldBy(state: State, { deploymentId, fence }: Claim): DeploymentRecord | null {
  const deployment = state.active.get(deploymentId);
  const isTheirs = deployment !== undefined && deployment.lease !== null && deployment.fence === fence;
  return isTheirs ? deployment : null;
}

function append(state: State, held: Claim, afterSeq: number, writing: Writing): Appended {
  const { events, notices, end, sheets = [] } = writing;
  const deployment = heldBy(state, held);
  if (deployment === null) return 'fenced';
  if (deployment.entries.length !== afterSeq) return 'behind';
  write(state, deployment, events);
  if (settlesStep(events)) deployment.crashes = 0;
  notify(state, notices);
  for (const sheet of sheets) putDown(state, sheet);
  if (end !== null) finish(state, deployment, end);
  return 'written';
}

function write(state: State, deployment: DeploymentRecord, events: readonly DeploymentEvent[]): void {
  const atMs = state.nowMs();
  for (const event of events) {
    const seq = deployment.entries.length + 1;
    deployment.entries.push(frozen({ seq, atMs, event: readEvent(kept(event)) }));
  }
}

function finish(state: State, deployment: DeploymentRecord, end: End): void {
  const nowMs = state.nowMs();
  deployment.outcome = end.outcome;
  deployment.endedAtMs = nowMs;
  deployment.report = kept(end.report);
  deployment.lease = null;
  deployment.dueAtMs = null;
  deployment.isWaiting = false;
  deployment.inLine = null;
  for (const sheet of end.sheets ?? []) putDown(state, sheet);
  state.active.delete(deployment.id);
  for (const { target, releaseId, version } of end.believed) {
    const believed = { releaseId, version, deploymentId: deployment.id, sinceMs: nowMs };
    targetRecord(state, target).believed = frozen(believed);
  }
  if (end.outcome !== 'needs-human') letGo(state, deployment);
}

function letGo(state: State, deployment: DeploymentRecord): boolean {
  const theirs = deployment.targets.filter(({ id }) => state.takers.get(id) === deployment.id);
  for (const { id } of theirs) state.takers.delete(id);
  wakeLine(state, deployment);
  return theirs.length > 0;
}

function release(state: State, held: Claim, wakeInMs: number | null): 'released' | 'again' | 'fenced' {
  const deployment = heldBy(state, held);
  if (deployment === null) return 'fenced';
  if (deployment.isDirty) {
    deployment.isDirty = false;
    return 'again';
  }
  deployment.lease = null;
  deployment.crashes = 0;
  deployment.dueAtMs = wakeInMs === null ? null : state.nowMs() + wakeInMs;
  return 'released';
}

function putBack(state: State, held: Claim): 'put-back' | 'fenced' {
  const deployment = heldBy(state, held);
  if (deployment === null) return 'fenced';
  deployment.lease = null;
  deployment.crashes = held.crashes;
  deployment.dueAtMs = state.nowMs();
  return 'put-back';
}

function signal(state: State, { deploymentId, key, event, notices }: Signal): Signalled {
  const deployment = state.deployments.get(deploymentId);
  if (deployment === undefined) return 'ended';
  if (deployment.signals.has(key)) return 'repeated';
  if (deployment.outcome !== null) return 'ended';
  const nowMs = state.nowMs();
  deployment.signals.add(key);
  write(state, deployment, [event]);
  deployment.isDirty = true;
  if (!isHeld(deployment.lease, nowMs)) deployment.dueAtMs = Math.min(deployment.dueAtMs ?? nowMs, nowMs);
  notify(state, notices);
  return 'written';
}

function due(state: State, limit: number): string[] {
  const nowMs = state.nowMs();
  const ready: { id: string; dueAtMs: number }[] = [];
  for (const { id, dueAtMs, lease } of state.active.values()) {
    if (dueAtMs !== null && dueAtMs <= nowMs && !isHeld(lease, nowMs)) ready.push({ id, dueAtMs });
  }
  ready.sort((a, b) => a.dueAtMs - b.dueAtMs);
  return ready.slice(0, limit).map(({ id }) => id);
}
