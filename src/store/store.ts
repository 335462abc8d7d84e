import type { AuditRecord } from '../core/audit/record.ts';
import type { DeploymentEvent, Entry, Outcome } from '../core/event.ts';
import type { Offer } from '../core/refusal.ts';
import type { Text } from '../core/text.ts';
import type { Installations } from './installations.ts';
import type { Ledger } from './ledger.ts';
import type { Samples } from './sample.ts';

/**
 * What we know, and who may write it. Every method is one transaction; all times are the database's clock in
 * milliseconds; nothing here waits for anything but the database. Three implementations pass one contract suite:
 * Postgres, Postgres embedded (PGlite), and memory for simulation.
 */
export type Store = {
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly targets: Targets;
  readonly duties: Duties;
  readonly samples: Samples;
  readonly board: Board;
  readonly ledger: Ledger;
  readonly installations: Installations;
  nowMs(): Promise<number>;
  close(): Promise<void>;
};

// ---- Journal: deployments, their events, and the right to act for them

export type Journal = {
  /**
   * Writes a new deployment with its first event and takes its targets, or nothing at all.
   * `orderKey` names the request for ever: asking again answers `repeated` with what it made the first time.
   */
  begin(beginning: Beginning): Promise<Begun>;

  /**
   * Lets a waiting deployment go: takes its targets and writes, or nothing at all. `behind-others` when one that has
   * waited in line for longer wants one of the same targets.
   */
  start(claim: Claim, afterSeq: number, writing: Writing): Promise<Started>;

  /** Puts a waiting deployment in line for its targets; its place is kept from the first time. False: fenced. */
  lineUp(claim: Claim): Promise<boolean>;

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
  readonly environment: string;
  readonly requestedBy: string;
  readonly targets: readonly { readonly id: string; readonly service: string; readonly version: string }[];
  readonly event: DeploymentEvent;
  readonly notices: readonly Notice[];
  /** It waits for people, a time or its turn, and takes its targets when it starts. */
  readonly isWaiting?: boolean;
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

// ---- Inbox: what was delivered to us, each delivery once

export type Inbox = {
  /** False when this key was received before. */
  receive(delivery: Delivery): Promise<boolean>;
  /** Takes one delivery to handle; null when it is done or held by somebody else. */
  take(key: string, owner: string, leaseMs: number): Promise<Delivery | null>;
  /** Keys of deliveries that nobody has handled `olderThanMs` after they came, oldest first. */
  waiting(olderThanMs: number, limit: number): Promise<readonly string[]>;
  done(key: string, owner: string): Promise<void>;
  /** Forgets handled deliveries older than this; the keys that guard against replay stay for at least a day. */
  sweep(olderThanMs: number): Promise<number>;
};

export type Delivery = {
  /** Unique for ever: what the sender calls this delivery, or a hash of its signature. */
  readonly key: string;
  readonly kind: 'command' | 'click' | 'submission' | 'shortcut' | 'mention' | 'home';
  readonly body: unknown;
};

// ---- Outbox: what is to be told

/**
 * Something to tell, written in the transaction of what it tells. The same key again makes the row newer (`revision`
 * goes up and it is sent again); rows of one stream are sent in the order in which they were first written.
 */
export type Notice = {
  readonly key: string;
  readonly stream: string;
  readonly lane: Lane;
  readonly content: NoticeContent;
};

export type Lane = 'critical' | 'report' | 'progress';

/** What it is about, never how it looks: whoever sends it reads the newest state and renders that. */
export type NoticeContent = DeploymentNotice | SheetNotice | WordNotice;

export type DeploymentNotice = {
  readonly kind: 'card' | 'thread' | 'report' | 'alert';
  readonly deploymentId: string;
  readonly environment: string;
  /** For a thread line: the entry that it tells; null: whatever the thread has not been told yet. */
  readonly seq: number | null;
};

/** Something on the board, told in one place; the message is edited whenever the sheet changes. */
export type SheetNotice = {
  readonly kind: 'sheet';
  readonly sheet: SheetId;
  readonly to: Destination;
};

/** A word to somebody, said once. */
export type WordNotice = {
  readonly kind: 'word';
  readonly to: Destination;
  readonly text: Text;
  readonly offers: readonly Offer[];
  /** The key of a notice whose message this is said under; null stands by itself. */
  readonly under: string | null;
};

export type Destination =
  | { readonly kind: 'channel'; readonly id: string }
  /** The cards' channel of an environment. */
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'person'; readonly id: string };

