import type { Appended, Started, Taken } from '../store.ts';
import { type DeploymentRecord, isHeld, type State } from './state.ts';

/** Those that wait in line for a target, first come first. */
export function line(state: State, targetId: string): string[] {
  return inLineFor(state, new Set([targetId])).map(({ id }) => id);
}

export function lineUp(state: State, deployment: DeploymentRecord): boolean {
  if (!deployment.isWaiting) return false;
  state.lineUps += 1;
  deployment.inLine ??= { sinceMs: state.nowMs(), ordinal: state.lineUps };
  return true;
}

export function stepOut(deployment: DeploymentRecord): boolean {
  if (!deployment.isWaiting) return false;
  deployment.inLine = null;
  return true;
}

/** Takes all the targets and writes, or nothing at all. */
export function start(state: State, id: string, taken: () => Taken | null, append: () => Appended): Started {
  const deployment = state.deployments.get(id);
  if (deployment === undefined) return 'fenced';
  const [ahead] = aheadOf(state, deployment);
  const obstacle = taken();
  // Whoever has lost the lease hears of that first.
  if (ahead !== undefined || obstacle !== null) {
    return ahead === undefined ? (obstacle as Taken) : { kind: 'behind-others', deploymentId: ahead.id };
  }
  const appended = append();
  if (appended !== 'written') return appended;
  for (const { id: target } of deployment.targets) state.takers.set(target, id);
  deployment.isWaiting = false;
  deployment.inLine = null;
  return 'written';
}

function aheadOf(state: State, deployment: DeploymentRecord): DeploymentRecord[] {
  const others = inLineFor(state, new Set(deployment.targets.map(({ id }) => id)));
  const mine = others.indexOf(deployment);
  return mine === -1 ? others : others.slice(0, mine);
}

function inLineFor(state: State, targets: ReadonlySet<string>): DeploymentRecord[] {
  return [...state.active.values()]
    .filter(({ inLine, targets: theirs }) => inLine !== null && theirs.some(({ id }) => targets.has(id)))
    .toSorted((a, b) => place(a) - place(b));
}

function place({ inLine }: DeploymentRecord): number {
  return inLine?.ordinal ?? Number.POSITIVE_INFINITY;
}

/** Somebody has to look at whoever waits for what a deployment has just let go. */
export function wakeLine(state: State, { id, targets }: DeploymentRecord): void {
  const nowMs = state.nowMs();
  for (const waiting of inLineFor(state, new Set(targets.map((target) => target.id)))) {
    if (waiting.id === id) continue;
    waiting.isDirty = true;
    if (!isHeld(waiting.lease, nowMs)) waiting.dueAtMs = Math.min(waiting.dueAtMs ?? nowMs, nowMs);
  }
}
