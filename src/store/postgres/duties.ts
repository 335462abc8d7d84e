import { sql } from 'kysely';
import type { Duties } from '../store.ts';
import type { Database } from './database.ts';
import { retried } from './retry.ts';
import type { DatabaseTime } from './tables.ts';
import { fromNow, now } from './time.ts';

export function postgresDuties(db: Database): Duties {
  return retried<Duties>({
    hold: async (duty, owner, leaseMs) => {
      const row = await db
        .insertInto('duty')
        .values({ name: duty, owner, lease_until: fromNow(leaseMs) })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ owner, lease_until: sql<DatabaseTime>`excluded.lease_until` })
            .where((eb) => eb.or([eb('duty.owner', '=', owner), eb('duty.lease_until', '<=', now)])),
        )
        .returning('owner')
        .executeTakeFirst();
      return row !== undefined;
    },
    drop: async (duty, owner) => {
      await db.deleteFrom('duty').where('name', '=', duty).where('owner', '=', owner).execute();
    },
  });
}
