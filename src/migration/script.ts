import type { Light } from '../core/migration.ts';

/** What a script does, statement by statement, as Postgres's own grammar reads it. */
export type Script =
  | {
      readonly kind: 'read';
      readonly statements: readonly Statement[];
      /** All of it can be done in one transaction: after any failure it is as if it had never begun. */
      readonly isTransactional: boolean;
      readonly light: Light;
      readonly findings: readonly Finding[];
    }
  /** Nobody can say what it would do, so nobody can approve it. One sentence without a full stop. */
  | { readonly kind: 'unreadable'; readonly say: string };

export type Statement = {
  readonly sql: string;
  /** Of its first word, from one. */
  readonly line: number;
  readonly isTransactional: boolean;
  /**
   * It keeps nobody from reading or writing while it waits for others, and would stay behind half done where it stopped
   * waiting; left out: it does keep them.
   */
  readonly isPatient?: true;
  /** The index that it builds while others write, which may be left behind INVALID; left out: none, or without a name. */
  readonly index?: { readonly schema: string | null; readonly name: string };
};

/**
 * `locks`: others wait. `rewrites`: every row is written or read while others wait. `destroys`: what is gone only a
 * backup brings back. `blocks-writes`: others can read, not write. `not-transactional`: it may stop half-way.
 * `breaks-old`: the version that ran before does not work with it. `unclear`: nobody can tell whether it does.
 */
export type FindingKind =
  | 'locks'
  | 'rewrites'
  | 'destroys'
  | 'blocks-writes'
  | 'not-transactional'
  | 'breaks-old'
  | 'unclear';

export type Finding = {
  readonly kind: FindingKind;
  /** Of the statement that it is about, from one. */
  readonly line: number;
  /** One sentence without a full stop. */
  readonly say: string;
};
