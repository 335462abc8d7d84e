import type { Offer } from '../../core/refusal.ts';
import type { Text } from '../../core/text.ts';

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

/** Names something on the board. */
export type SheetId = { readonly kind: string; readonly id: string };

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

export type Room = { readonly name: string; readonly people: readonly string[] };

export type Destination =
  | {
      readonly kind: 'channel';
      readonly id: string;
      /** A channel of its own to make for it; where the workspace does not let the app, `id` it is. */
      readonly room?: Room;
    }
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
  /** Which key stands at a place, so that a message can be traced to what it tells; null for what is not ours. */
  keyAt(ref: SentRef): Promise<string | null>;
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
