import { type Deployment, type Evidence, evolve, replay } from '../core/deployment.ts';
import type { DeploymentEvent } from '../core/event.ts';
import type { Appended, Claim, Started } from '../store/store.ts';
import type { EngineParts } from './parts.ts';
import { writingOf } from './writing.ts';

/** Somebody else may act for this deployment now. Whoever meets this stops at once and touches nothing more. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/**
 * One deployment, held by its lease: what it is, and the only way to write to its journal. Writes are made one after
 * another, also when several steps are carried out side by side.
 */
export type Hold = {
  readonly deploymentId: string;
  readonly claim: Claim;
  now(): Deployment;
  /** Reads what others wrote meanwhile: a person who presses stop, for one. */
  refresh(): Promise<void>;
  /**
   * Writes what was decided upon while the deployment went in this direction; false, and nothing, when it has turned
   * around since, or when somebody else wrote meanwhile. `asOf` is the entry up to which the decision knew of everything;
   * left out: of all that is known now.
   */
  writeNext(
    events: readonly DeploymentEvent[],
    direction: Deployment['direction'],
    asOf?: number,
  ): Promise<boolean>;
  /** Takes the targets and writes that it has started, or says who has them. @throws {Fenced} */
  start(): Promise<'started' | 'behind' | Exclude<Started, Appended>>;
  /** Writes what has happened, whatever others wrote meanwhile. */
  writeFact(event: DeploymentEvent): Promise<void>;
  /**
   * Remembers what was learnt about a target, in this process alone: what it takes to learn it again is in the journal,
   * and what others write there takes its place.
   */
  learn(target: string, evidence: Evidence): void;
  /**
   * Makes sure that the lease outlasts a call. It comes last, right before the call: whatever is awaited in between may
   * take longer than the lease. @throws {Fenced}
   */
  beforeSend(): Promise<void>;
  /** Aborted when the lease is lost. */
  readonly signal: AbortSignal;
  close(): void;
};

const RENEWALS_MAX = 3;

/**
 * `askedAtMs` is when the lease was asked for, by this machine's clock: it may have been taken long before that was
 * heard. `known` is what this process remembers of the deployment; only what came after it is read.
 */
export async function takeHold(
  parts: EngineParts,
  claim: Claim,
  askedAtMs: number,
  known: Deployment | null,
  storeNowMs: () => number,
): Promise<Hold> {
  const { store, clock, patience } = parts;
  const { deploymentId } = claim;
  const lost = new AbortController();
  let deployment: Deployment = known ?? replay(await store.journal.read(deploymentId, 0));
  let renewedAtMs = askedAtMs;
  let tail: Promise<unknown> = Promise.resolve();

  async function refresh(): Promise<void> {
    for (const entry of await store.journal.read(deploymentId, deployment.seq))
      deployment = evolve(deployment, entry);
  }
  async function append(events: readonly DeploymentEvent[]): Promise<boolean> {
    if (lost.signal.aborted) throw new Fenced(deploymentId);
    const writing = await writingOf(parts, deploymentId, deployment, events, storeNowMs());
    const appended = await store.journal.append(claim, deployment.seq, writing);
    if (appended === 'fenced') throw loss();
    await refresh();
    return appended === 'written';
  }
  async function startOnce(): Promise<'started' | 'behind' | Exclude<Started, Appended>> {
    if (lost.signal.aborted) throw new Fenced(deploymentId);
    const writing = await writingOf(parts, deploymentId, deployment, [{ kind: 'started' }], storeNowMs());
    const started = await store.journal.start(claim, deployment.seq, writing);
    if (started === 'fenced') throw loss();
    await refresh();
    return started === 'written' ? 'started' : started;
  }
  async function renew(): Promise<void> {
    const sinceMs = clock.nowMs();
    if (!(await store.journal.renew(claim, patience.leaseMs))) throw loss();
    renewedAtMs = sinceMs;
  }
  function loss(): Fenced {
    lost.abort();
    return new Fenced(deploymentId);
  }
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = tail.then(work, work);
    tail = turn.catch(() => undefined);
    return turn;
  }
  if (known !== null) await refresh();
  void keepRenewing(parts, lost.signal, () => inTurn(renew)).catch(() => lost.abort());

  return {
    deploymentId,
    claim,
    now: () => deployment,
    refresh: () => inTurn(refresh),
    writeNext: (events, direction, asOf) =>
      inTurn(async () => isStill(deployment, direction, asOf) && (await append(events))),
    start: () => inTurn(startOnce),
    writeFact: (event) =>
      inTurn(async () => {
        while (!(await append([event])));
      }),
    learn(target, evidence) {
      deployment = { ...deployment, evidence: new Map(deployment.evidence).set(target, evidence) };
    },
    async beforeSend() {
      const leftMs = () => renewedAtMs + patience.leaseMs - clock.nowMs();
      for (let renewals = 0; leftMs() < patience.sendMarginMs; renewals++) {
        if (renewals === RENEWALS_MAX) throw new Error('the database is too slow to be sure of the lease');
        await inTurn(renew);
      }
      if (lost.signal.aborted) throw new Fenced(deploymentId);
    },
    signal: lost.signal,
    close: () => lost.abort(),
  };
}

function isStill(
  deployment: Deployment,
  direction: Deployment['direction'],
  asOf: number = deployment.seq,
): boolean {
  return deployment.seq === asOf && deployment.direction === direction;
}

/** Until the hold is closed. A database that does not answer is not a lost lease yet: the next write will tell. */
async function keepRenewing(
  { clock, patience }: EngineParts,
  signal: AbortSignal,
  renew: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(patience.leaseMs / 3, signal);
    if (signal.aborted) return;
    await renew().catch((error: unknown) => {
      if (error instanceof Fenced) throw error;
    });
  }
}
