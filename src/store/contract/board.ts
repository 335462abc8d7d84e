import type { AuditRecord } from '../../core/audit/record.ts';
import type { Notice, SheetId } from './outbox.ts';

/**
 * Small things that people agree on, each a sheet with a version. Whoever changes one names the version that they saw,
 * so that of two who press at once one is first. Every version is kept.
 */
export type Board = {
  /** Puts up a sheet (`afterVersion` 0) or its next version, with everything that goes with it, or nothing at all. */
  put(put: Put): Promise<PutDown>;
  find(id: SheetId): Promise<Sheet | null>;
  /** How often sheets of a kind have been put, altogether; for who has to know that none of them changes meanwhile. */
  changes(kind: string): Promise<number>;
  /** Oldest first. */
  list(filter: SheetFilter): Promise<readonly Sheet[]>;
  /** Open sheets whose time has come, longest due first. */
  due(limit: number): Promise<readonly Sheet[]>;
};

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
  /** What `changes` said before the others of its kind were looked at; left out: it stands in no relation to them. */
  readonly afterChanges?: number;
  /** Names the request for ever; the same again answers `repeated`. */
  readonly key: string;
  readonly body: unknown;
  readonly isOpen: boolean;
  readonly dueAtMs: number | null;
  readonly notices: readonly Notice[];
  /** For the desk's stream of the ledger. */
  readonly records?: readonly AuditRecord[];
};

/**
 * `behind`: it is not the version any more that this one follows, or there is one already, or another sheet of the kind
 * has changed since those were looked at.
 */
export type PutDown = 'written' | 'behind' | 'repeated';

export type SheetFilter = {
  readonly kind: string | null;
  readonly isOpen: boolean | null;
  readonly limit: number;
};
