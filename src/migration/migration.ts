import type { Phase } from '../core/migration.ts';

/**
 * How a team writes the migrations of its database. One member a folder; everybody else sees this contract. A member
 * only reads a folder's files and names what is in them; it runs nothing, neither SQL nor anybody's program.
 */
export type MigrationKind = {
  /** `prisma`, `sql`. */
  readonly id: string;
  readonly summary: string;
  /** Files that are looked at: by the end of their names. All others are left alone, and not even read. */
  readonly endings: readonly string[];
  /**
   * In the order in which they run.
   * @throws {Failed} `rejected` for a folder that cannot be understood: two of one number, a script in another language
   */
  read(files: readonly ScriptFile[]): readonly Migration[];
  /** The table in which the team's own tool keeps what it has applied; null where there is none. */
  readonly ledger: Ledger | null;
};

export type ScriptFile = {
  /** Below the folder, with slashes. */
  readonly path: string;
  readonly text: string;
};

export type Migration = {
  /** What it is called for ever: by the team's tool where there is one. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the script as it stands in the file, in hexadecimal. */
  readonly checksum: string;
  /** What its author says of it; null: nothing. */
  readonly phase: Phase | null;
  readonly isReversible: boolean;
  /** The script that takes it back; null where there is none. A person runs it, never this program. */
  readonly undo: string | null;
};

/** Another tool's own table: read to know what it has applied, and written so that it agrees with us afterwards. */
export type Ledger = {
  /** With its schema where the tool has one of its own: `drizzle.__drizzle_migrations`. */
  readonly table: string;
  /**
   * Gives rows of `{ mark, state, also }` in the order in which they came: `applied`, `failed`, `gone` again, or
   * `baseline`, which stands for everything up to it. `also`: the checksum, where it keeps that one of ours.
   */
  readonly select: string;
  /** Whether a baseline stands for one of ours too; left out where the tool has none. */
  isUpTo?(migration: Pick<Migration, 'id'>, baseline: string): boolean;
  /** What `mark` is for one of ours. */
  markOf(migration: Pick<Migration, 'id' | 'name' | 'sql' | 'checksum'>): string;
  /** Left out where the tool lets two of it run at a time. */
  readonly lock?: ToolLock;
  /** One row for what was applied. Run in the transaction of what it tells where there is one. */
  insert(migration: Applied): { readonly sql: string; readonly values: readonly unknown[] };
};

/** What a tool takes while it runs, so that there is only one of it at a time. */
type ToolLock =
  | {
      readonly kind: 'advisory';
      /** The number, for a table in that schema. */
      keyOf(schema: string): bigint;
      /**
       * The tool waits for it within a statement. Such a one is older than an index that is built concurrently behind it,
       * which waits for it in turn: the server would end one of the two, and leave the index INVALID. So it is held only
       * where the migration is one transaction, and otherwise merely respected.
       * See https://github.com/flyway/flyway/issues/1654, from when Flyway did so too.
       */
      readonly isWaitedFor: boolean;
    }
  /** A row with `is_locked`, which outlives whoever wrote it: never written by us, and held by a lock of the row alone. */
  | { readonly kind: 'row'; readonly table: string };

export type Applied = Pick<Migration, 'id' | 'name' | 'sql' | 'checksum'> & {
  readonly statements: readonly string[];
  /** A name that no other row has. */
  readonly newId: string;
  readonly tookMs: number;
};
