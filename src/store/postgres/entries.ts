import {
  type InsertQueryBuilder,
  type Kysely,
  type QueryCreator,
  sql,
  type UpdateQueryBuilder,
} from 'kysely';
import type { DeploymentEvent } from '../../core/event.ts';
import { laneOrder, newestOfEach } from '../notices.ts';
import type { Notice } from '../store.ts';
import type { DatabaseTime, Tables } from './tables.ts';

type HeadRow = { id: string; after_seq: number };

/** Moves the head of one journal on, or makes the journal; says which journal, and where its new lines begin. */
type Head = (
  q: QueryCreator<Tables>,
) =>
  | UpdateQueryBuilder<Tables, 'deployment', 'deployment', HeadRow>
  | InsertQueryBuilder<Tables, 'deployment', HeadRow>;

/**
 * Writes lines into a journal, and what is to be told about them, in one statement. False, and nothing is written,
 * when `head` found no journal that it may move on.
 */
export async function writeEntries(
  db: Kysely<Tables>,
  head: Head,
  events: readonly DeploymentEvent[],
  notices: readonly Notice[],
): Promise<boolean> {
  const row = await db
    .with('head', head)
    .with('entries', (q) =>
      q
        .insertInto('event')
        .columns(['deployment_id', 'seq', 'event'])
        .expression(
          q
            .selectFrom('head')
            .innerJoin(linesOf(events), (join) => join.onTrue())
            .select(['head.id', sql<number>`head.after_seq + line.position`.as('seq'), 'line.value'])
            // The hash of each line is computed from the line before it.
            .orderBy('line.position'),
        ),
    )
    .with('told', (q) =>
      q
        .insertInto('outbox')
        .columns(['key', 'stream', 'lane', 'content'])
        .expression(
          q
            .selectFrom('head')
            .innerJoin(linesOf(newestOfEach(notices).map(stored)), (join) => join.onTrue())
            .select(noticeColumns)
            // Rows of one stream are sent in the order of their ids.
            .orderBy('line.position'),
        )
        .onConflict((conflict) => conflict.column('key').doUpdateSet(newer)),
    )
    .selectFrom('head')
    .select('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Writes what is to be told, where nothing of a journal goes with it. */
export async function writeNotices(db: Kysely<Tables>, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  await db
    .insertInto('outbox')
    .columns(['key', 'stream', 'lane', 'content'])
    .expression(
      db
        .selectFrom(linesOf(newestOfEach(notices).map(stored)))
        .select(noticeColumns)
        .orderBy('line.position'),
    )
    .onConflict((conflict) => conflict.column('key').doUpdateSet(newer))
    .execute();
}

const noticeColumns = [
  sql<string>`line.value ->> 'key'`.as('key'),
  sql<string>`line.value ->> 'stream'`.as('stream'),
  sql<number>`(line.value ->> 'lane')::smallint`.as('lane'),
  sql<string>`line.value -> 'content'`.as('content'),
] as const;

/** What waits already keeps its place, and the pause that somebody asked for. */
const newer = {
  lane: sql<number>`excluded.lane`,
  content: sql<string>`excluded.content`,
  revision: sql<number>`outbox.revision + 1`,
  revised_at: sql<DatabaseTime>`clock_timestamp()`,
  waiting_since: sql<DatabaseTime>`coalesce(outbox.waiting_since, clock_timestamp())`,
  due_at: sql<DatabaseTime>`case when outbox.waiting_since is null then clock_timestamp() else outbox.due_at end`,
  attempts: sql<number>`case when outbox.waiting_since is null then 0 else outbox.attempts end`,
  dropped_at: null,
  dropped_because: null,
} as const;

function stored({ key, stream, lane, content }: Notice) {
  return { key, stream, lane: laneOrder[lane], content };
}

/** The values as rows, in their order, which counts from one. */
export function linesOf(values: readonly unknown[]) {
  return sql<{ value: string; position: number }>`
    json_array_elements(${JSON.stringify(values)}::json) with ordinality
  `.as<'line'>(sql`line(value, position)`);
}
