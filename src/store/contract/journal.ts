import type { DeploymentEvent, Entry, Outcome } from '../../core/event.ts';
import type { Put } from './board.ts';
import type { Notice } from './outbox.ts';

export type Journal = {
  /**
   * Writes a new deployment with its first event and takes its targets, or nothing at all.
   * `orderKey` names the request for ever, and so does `askedAs`: asking again answers `repeated` with what it made the first time.
   */
  begin(beginning: Beginning): Promise<Begun>;

  /** What a request made before, by its `orderKey` or its `askedAs`; null when it made nothing. */
  begunBy(key: string): Promise<string | null>;

  /**
   * Lets a waiting deployment go: takes its targets and writes, or nothing at all. `behind-others` when one that has
   * waited in line for longer wants one of the same targets.
   */
  start(claim: Claim, afterSeq: number, writing: Writing): Promise<Started>;

  /** Puts a waiting deployment in line for its targets; its place is kept from the first time. False: fenced. */
  lineUp(claim: Claim): Promise<boolean>;

  /** Gives up its place: what cannot start for a reason of its own keeps nobody else waiting. False: fenced. */
  stepOut(claim: Claim): Promise<boolean>;

  /** The deployments that wait in line for a target, first come first. */
  line(targetId: string): Promise<readonly string[]>;

  /** Entries after `afterSeq`, oldest first; none for a deployment that does not exist. */
  read(deploymentId: string, afterSeq: number): Promise<readonly Entry[]>;

  /**
   * Takes the lease, when the deployment is active, nobody holds it and its time has come: a bell that is heard
   * although somebody has looked meanwhile is no reason to look again, and to ring once more. Raises the fence, so that
   * every earlier holder's writes fail from here on, and `crashes`, which `release` and a settled step set back to zero.
   */
  claim(deploymentId: string, owner: string, leaseMs: number): Promise<Claim | null>;

  /** False: it is somebody else's now, and the holder must stop at once. */
  renew(claim: Claim, leaseMs: number): Promise<boolean>;

  /** Writes events after `afterSeq` with everything that goes with them. */
  append(claim: Claim, afterSeq: number, writing: Writing): Promise<Appended>;

  /**
   * Gives the lease back and says when to look again; null waits for a signal. `again` when a signal came meanwhile:
   * the lease is still held then, and the holder must look once more.
   */
  release(claim: Claim, wakeInMs: number | null): Promise<'released' | 'again' | 'fenced'>;

  /** Gives the lease back as if it had not been taken: nothing was done, no crash is forgotten, it is due at once. */
  putBack(claim: Claim): Promise<'put-back' | 'fenced'>;

  /**
   * What a person asked of a running deployment: written without the lease, once per `key`, and the deployment is woken.
   * `repeated` when the key was used before, `ended` when the deployment has ended or does not exist.
   */
  signal(
    deploymentId: string,
    key: string,
    event: DeploymentEvent,
    notices: readonly Notice[],
  ): Promise<Signalled>;

  /** Active deployments that nobody holds and whose time has come, longest due first. */
  due(limit: number): Promise<readonly string[]>;

  /** Newest first. */
  list(filter: ListFilter): Promise<readonly Summary[]>;

  find(deploymentId: string): Promise<Summary | null>;

  /** The kept report of an ended deployment. */
  report(deploymentId: string): Promise<KeptReport | null>;

  /** Lets go of the targets that a deployment which called for a person still holds. Once; false when it held none. */
  resolve(deploymentId: string, by: string): Promise<boolean>;
};

export type Beginning = {
  readonly deploymentId: string;
  readonly orderKey: string;
  /**
   * The request, where `orderKey` names what was asked for instead, so that equal orders are one. It too names one
   * deployment for ever: of two beginnings with one request the second is answered `repeated`.
   */
  readonly askedAs?: string;
  readonly environment: string;
  readonly requestedBy: string;
  readonly targets: readonly { readonly id: string; readonly service: string; readonly version: string }[];
  readonly event: DeploymentEvent;
  readonly notices: readonly Notice[];
  /** It waits for people, a time or its turn, and takes its targets when it starts. */
  readonly isWaiting?: boolean;
  /** Put up on the board in the same transaction; one that is there already is left as it is. */
  readonly sheets?: readonly Put[];
  /**
   * Another that stands in line, which is told by this signal in the same transaction that this one, which waits too,
   * is there in its stead. It gets the other's place where that one waits for all that this one wants, and else none:
   * nobody passes those who wait for something that it never waited for.
   */
  readonly replaces?: Signal;
};

/** What `signal` writes. */
export type Signal = {
  readonly deploymentId: string;
  readonly key: string;
  readonly event: DeploymentEvent;
  readonly notices: readonly Notice[];
};

export type Started = Appended | Taken | { readonly kind: 'behind-others'; readonly deploymentId: string };

/** Why targets could not be taken. */
export type Taken =
  /** Another deployment is active on one of the targets. */
  | { readonly kind: 'busy'; readonly target: string; readonly deploymentId: string }
  /** An ended deployment there still waits for a person. */
  | { readonly kind: 'held'; readonly target: string; readonly deploymentId: string };

export type Begun =
  | { readonly kind: 'begun' }
  | { readonly kind: 'repeated'; readonly deploymentId: string }
  | Taken
  /** What it was to replace stands in line no more. */
  | { readonly kind: 'not-in-line'; readonly deploymentId: string }
  /** The id is taken: draw another. */
  | { readonly kind: 'id-taken' };

export type Claim = {
  readonly deploymentId: string;
  readonly owner: string;
  readonly fence: number;
  /** How many holders before this one went without giving it back or settling a step. */
  readonly crashes: number;
};

export type Writing = {
  readonly events: readonly DeploymentEvent[];
  readonly notices: readonly Notice[];
  /** Present when these events end the deployment. */
  readonly end: End | null;
  /** Put up by `append` in the same transaction; one that has another version by now is left as it is. */
  readonly sheets?: readonly Put[];
};

export type End = {
  readonly outcome: Outcome;
  readonly report: KeptReport;
  /** What each target is now believed to run; left out where a person has to look. */
  readonly believed: readonly {
    readonly target: string;
    readonly releaseId: string;
    readonly version: string;
  }[];
  /** Put up on the board in the same transaction; one that is there already is left as it is. */
  readonly sheets?: readonly Put[];
};

/** `behind`: somebody else wrote first, read again. `fenced`: the lease is lost, stop. */
export type Appended = 'written' | 'behind' | 'fenced';
export type Signalled = 'written' | 'repeated' | 'ended';

export type KeptReport = { readonly markdown: string; readonly json: string };

export type ListFilter = {
  readonly service: string | null;
  readonly environment: string | null;
  readonly isActive: boolean | null;
  readonly limit: number;
};

export type Summary = {
  readonly deploymentId: string;
  readonly environment: string;
  readonly requestedBy: string;
  readonly targets: readonly { readonly id: string; readonly service: string; readonly version: string }[];
  readonly outcome: Outcome | null;
  /** It has not taken its targets yet. */
  readonly isWaiting: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
};