export type Outbox = {
  /**
   * Takes rows that are due, critical lane first, oldest first, only the first unsent row of each stream.
   * A row that was taken and never settled comes back after `leaseMs` with `isUncertain`.
   */
  take(owner: string, limit: number, leaseMs: number): Promise<readonly OutboxRow[]>;
  /** `ref` is where it went, for later edits. A row that became newer meanwhile stays due. */
  sent(row: OutboxRow, ref: SentRef): Promise<void>;
  /** Tries again later. `isUncertain` when it may have been sent all the same. */
  later(row: OutboxRow, inMs: number, isUncertain: boolean): Promise<void>;
  /** Gives up for good, and says why. */
  drop(row: OutboxRow, because: string): Promise<void>;
  /** Where a key was sent, or null. */
  ref(key: string): Promise<SentRef | null>;
  /** How many rows wait, and for how long the oldest has. */
  backlog(): Promise<{ readonly rows: number; readonly oldestMs: number }>;
};

export type OutboxRow = Notice & {
  readonly id: number;
  readonly revision: number;
  readonly claimFence: number;
  /** How often it was taken since it was last settled, this time included. */
  readonly attempts: number;
  readonly isUncertain: boolean;
  /** Where it stands already, when this is an edit. */
  readonly ref: SentRef | null;
};

export type SentRef = { readonly channel: string; readonly ts: string };

// ---- Targets: what we believe runs where, and what was last seen

export type Targets = {
  all(): Promise<readonly TargetState[]>;
  /** What was read from the platform; drift is the reader's to judge. */
  saw(targetId: string, seen: Seen): Promise<void>;
};

export type TargetState = {
  readonly id: string;
  /** What the last deployment of ours left there; null before the first. */
  readonly believed: {
    readonly releaseId: string;
    readonly version: string;
    readonly deploymentId: string;
    readonly sinceMs: number;
  } | null;
  readonly seen: Seen | null;
  /** An active deployment, or one that waits for a person. */
  readonly takenBy: string | null;
};

export type Seen = {
  readonly atMs: number;
  readonly releases: readonly {
    readonly releaseId: string;
    readonly version: string;
    readonly trafficPercent: number;
    readonly health: string;
  }[];
  /** Why the platform could not be read; `releases` are then the last ones that were. */
  readonly problem: string | null;
};

// ---- Duties: work that only one process at a time may do

export type Duties = {
  /** Takes or renews; true while `owner` has it. */
  hold(duty: string, owner: string, leaseMs: number): Promise<boolean>;
  drop(duty: string, owner: string): Promise<void>;
};

// ---- Board: what hangs beside the desk: locks, freezes, schedules, windows, reviews, runs of a runbook

/**
 * Small things that people agree on, each a sheet with a version. Whoever changes one names the version that they saw,
 * so that of two who press at once one is first. Every version is kept.
 */
export type Board = {
  /** Puts up a sheet (`afterVersion` 0) or its next version, with everything that goes with it, or nothing at all. */
  put(put: Put): Promise<PutDown>;
  find(id: SheetId): Promise<Sheet | null>;
  /** Oldest first. */
  list(filter: SheetFilter): Promise<readonly Sheet[]>;
  /** Open sheets whose time has come, longest due first. */
  due(limit: number): Promise<readonly Sheet[]>;
};

export type SheetId = { readonly kind: string; readonly id: string };

export type Sheet = SheetId & {
  /** Counts from one. */
  readonly version: number;
  /** JSON; read by the schema of its kind, never trusted. */
  readonly body: unknown;
  readonly isOpen: boolean;
  /** When somebody has to look; null: not by the clock. */
  readonly dueAtMs: number | null;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
};

export type Put = SheetId & {
  /** The version that this one follows; 0 for a new sheet. */
  readonly afterVersion: number;
  /** Names the request for ever; the same again answers `repeated`. */
  readonly key: string;
  readonly body: unknown;
  readonly isOpen: boolean;
  readonly dueAtMs: number | null;
  readonly notices: readonly Notice[];
  /** For the desk's stream of the ledger. */
  readonly records?: readonly AuditRecord[];
};

/** `behind`: it is not the version any more that this one follows, or there is one already. */
export type PutDown = 'written' | 'behind' | 'repeated';

export type SheetFilter = {
  readonly kind: string | null;
  readonly isOpen: boolean | null;
  readonly limit: number;
};
