import type { IntegrityQuery, Light } from '../core/migration.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Ledger, Migration } from './migration.ts';
import type { Statement } from './script.ts';

/**
 * A database that migrations are for. Every method rejects with `Failed` and with nothing else. What was applied stands
 * in a table of our own in that very database, so that it is known in the transaction of what it tells.
 */
export type Database = {
  /** The truth now, read from the database and never remembered. Changes nothing. */
  look(asked: LookedFor): Promise<DatabaseStanding>;

  /**
   * Runs one migration that has not been run, or does nothing when it has. `outcome-unknown`: it may have been applied,
   * or have stopped half-way, and `look` tells which. Every other failure promises that nothing was changed.
   */
  apply(run: Run): Promise<void>;

  /** Marks this moment, so that a person can put the whole database back to it. Only where `look` said that it can. */
  protect(name: string): Promise<void>;

  /** Whether declared questions find nothing wrong. Reads only. What could not be asked is `unknown`. */
  verify(queries: readonly IntegrityQuery[]): Promise<Verdict>;

  /** Lets everybody write again where a migration of ours was ended before it could. A desired state. */
  endReadOnly(): Promise<void>;
};

export type LookedFor = {
  readonly service: string;
  readonly migrations: readonly Pick<Migration, 'id' | 'name' | 'sql' | 'checksum'>[];
  readonly ledger: Ledger | null;
};

export type DatabaseStanding = {
  /** Of those that were asked for, whatever is known to have been run; by us, or by the team's own tool. */
  readonly applied: readonly AppliedMigration[];
  /** Begun, and not known to have ended: nothing more is run before a person has looked. */
  readonly halfWay: readonly HalfWay[];
  /** Applied for this service, by us or lately by the team's own tool, and not among those that were asked for. */
  readonly others: readonly AppliedMigration[];
  /** Somebody runs one at this moment. */
  readonly isBusy: boolean;
  /**
   * The team's own tool says that it runs at this moment; left out where there is none. What it says may be left over from
   * one that was killed, so that only what would be begun waits for it, and never what is to be known or taken back.
   */
  readonly isTheirToolBusy?: boolean;
  /** Whether this moment can be marked to be put back to, and why not: one sentence without a full stop. */
  readonly protection: { readonly can: true } | { readonly can: false; readonly say: string };
  /** Nobody may write there now because of us. */
  readonly isReadOnly: boolean;
};

export type AppliedMigration = {
  readonly id: string;
  /** Null where the team's own tool ran it and keeps none that can be compared. */
  readonly checksum: string | null;
  readonly by: 'us' | 'their-tool';
  /** As it was said when it was run; null where that was not us. */
  readonly light: Light | null;
  readonly deploymentId: string | null;
  /** The call that ran it. */
  readonly intentId: string | null;
  readonly finishedAtMs: number | null;
};

export type HalfWay = {
  readonly id: string;
  /** The call that began it; null where that was not us. */
  readonly intentId: string | null;
  /** How far it is known to have come, in one sentence without a full stop. */
  readonly say: string;
  /** What a person looks at and types, a line each. */
  readonly next: readonly string[];
};

export type Run = {
  readonly service: string;
  readonly migration: Pick<Migration, 'id' | 'name' | 'sql' | 'checksum'>;
  readonly statements: readonly Statement[];
  readonly isTransactional: boolean;
  readonly light: Light;
  readonly ledger: Ledger | null;
  /** Names this call for ever. */
  readonly intentId: string;
  readonly deploymentId: string;
  /** The version that brings it. */
  readonly version: string;
  readonly lockTimeoutMs: number;
  /** For each statement. */
  readonly statementTimeoutMs: number;
  /** Nobody else may write meanwhile. */
  readonly isReadOnly: boolean;
  /**
   * Asked once nobody else can begin any more, and before anything is changed: whoever slept on the way there may have been
   * followed by somebody else, who knows nothing of it. What it rejects with is what `apply` then rejects with.
   */
  stillMay(): Promise<void>;
};
