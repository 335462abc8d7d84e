import type { ConfiguredMigrations } from '../../core/catalog.ts';
import type { Migrating } from '../../core/draw-migrations.ts';
import { Failed } from '../../core/failure.ts';
import { type PlannedMigrations, worstLight } from '../../core/migration.ts';
import type { Order } from '../../core/order.ts';
import type { Version } from '../../core/plan.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { contract } from '../../core/strategy/contract.ts';
import { sentence } from '../../core/text.ts';
import type { DatabaseStanding } from '../../migration/database.ts';
import { migrationKindNamed } from '../../migration/index.ts';
import type { Migration } from '../../migration/migration.ts';
import { type Surveyed, servingOf } from '../desk/ground.ts';
import type { Place } from '../desk/place.ts';
import type { EngineParts } from '../parts.ts';
import { fitOf, nothingSince, type WayBack, wayBackTo } from './back.ts';
import { type Checked, checkAll, lightOf, refuseUnmarked, sayBack } from './checked.ts';
import { pendingOf, sayOvertaken, toContract, toExpand } from './choose.ts';
import { refuseContract } from './contract-rules.ts';
import { checkIntegrity } from './integrity.ts';
import { datastoreIn, protectionAt, sayKept } from './kept-moments.ts';
import { databaseAt, readMigrations } from './read.ts';

/** What a plan says of the database of one target; both null where nothing is done to it. */
export type MigrationPlan = {
  readonly planned: PlannedMigrations | null;
  readonly migrating: Migrating | null;
  readonly caveats: readonly string[];
  /** What stays when the deployment is taken back. */
  readonly leaves: readonly string[];
};

/** Of a place whose database nothing is done to. */
export const untouched: MigrationPlan = { planned: null, migrating: null, caveats: [], leaves: [] };

/**
 * What has to be done to the database for an order, as the scripts and the database are at this moment. Whatever cannot
 * be known is a refusal, and for a way back that nobody can judge: unknown.
 */
export async function planMigrations(
  parts: EngineParts,
  order: Order,
  { place, reading, version }: Surveyed,
): Promise<MigrationPlan | Refusal> {
  const configured = place.service.migrations;
  const reference = configured?.databases[place.environment.name];
  const isContract = order.strategy === contract.id;
  if (configured === undefined || reference === undefined) {
    if (isContract)
      return refuse('not-supported', [
        `No database of ${place.id} is configured, so that it has no migrations.`,
      ]);
    return configured === undefined ? untouched : { ...untouched, caveats: [noDatabase(place)] };
  }
  const isFree = servingOf(reading.standing).length === 0;
  const asked = { parts, place, configured, reference, version, isFree };
  if (order.purpose === 'roll-back') return planBack(asked);
  const refused = isContract ? await refuseContract(parts, place, reading.standing) : null;
  return refused ?? planForward(asked, isContract);
}

type Asked = {
  readonly parts: EngineParts;
  readonly place: Place;
  readonly configured: ConfiguredMigrations;
  readonly reference: string;
  readonly version: Version;
  /** Nothing serves there at this moment. */
  readonly isFree: boolean;
};

function noDatabase({ environment }: Place): string {
  return `no migrations are run in ${environment.name}: no database is configured there`;
}

async function planForward(asked: Asked, isContract: boolean): Promise<MigrationPlan | Refusal> {
  const { parts, place, version } = asked;
  const read = await readBoth(asked);
  if (isRefusal(read)) return read;
  const standing = await withProtection(asked, read.standing);
  const pending = pendingOf(read.migrations, standing);
  if (isRefusal(pending)) return pending;
  const isFirst = asked.isFree && standing.applied.length + standing.others.length === 0;
  const checked = await choose(asked, pending, { isContract, isFirst });
  if (isRefusal(checked)) return checked;
  const refused = await refuseAt(asked, standing);
  if (refused !== null) return refused;
  const waiting = pending.length - checked.length;
  const chosen = new Set(checked.map(({ planned }) => planned.id));
  const later = [
    ...sayOvertaken(read.migrations, standing, chosen),
    ...(waiting === 0 ? [] : [sayWaiting(waiting, place)]),
  ];
  // What runs is not asked whether it can run.
  const fit = isContract ? nothingSince : await fitOf(parts, place, version, standing);
  const back = isFirst ? nothingBefore : worseOf(wayBackFrom(checked, isContract), fit);
  if (checked.length > 0) return forward(asked, { checked, standing, isContract, later, back });
  const planned = fit.light === 'safe-to-roll-back' ? null : plannedOf(asked, 'expand', [], fit);
  return { ...untouched, planned, caveats: later };
}

/** What this order runs of what has not been run, as it was read with the grammar of the database. */
async function choose(
  { place }: Asked,
  pending: readonly Migration[],
  { isContract, isFirst }: { readonly isContract: boolean; readonly isFirst: boolean },
): Promise<readonly Checked[] | Refusal> {
  if (isFirst && !isContract) return checkAll(pending);
  const chosen = isContract ? toContract(pending, place) : toExpand(pending, place);
  if (isRefusal(chosen)) return chosen;
  const checked = await checkAll(chosen);
  return isRefusal(checked) ? checked : (refuseUnmarked(checked) ?? checked);
}

/** Where a platform keeps the database, it is that one which says whether it can be put back. */
async function withProtection(
  { parts, place, configured }: Asked,
  standing: DatabaseStanding,
): Promise<DatabaseStanding> {
  const datastore = datastoreIn(configured, place.environment.name);
  return { ...standing, protection: await protectionAt(parts, datastore, standing) };
}

