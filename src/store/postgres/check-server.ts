import type { Pool } from 'pg';
import { z } from 'zod';

/** Leases are judged by the database's clock, so that this only has to catch clocks that are plainly wrong. */
const SKEW_MAX_MS = 2_000;

const Answer = z.tuple([z.object({ isStandby: z.boolean(), isReadOnly: z.boolean(), nowMs: z.number() })]);

/** The server cannot be worked with as it is. The message says why, and what to do. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused';
}

/**
 * Asks the server whether it may be trusted with the journal.
 * @throws {ServerRefused} for a standby, for a server that refuses writes, and for clocks more than two seconds apart.
 */
export async function checkServer(pool: Pool, nowMs: () => number): Promise<void> {
  const beforeMs = nowMs();
  const { rows } = await pool.query(
    `select pg_is_in_recovery() as "isStandby",
            current_setting('transaction_read_only')::boolean as "isReadOnly",
            (extract(epoch from clock_timestamp()) * 1000)::double precision as "nowMs"`,
  );
  const afterMs = nowMs();
  const [server] = Answer.parse(rows);
  if (server.isStandby) {
    throw new ServerRefused(
      'The Postgres server is a standby: what it knows may be old, and it cannot write. ' +
        'Point DATABASE_URL at the primary server.',
    );
  }
  if (server.isReadOnly) {
    throw new ServerRefused(
      'The Postgres server refuses writes for this user or database (default_transaction_read_only is on). ' +
        'Turn it off, or point DATABASE_URL at a server that can be written to.',
    );
  }
  refuseSkew(server.nowMs, beforeMs, afterMs);
}

/** The server read its clock at some moment between the two: only what lies outside of them is skew. */
function refuseSkew(serverMs: number, beforeMs: number, afterMs: number): void {
  const skewMs = Math.max(beforeMs - serverMs, serverMs - afterMs, 0);
  if (skewMs <= SKEW_MAX_MS) return;
  const direction = serverMs < beforeMs ? 'ahead of' : 'behind';
  throw new ServerRefused(
    `The clock of this machine is ${(skewMs / 1_000).toFixed(1)} s ${direction} the database's; at most ` +
      `${SKEW_MAX_MS / 1_000} s are allowed. Set both clocks by NTP (for example: systemctl restart systemd-timesyncd).`,
  );
}
