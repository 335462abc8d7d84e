import { type Kysely, sql } from 'kysely';
import type { Adopted, Adoption, Seen, TargetState, Targets } from '../store.ts';
import { putDown } from './board.ts';
import { type Database, transaction } from './database.ts';
import { retried } from './retry.ts';
import type { Tables } from './tables.ts';
import { now } from './time.ts';

export function postgresTargets(db: Database): Targets {
  return retried<Targets>({
    all: async () => (await rows(db)).map(stateOf),
    saw: async (targetId, { atMs, releases, problem }) => {
      await db
        .insertInto('target')
        .values({
          id: targetId,
          seen_at_ms: atMs,
          seen_releases: JSON.stringify(releases),
          seen_problem: JSON.stringify(problem),
        })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({
            seen_at_ms: atMs,
            seen_problem: sql<string>`excluded.seen_problem`,
            // A platform that could not be read says nothing new about what runs there.
            seen_releases:
              problem === null
                ? sql<string>`excluded.seen_releases`
                : sql<string>`coalesce(target.seen_releases, excluded.seen_releases)`,
          }),
        )
        .execute();
    },
    adopt: (adoption) => transaction(db, (tx) => adopt(tx, adoption)),
  });
}

async function adopt(tx: Kysely<Tables>, { target, releaseId, version, sheet }: Adoption): Promise<Adopted> {
  const taker = await tx
    .selectFrom('deployment_target')
    .select('deployment_id')
    .where('target_id', '=', target)
    .where('is_taking', '=', true)
    .executeTakeFirst();
  if (taker !== undefined) return 'taken';
  const put = await putDown(tx, sheet);
  if (put !== 'written') return put;
  const believed = {
    believed_release_id: releaseId,
    believed_version: version,
    believed_deployment_id: null,
    believed_since: now,
  };
  await tx
    .insertInto('target')
    .values({ id: target, ...believed })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(believed))
    .execute();
  return 'adopted';
}

function rows(db: Database) {
  return db
    .selectFrom('target')
    .leftJoin('deployment_target', (join) =>
      join.onRef('deployment_target.target_id', '=', 'target.id').on('is_taking', '=', true),
    )
    .selectAll('target')
    .select('deployment_id as taken_by')
    .orderBy(sql`target.id collate "C"`)
    .execute();
}

type Row = Awaited<ReturnType<typeof rows>>[number];

function stateOf(row: Row): TargetState {
  return { id: row.id, believed: believedOf(row), seen: seenOf(row), takenBy: row.taken_by };
}

function believedOf(row: Row): TargetState['believed'] {
  const { believed_release_id, believed_version, believed_deployment_id, believed_since } = row;
  if (believed_release_id === null || believed_version === null) return null;
  if (believed_since === null) return null;
  return {
    releaseId: believed_release_id,
    version: believed_version,
    deploymentId: believed_deployment_id,
    sinceMs: believed_since.getTime(),
  };
}

function seenOf({ seen_at_ms, seen_releases, seen_problem }: Row): Seen | null {
  if (seen_at_ms === null || seen_releases === null) return null;
  return { atMs: seen_at_ms, releases: seen_releases, problem: seen_problem };
}
