import { type Kysely, sql } from 'kysely';
import { DESK_STREAM, type Line } from '../../core/audit/chain.ts';
import { type Checkpoint, Statement } from '../../core/audit/checkpoint.ts';
import type { AuditRecord } from '../../core/audit/record.ts';
import type { Head, Ledger } from '../ledger.ts';
import { type Database, transaction } from './database.ts';
import { linesOf } from './entries.ts';
import { retried } from './retry.ts';
import type { Tables } from './tables.ts';

export function postgresLedger(db: Database): Ledger {
  return retried<Ledger>({
    note: (records) => noteIn(db, records),
    read: (stream, afterSeq, limit) =>
      stream === DESK_STREAM ? deskLines(db, afterSeq, limit) : journalLines(db, stream, afterSeq, limit),
    walk: (after, limit) => walk(db, after, limit),
    heads: (which) => heads(db, which),
    checkpoint: (checkpoint) => transaction(db, (tx) => keepCheckpoint(tx, checkpoint)),
    checkpoints: (afterNumber, limit) => checkpoints(db, afterNumber, limit),
    lastCheckpoint: async () => {
      const row = await db
        .selectFrom('checkpoint')
        .selectAll()
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ?? null;
    },
  });
}

/**
 * Writes records in the transaction of what they record. Their head is locked until that transaction ends, so that
 * this is best the last thing that it does.
 */
export async function noteIn(tx: Kysely<Tables>, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  await tx
    .with('head', (q) =>
      q
        .updateTable('ledger_head')
        .set((eb) => ({ seq: eb('seq', '+', records.length) }))
        .returning(sql<number>`seq - ${records.length}::integer`.as('after_seq')),
    )
    .insertInto('ledger')
    .columns(['seq', 'record'])
    .expression((q) =>
      q
        .selectFrom('head')
        .innerJoin(linesOf(records), (join) => join.onTrue())
        .select([sql<number>`head.after_seq + line.position`.as('seq'), 'line.value'])
        // The hash of each line is computed from the line before it.
        .orderBy('line.position'),
    )
    .execute();
}

/** A moment to the microsecond, which JavaScript's own dates do not hold; empty for what is no moment. */
const moment = sql<string>`
  coalesce(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')`;

async function deskLines(db: Database, afterSeq: number, limit: number): Promise<Line[]> {
  const rows = await db
    .selectFrom('ledger')
    .select(['seq', moment.as('at'), sql<string>`record::text`.as('text'), 'hash'])
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ stream: DESK_STREAM, ...row }));
}

function journalLines(db: Database, stream: string, afterSeq: number, limit: number): Promise<Line[]> {
  return lines(db)
    .where('deployment_id', '=', stream)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
}

async function walk(db: Database, after: Parameters<Ledger['walk']>[0], limit: number): Promise<Line[]> {
  const isAtDesk = after === null || after.stream === DESK_STREAM;
  const desk = isAtDesk ? await deskLines(db, after?.seq ?? 0, limit) : [];
  if (desk.length === limit) return desk;
  let rest = lines(db)
    .orderBy('deployment_id')
    .orderBy('seq')
    .limit(limit - desk.length);
  if (!isAtDesk) rest = rest.where(sql<boolean>`(deployment_id, seq) > (${after.stream}, ${after.seq})`);
  return [...desk, ...(await rest.execute())];
}

function lines(db: Database) {
  return db
    .selectFrom('event')
    .select(['deployment_id as stream', 'seq', moment.as('at'), sql<string>`event::text`.as('text'), 'hash']);
}

async function heads(db: Database, which: 'all' | 'moved'): Promise<Head[]> {
  const { rows } = await sql<{
    stream: string;
    seq: number;
    hash: string | null;
    signed_seq: number | null;
    signed_hash: string | null;
  }>`
    with head as (
      select ${DESK_STREAM} as stream, ledger_head.seq, ledger.hash
        from slipway.ledger_head left join slipway.ledger using (seq)
      union all
      select deployment.id, deployment.head_seq, event.hash
        from slipway.deployment
        left join slipway.event on event.deployment_id = deployment.id and event.seq = deployment.head_seq
    )
    select head.*, signed_head.seq as signed_seq, signed_head.hash as signed_hash
      from head left join slipway.signed_head using (stream)
      where (head.seq > 0 or signed_head.seq is not null)
        and (${which === 'all'}::boolean or signed_head.seq is distinct from head.seq)
      order by stream`.execute(db);
  return rows.map(({ stream, seq, hash, signed_seq, signed_hash }) => ({
    stream,
    seq,
    hash,
    signed: signed_seq === null || signed_hash === null ? null : { seq: signed_seq, hash: signed_hash },
  }));
}

async function keepCheckpoint(tx: Kysely<Tables>, checkpoint: Checkpoint): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('checkpoint')
    .columns(['number', 'statement', 'signature'])
    .expression(
      tx
        .selectNoFrom([
          sql<number>`${checkpoint.number}::integer`.as('number'),
          sql<string>`${checkpoint.statement}::text`.as('statement'),
          sql<string>`${checkpoint.signature}::text`.as('signature'),
        ])
        .where(
          sql<number>`(select coalesce(max(number), 0) + 1 from slipway.checkpoint)`,
          '=',
          checkpoint.number,
        ),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  const { heads: signed } = Statement.parse(JSON.parse(checkpoint.statement));
  await tx
    .insertInto('signed_head')
    .columns(['stream', 'seq', 'hash'])
    .expression((q) =>
      q
        .selectFrom(linesOf(signed))
        .select([
          sql<string>`line.value ->> 0`.as('stream'),
          sql<number>`(line.value ->> 1)::integer`.as('seq'),
          sql<string>`line.value ->> 2`.as('hash'),
        ]),
    )
    .onConflict((conflict) =>
      conflict.column('stream').doUpdateSet({
        seq: sql<number>`excluded.seq`,
        hash: sql<string>`excluded.hash`,
      }),
    )
    .execute();
  return true;
}

function checkpoints(db: Database, afterNumber: number, limit: number): Promise<Checkpoint[]> {
  return db
    .selectFrom('checkpoint')
    .selectAll()
    .where('number', '>', afterNumber)
    .orderBy('number')
    .limit(limit)
    .execute();
}
