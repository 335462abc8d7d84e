import type { Expression } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { ListFilter, Summary } from '../store.ts';
import type { Database } from './database.ts';

export async function list(
  db: Database,
  { service, environment, isActive, limit }: ListFilter,
): Promise<Summary[]> {
  let query = summaries(db).orderBy('started_at', 'desc').orderBy('ordinal', 'desc').limit(limit);
  if (environment !== null) query = query.where('environment', '=', environment);
  if (isActive !== null) query = query.where('ended_at', isActive ? 'is' : 'is not', null);
  if (service !== null) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('deployment_target')
          .select('deployment_id')
          .whereRef('deployment_id', '=', 'deployment.id')
          .where('service', '=', service),
      ),
    );
  }
  const rows = await query.execute();
  return rows.map(summary);
}

export async function find(db: Database, id: string): Promise<Summary | null> {
  const row = await summaries(db).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : summary(row);
}

function summaries(db: Database) {
  return db
    .selectFrom('deployment')
    .select(['id', 'environment', 'requested_by', 'outcome', 'is_waiting', 'started_at', 'ended_at'])
    .select((eb) => targetsOf(eb.ref('deployment.id'), db).as('targets'));
}

function targetsOf(id: Expression<string>, db: Database) {
  return jsonArrayFrom(
    db
      .selectFrom('deployment_target')
      .select(['target_id as id', 'service', 'version'])
      .where('deployment_id', '=', id)
      .orderBy('position'),
  );
}

type Row = Awaited<ReturnType<ReturnType<typeof summaries>['execute']>>[number];

function summary(row: Row): Summary {
  const { id, environment, requested_by, targets, outcome, is_waiting, started_at, ended_at } = row;
  return {
    deploymentId: id,
    environment,
    requestedBy: requested_by,
    targets,
    outcome,
    isWaiting: is_waiting,
    startedAtMs: started_at.getTime(),
    endedAtMs: ended_at?.getTime() ?? null,
  };
}
