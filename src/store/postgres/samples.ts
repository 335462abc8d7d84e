import { oneEachSlot, type Sample, type Samples } from '../sample.ts';
import { type Database, transaction } from './database.ts';
import { retried } from './retry.ts';

/** As many parameters as one statement takes, with room to spare. */
const ROWS_AT_ONCE = 1_000;

export function postgresSamples(db: Database): Samples {
  return retried<Samples>({
    keep: async (samples) => {
      for (let at = 0; at < samples.length; at += ROWS_AT_ONCE) {
        await insert(db, samples.slice(at, at + ROWS_AT_ONCE), false);
      }
    },
    read: async (targetId, fromMs, untilMs) => {
      const rows = await db
        .selectFrom('sample')
        .selectAll()
        .where('target_id', '=', targetId)
        .where('from_ms', '>=', fromMs)
        .where('from_ms', '<', untilMs)
        .orderBy('from_ms')
        .execute();
      return rows.map(sampleOf);
    },
    coarsen: async (endedByMs, slotMs) => {
      const targets = await db
        .selectFrom('sample')
        .select('target_id')
        .distinct()
        .where('is_coarse', '=', false)
        .where('to_ms', '<=', endedByMs)
        .execute();
      let gone = 0;
      for (const { target_id } of targets) gone += await coarsenOne(db, target_id, endedByMs, slotMs);
      return gone;
    },
    forget: async (endedByMs) => {
      const { numDeletedRows } = await db
        .deleteFrom('sample')
        .where('to_ms', '<=', endedByMs)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  });
}

/** What is taken away and what takes its place go together: whoever reads meanwhile sees one or the other. */
function coarsenOne(db: Database, targetId: string, endedByMs: number, slotMs: number): Promise<number> {
  return transaction(db, async (tx) => {
    const rows = await tx
      .deleteFrom('sample')
      .where('target_id', '=', targetId)
      .where('is_coarse', '=', false)
      .where('to_ms', '<=', endedByMs)
      .returningAll()
      .execute();
    const fine = rows.map(sampleOf).toSorted((a, b) => a.fromMs - b.fromMs);
    const coarse = oneEachSlot(fine, slotMs);
    await insert(tx, coarse, true);
    return fine.length - coarse.length;
  });
}

async function insert(
  db: Pick<Database, 'insertInto'>,
  samples: readonly Sample[],
  isCoarse: boolean,
): Promise<void> {
  if (samples.length === 0) return;
  await db
    .insertInto('sample')
    .values(samples.map((sample) => ({ ...rowOf(sample), is_coarse: isCoarse })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function rowOf(sample: Sample) {
  return {
    target_id: sample.targetId,
    from_ms: sample.fromMs,
    to_ms: sample.toMs,
    measured_ms: sample.measuredMs,
    requests: sample.requests,
    errors: sample.errors,
    latency_buckets: JSON.stringify(sample.latencyBuckets),
    memory_mb: sample.memoryMb,
  };
}

type Row = Omit<ReturnType<typeof rowOf>, 'latency_buckets'> & {
  readonly latency_buckets: Sample['latencyBuckets'];
};

function sampleOf(row: Row): Sample {
  return {
    targetId: row.target_id,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    measuredMs: row.measured_ms,
    requests: row.requests,
    errors: row.errors,
    latencyBuckets: row.latency_buckets,
    memoryMb: row.memory_mb,
  };
}
