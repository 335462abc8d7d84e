import type { DatastoreAt, IntegrityQuery, PlannedMigrations } from './migration.ts';
import type { PlannedTarget, Step } from './plan.ts';

/** How the migrations of one target are run; which ones they are stands in the target. */
export type Migrating = {
  /** This moment can be marked, to put the database back to. */
  readonly isProtected: boolean;
  /** Whose platform keeps moments of its own accord; left out: the database marks one. */
  readonly datastore?: DatastoreAt;
  readonly integrity: readonly IntegrityQuery[];
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly isReadOnly: boolean;
};

const PROTECT_DEADLINE_MS = 60_000;
/** What a platform keeps moves on by minutes. */
const KEPT_DEADLINE_MS = 300_000;
const MIGRATE_DEADLINE_MS = 1_800_000;
const VERIFY_DEADLINE_MS = 120_000;

/** A moment to go back to, then the migrations, then whether what is in the database is right: before anything else. */
export function migrationSteps({
  target,
  migrating,
}: {
  readonly target: PlannedTarget;
  readonly migrating?: Migrating;
}): Step[] {
  const { id, migrations } = target;
  if (migrating === undefined || migrations === undefined || migrations.pending.length === 0) return [];
  const common = (kind: string) => ({ id: `${kind}.${id}`, target: id, needs: [] });
  return [
    ...(migrating.isProtected ? [protect(common('protect'), migrating)] : []),
    migrate(common(`migrate-${migrations.phase}`), migrations, migrating),
    ...(migrating.integrity.length === 0
      ? []
      : [
          {
            ...common('verify-data'),
            kind: 'verify-data' as const,
            queries: [...migrating.integrity],
            deadlineMs: VERIFY_DEADLINE_MS,
          },
        ]),
  ];
}

function protect(common: Pick<Step, 'id' | 'target' | 'needs'>, { datastore }: Migrating): Step {
  return datastore === undefined
    ? { ...common, kind: 'protect', deadlineMs: PROTECT_DEADLINE_MS }
    : { ...common, kind: 'protect', datastore, deadlineMs: KEPT_DEADLINE_MS };
}

function migrate(
  common: Pick<Step, 'id' | 'target' | 'needs'>,
  { phase, pending }: PlannedMigrations,
  { lockTimeoutMs, statementTimeoutMs, isReadOnly }: Migrating,
): Step {
  return {
    ...common,
    kind: 'migrate',
    phase,
    migrations: pending.map(({ id, checksum }) => ({ id, checksum })),
    lockTimeoutMs,
    statementTimeoutMs,
    isReadOnly,
    deadlineMs: MIGRATE_DEADLINE_MS,
  };
}
