import { type ColumnType, type JSONColumnType, type Kysely, sql } from 'kysely';
import type { Installation, Installations, InstalledAt, NewInstallation } from '../installations.ts';
import type { Database } from './database.ts';
import { transaction } from './database.ts';
import { retried } from './retry.ts';
import type { DatabaseTime, Tables } from './tables.ts';
import { fromNow, now, nowOnce } from './time.ts';

type Moment = ColumnType<Date, DatabaseTime | undefined, DatabaseTime>;
type MaybeMoment = ColumnType<Date | null, DatabaseTime | null | undefined, DatabaseTime | null>;

/** As migration `installations` leaves them. */
type InstallationTables = {
  installation: {
    enterprise_id: string;
    team_id: string;
    ordinal: ColumnType<number, never, never>;
    name: string;
    bot_user: string;
    installed_by: string;
    scopes: JSONColumnType<readonly string[]>;
    installed_at: Moment;
    key_id: string;
    sealed: string;
    ends_at: MaybeMoment;
    trouble: string | null;
    revision: ColumnType<number, number | undefined, number>;
    lease_owner: string | null;
    lease_until: MaybeMoment;
  };
  used_word: { word: string; until: Moment };
};

type Here = Kysely<Tables & InstallationTables>;

export function postgresInstallations(database: Database): Installations {
  const db: Here = database.withTables<InstallationTables>();
  return retried<Installations>({
    put: (installation) => put(database, installation),
    find: (place) => find(db, place),
    all: async () => (await db.selectFrom('installation').selectAll().orderBy('ordinal').execute()).map(read),
    ending: (ms, limit) => ending(db, ms, limit),
    claim: async (installation, owner, leaseMs) => {
      const { numUpdatedRows } = await still(db, installation)
        .set({ lease_owner: owner, lease_until: fromNow(leaseMs) })
        .where(isFree)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    renew: async (installation, { keyId, sealed }, endsInMs) => {
      const ends_at = endsInMs === null ? null : fromNow(endsInMs);
      const { numUpdatedRows } = await still(db, installation)
        .set({ key_id: keyId, sealed, ends_at, ...asNew })
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    reseal: async (installation, { keyId, sealed }) => {
      const { numUpdatedRows } = await still(db, installation)
        .set({ key_id: keyId, sealed, ...asNew })
        .where(isFree)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    giveUp: async (installation, because) => {
      await still(db, installation)
        .set({ trouble: because, ...asNew })
        .execute();
    },
    remove: async ({ revision, ...place }) => {
      const { numDeletedRows } = await db
        .deleteFrom('installation')
        .where('enterprise_id', '=', place.enterprise ?? '')
        .where('team_id', '=', place.team ?? '')
        .where('revision', '=', revision)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
    spend: (word, keepMs) => spend(db, word, keepMs),
  });
}

const isFree = sql<boolean>`(lease_until is null or lease_until <= ${now})`;

const asNew = {
  revision: sql<number>`nextval('slipway.installation_revision')`,
  lease_owner: null,
  lease_until: null,
} as const;

/** The row that was read, while nothing was put in its place. */
function still(db: Here, { enterprise, team, revision }: Installation) {
  return db
    .updateTable('installation')
    .where('enterprise_id', '=', enterprise ?? '')
    .where('team_id', '=', team ?? '')
    .where('revision', '=', revision);
}

function put(database: Database, installation: NewInstallation): Promise<void> {
  const { enterprise, team, keyId, sealed, name, botUser, installedBy, scopes, endsInMs } = installation;
  return transaction(database, async (tx) => {
    const here: Here = tx.withTables<InstallationTables>();
    // Two who install the same workspace at once wait for one another: the one who comes last stays.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`installation ${team ?? enterprise}`}, 0))`.execute(
      tx,
    );
    const before = here.deleteFrom('installation').where('team_id', '=', team ?? '');
    await (team === null ? before.where('enterprise_id', '=', enterprise ?? '') : before).execute();
    await here
      .insertInto('installation')
      .values({
        enterprise_id: enterprise ?? '',
        team_id: team ?? '',
        key_id: keyId,
        sealed,
        name,
        bot_user: botUser,
        installed_by: installedBy,
        scopes: JSON.stringify(scopes),
        ends_at: endsInMs === null ? null : fromNow(endsInMs),
      })
      .onConflict((conflict) =>
        conflict.columns(['enterprise_id', 'team_id']).doUpdateSet((eb) => ({
          key_id: eb.ref('excluded.key_id'),
          sealed: eb.ref('excluded.sealed'),
          name: eb.ref('excluded.name'),
          bot_user: eb.ref('excluded.bot_user'),
          installed_by: eb.ref('excluded.installed_by'),
          scopes: eb.ref('excluded.scopes'),
          ends_at: sql<DatabaseTime | null>`excluded.ends_at`,
          installed_at: now,
          trouble: null,
          ...asNew,
        })),
      )
      .execute();
  });
}

async function find(db: Here, { enterprise, team }: InstalledAt): Promise<Installation | null> {
  const whole = team === null ? {} : { team_id: '' };
  const row = await db
    .selectFrom('installation')
    .selectAll()
    .where((eb) =>
      eb.or([
        ...(team === null ? [] : [eb('team_id', '=', team)]),
        ...(enterprise === null ? [] : [eb.and({ ...whole, enterprise_id: enterprise })]),
      ]),
    )
    // The workspace's own before the whole one; of an organisation the whole one, and then the oldest.
    .orderBy(team === null ? sql`team_id <> ''` : sql`team_id = ''`)
    .orderBy('ordinal')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : read(row);
}

async function ending(db: Here, ms: number, limit: number): Promise<Installation[]> {
  const rows = await db
    .selectFrom('installation')
    .selectAll()
    .where('ends_at', '<=', sql<DatabaseTime>`(select clock_timestamp() + ${ms} * interval '1 millisecond')`)
    .where('trouble', 'is', null)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', nowOnce)]))
    .orderBy('ends_at')
    .limit(limit)
    .execute();
  return rows.map(read);
}

async function spend(db: Here, word: string, keepMs: number): Promise<boolean> {
  await db.deleteFrom('used_word').where('until', '<=', nowOnce).execute();
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('used_word')
    .values({ word, until: fromNow(keepMs) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

type Row = {
  enterprise_id: string;
  team_id: string;
  name: string;
  bot_user: string;
  installed_by: string;
  scopes: readonly string[];
  installed_at: Date;
  key_id: string;
  sealed: string;
  ends_at: Date | null;
  trouble: string | null;
  revision: number;
};

function read(row: Row): Installation {
  return {
    enterprise: row.enterprise_id === '' ? null : row.enterprise_id,
    team: row.team_id === '' ? null : row.team_id,
    name: row.name,
    botUser: row.bot_user,
    installedBy: row.installed_by,
    scopes: row.scopes,
    installedAtMs: row.installed_at.getTime(),
    keyId: row.key_id,
    sealed: row.sealed,
    endsAtMs: row.ends_at?.getTime() ?? null,
    trouble: row.trouble,
    revision: row.revision,
  };
}
