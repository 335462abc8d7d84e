import type { Session } from './session.ts';
import { exists } from './table.ts';

const TABLE = 'slipway_internal.slipway_read_only';

/** That nobody may write is put up before it is so, and taken down after: whoever comes next sees it in any case. */
export async function beginReadOnly(session: Session, deploymentId: string): Promise<void> {
  // Whoever has closed it for reasons of their own opens it again themselves.
  if (await isClosedAlready(session)) return;
  await session.query(`insert into ${TABLE} (deployment) values ($1) on conflict do nothing`, [deploymentId]);
  await session.query(`alter database ${await databaseName(session)} set default_transaction_read_only = on`);
}

export async function endReadOnly(session: Session): Promise<void> {
  if (!(await isReadOnly(session))) return;
  await session.query(`alter database ${await databaseName(session)} reset default_transaction_read_only`);
  await session.query(`delete from ${TABLE}`);
}

export async function isReadOnly(session: Session): Promise<boolean> {
  if (!(await exists(session, TABLE))) return false;
  return (await session.query(`select 1 from ${TABLE}`)).rows.length > 0;
}

async function isClosedAlready(session: Session): Promise<boolean> {
  const { rows } = await session.query(
    `select 1 from pg_db_role_setting
      where setrole = 0 and setdatabase = (select oid from pg_database where datname = current_database())
        and 'default_transaction_read_only=on' = any (setconfig)`,
  );
  return rows.length > 0;
}

async function databaseName(session: Session): Promise<string> {
  const { rows } = await session.query<{ name: string }>('select quote_ident(current_database()) as name');
  return rows[0]?.name ?? '';
}