async function refuseAt({ configured }: Asked, standing: DatabaseStanding): Promise<Refusal | null> {
  return refuseUnprotected(configured, standing) ?? (await checkIntegrity(configured));
}

type Chosen = {
  readonly checked: readonly Checked[];
  readonly standing: DatabaseStanding;
  readonly isContract: boolean;
  readonly later: readonly string[];
  readonly back: WayBack;
};

/** Whatever is taken away then, nobody has ever used it. */
const nothingBefore: WayBack = {
  light: 'safe-to-roll-back',
  because: 'nothing runs there yet, and nothing has been run in the database',
};

function forward(asked: Asked, { checked, standing, isContract, later, back }: Chosen): MigrationPlan {
  const { configured } = asked;
  const { protection } = standing;
  const datastore = datastoreIn(configured, asked.place.environment.name);
  const ids = checked.map(({ planned }) => planned.id).join(', ');
  return {
    planned: plannedOf(asked, isContract ? 'contract' : 'expand', checked, back),
    migrating: {
      isProtected: protection.can,
      ...(datastore === null ? {} : { datastore }),
      integrity: configured.integrity,
      lockTimeoutMs: configured.lockTimeoutMs,
      statementTimeoutMs: configured.statementTimeoutMs,
      isReadOnly: configured.isReadOnly,
    },
    caveats: [
      ...later,
      ...(lightOf(checked) === 'needs-forward-fix' && !isContract && back !== nothingBefore
        ? [`if it turns out to be bad a person decides what becomes of it: ${back.because}`]
        : []),
      ...(protection.can ? [] : [`no moment is marked to put the database back to: ${protection.say}`]),
      ...(protection.can && datastore !== null ? [sayKept(datastore)] : []),
      ...(configured.isReadOnly
        ? ['new connections to the database may only read meanwhile; those that are open go on writing']
        : []),
      ...(checked.some(({ planned }) => planned.findings.some((say) => say.includes('half-way')))
        ? ['some of it is no transaction: what stops half-way waits for a person']
        : []),
    ],
    leaves: [`what ${ids} has made of the database`],
  };
}

function wayBackFrom(checked: readonly Checked[], isContract: boolean): WayBack {
  const before = isContract ? 'any version before' : 'the version before';
  return { light: lightOf(checked), because: sayBack(checked, before) };
}

/** A version that does not fit what is there is no better for what it brings. */
function worseOf(back: WayBack, fit: WayBack): WayBack {
  if (fit.light === 'safe-to-roll-back') return back;
  const because = back.light === 'safe-to-roll-back' ? fit.because : `${back.because}, and ${fit.because}`;
  return { light: worstLight([back.light, fit.light]), because };
}

function sayWaiting(waiting: number, { service, environment }: Place): string {
  return `${waiting} migration${waiting === 1 ? '' : 's'} that only older versions mind wait${waiting === 1 ? 's' : ''} for /deploy-${environment.name} ${service.name} --contract`;
}

function plannedOf(
  { configured, reference, version }: Asked,
  phase: PlannedMigrations['phase'],
  checked: readonly Checked[],
  back: Pick<PlannedMigrations, 'light' | 'because'>,
): PlannedMigrations {
  const { kind, folder, from } = configured;
  return {
    phase,
    kind,
    database: reference,
    from: from === 'source' ? `${folder} at ${version.commit?.slice(0, 12) ?? version.name}` : folder,
    pending: checked.map(({ planned }) => planned),
    ...back,
  };
}

/** Going back runs nothing. What it finds may be bad enough that a person has to insist. */
async function planBack(asked: Asked): Promise<MigrationPlan> {
  const { parts, place, version } = asked;
  try {
    const standing = await look(asked, await scriptsFor(asked));
    const back = await wayBackTo(parts, place, version, standing);
    if (back === nothingSince) return untouched;
    return { ...untouched, planned: plannedOf(asked, 'expand', [], back) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const because = `what was done to the database since ${version.name} could not be read: ${error.message}`;
    return { ...untouched, planned: plannedOf(asked, 'expand', [], { light: 'unknown', because }) };
  }
}

/** By commit, what the older version knows is what counts; in a folder of this host it is the same for all. */
async function scriptsFor({ parts, place, configured, version }: Asked): Promise<readonly Migration[]> {
  return configured.from === 'source' ? readMigrations(parts, place.service, configured, version) : [];
}

async function readBoth(
  asked: Asked,
): Promise<{ migrations: readonly Migration[]; standing: DatabaseStanding } | Refusal> {
  const { parts, place, configured, version } = asked;
  try {
    const migrations = await readMigrations(parts, place.service, configured, version);
    return { migrations, standing: await look(asked, migrations) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const code = error.failure.code === 'rejected' ? 'not-supported' : 'unavailable';
    return refuse(code, [sentence(`The migrations of ${place.id} could not be read: ${error.message}`)], {
      next: ['Nothing was begun.'],
    });
  }
}

function look({ parts, place, configured, reference }: Asked, migrations: readonly Migration[]) {
  const { ledger } = migrationKindNamed(configured.kind);
  return databaseAt(parts, reference).look({ service: place.service.name, migrations, ledger });
}

function refuseUnprotected(
  { isProtectionRequired }: ConfiguredMigrations,
  { protection }: DatabaseStanding,
): Refusal | null {
  if (!isProtectionRequired || protection.can) return null;
  return refuse('not-allowed', [
    `No migration is run where no moment can be marked to put the database back to: ${protection.say}.`,
  ]);
}
