import { serviceNamed } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import type { PlannedMigrations } from '../../core/migration.ts';
import { worstLight } from '../../core/migration.ts';
import { sayOneWay } from '../../core/one-way.ts';
import type { Step } from '../../core/plan.ts';
import type { Database, DatabaseStanding } from '../../migration/database.ts';
import { checkScript, migrationKindNamed } from '../../migration/index.ts';
import type { Migration } from '../../migration/migration.ts';
import type { Intent } from '../../platform/platform.ts';
import { olderIn } from '../migrations/contract-rules.ts';
import { databaseAt, readMigrations, unsupported } from '../migrations/read.ts';
import { type Fate, send } from './effect.ts';
import { done, type Performed, type Scene, wait, waitOrGiveUp } from './scene.ts';

type Migrate = Extract<Step, { kind: 'migrate' }>;
type Migrating = Scene<Migrate>;

const BUSY_LOOK_MS = 2_000;

/** Runs what has not been run, one call a migration, each asked about before the next. Taken back it runs nothing. */
export function migrate(scene: Migrating): Promise<Performed> {
  return scene.direction === 'forward' ? runNext(scene) : takeBack(scene);
}

async function runNext(scene: Migrating): Promise<Performed> {
  const { step, hold } = scene;
  const { database, planned, migrations } = await workOf(scene);
  const standing = await look(scene, database, migrations);
  if (standing.isBusy)
    return waitOrGiveUp(scene, 'somebody else ran migrations in the database, and did not end');
  if (standing.isReadOnly) await database.endReadOnly();
  refuseHalfWay(standing);
  refuseChanged(migrations, standing);
  if (step.phase === 'contract') await refuseOlder(scene);
  const applied = new Set(standing.applied.map(({ id }) => id));
  const next = migrations.find(({ id }) => !applied.has(id));
  if (next === undefined) {
    const because = `${migrations.length} migration${migrations.length === 1 ? '' : 's'} applied`;
    return done({ verdict: { kind: 'pass', because } });
  }
  if (standing.isTheirToolBusy === true)
    return waitOrGiveUp(scene, 'the team’s own tool held its lock in the database, and did not let it go');
  const say = `running ${next.id}, ${applied.size + 1} of ${migrations.length}`;
  await hold.writeFact({ kind: 'progressed', step: step.id, say, numbers: null, numbersBefore: null });
  const call = async (intent: Intent) => {
    await runOne(scene, { database, planned }, next, intent);
    return { releaseId: null };
  };
  return (await send(scene, call)) ?? wait(0);
}

async function runOne(
  { step, target, hold }: Migrating,
  { database, planned }: { readonly database: Database; readonly planned: PlannedMigrations },
  migration: Migration,
  intent: Intent,
): Promise<void> {
  const script = await checkScript(migration.sql);
  if (script.kind === 'unreadable') throw unsupported(`${migration.id}: ${script.say}`);
  const { lockTimeoutMs, statementTimeoutMs, isReadOnly } = step;
  const { statements, isTransactional, light } = script;
  await database.apply({
    service: target.service,
    migration,
    statements,
    isTransactional,
    light,
    ledger: migrationKindNamed(planned.kind).ledger,
    intentId: intent.id,
    deploymentId: hold.deploymentId,
    version: target.version.name,
    lockTimeoutMs,
    statementTimeoutMs,
    isReadOnly,
    stillMay: hold.beforeSend,
  });
}

/** What was shown and nothing else: the scripts are read again, and have to be word for word what was approved. */
async function workOf(scene: Migrating) {
  const { parts, target, step } = scene;
  const service = serviceNamed(parts.catalog(), target.service);
  const planned = target.migrations;
  if (service?.migrations === undefined || planned === undefined)
    throw unsupported(`no migrations of ${target.service} are configured any more`);
  const there = await readMigrations(parts, service, service.migrations, target.version);
  const migrations = step.migrations.map(({ id, checksum }) => {
    const found = there.find((each) => each.id === id);
    if (found?.checksum === checksum) return found;
    const what = found === undefined ? 'is not there any more' : 'has other words now than were shown';
    throw new Failed({ code: 'conflict', message: `the migration ${id} ${what}`, retryAfterMs: null });
  });
  return { database: databaseAt(parts, planned.database), planned, migrations };
}

type Asked = Pick<Migration, 'id' | 'name' | 'sql' | 'checksum'>;

function look(
  { target }: Scene,
  database: Database,
  migrations: readonly Asked[],
): Promise<DatabaseStanding> {
  const ledger = target.migrations === undefined ? null : migrationKindNamed(target.migrations.kind).ledger;
  return database.look({ service: target.service, migrations, ledger });
}

function refuseHalfWay({ halfWay }: DatabaseStanding): void {
  const [half] = halfWay;
  if (half === undefined) return;
  const message = `a migration stopped half-way, and is never run again by itself: ${half.say}`;
  throw new Failed({ code: 'ambiguous', message, retryAfterMs: null, evidence: [...half.next] });
}

function refuseChanged(migrations: readonly Asked[], { applied }: DatabaseStanding): void {
  for (const { id, checksum } of applied) {
    const asked = migrations.find((each) => each.id === id);
    if (asked === undefined || checksum === null || checksum === asked.checksum) continue;
    const message = `the migration ${id} was run with other words than were shown`;
    throw new Failed({ code: 'conflict', message, retryAfterMs: null });
  }
}

async function refuseOlder({ site, target }: Migrating): Promise<void> {
  const older = olderIn(await site.look());
  if (older === null) return;
  const message = `${older} runs at ${target.id} again, and needs what would be taken away`;
  throw new Failed({ code: 'conflict', message, retryAfterMs: null });
}

/**
 * Nothing is run to take a migration back. What it has added stays, and where the version before works with that, all is
 * well; where it does not, or nobody can tell, a person is called.
 */
async function takeBack(scene: Migrating): Promise<Performed> {
  const { parts, target, step, state } = scene;
  const planned = target.migrations;
  if (planned === undefined || state().effects === 0) return done();
  const { before } = target;
  const database = databaseAt(parts, planned.database);
  const standing = await look(scene, database, askedBy(step));
  if (standing.isBusy) return wait(BUSY_LOOK_MS);
  if (standing.isReadOnly) await database.endReadOnly();
  refuseHalfWay(standing);
  const ids = new Set(standing.applied.filter(({ by }) => by === 'us').map(({ id }) => id));
  const run = planned.pending.filter(({ id }) => ids.has(id));
  const light = worstLight(run.map((each) => each.light));
  if (light === 'safe-to-roll-back' || before === null) return done();
  if (step.phase === 'contract') throw unsupported(sayContracted(run, target.version.name));
  const way = sayOneWay({ ...target, migrations: { ...planned, pending: run } });
  throw unsupported(`${way}: it needs a forward fix`);
}

/** What runs never needed it: nothing is broken, but it is not as it was either. */
function sayContracted(run: PlannedMigrations['pending'], version: string): string {
  const names = run.map(({ id }) => id).join(', ');
  return `what ${names} has taken away stays away; ${version} works without it, and no version before it comes back`;
}

/** Enough to find them by what we ourselves have written. */
function askedBy({ migrations }: Migrate): Asked[] {
  return migrations.map(({ id, checksum }) => ({ id, checksum, name: id, sql: '' }));
}

/** What became of a call: it stands in the database, in the transaction of what it tells. */
export async function migrationFate(scene: Scene, step: Migrate, intent: Intent): Promise<Fate> {
  const { parts, target } = scene;
  if (target.migrations === undefined) return { kind: 'absent' };
  const standing = await look(scene, databaseAt(parts, target.migrations.database), askedBy(step));
  const all = [...standing.applied, ...standing.others, ...standing.halfWay];
  if (all.some(({ intentId }) => intentId === intent.id)) return { kind: 'found', releaseId: null };
  return standing.isBusy ? { kind: 'not-yet', lookAfterMs: BUSY_LOOK_MS } : { kind: 'absent' };
}
