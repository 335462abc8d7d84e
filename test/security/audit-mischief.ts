import type { PoolClient } from 'pg';
import { BEGINNING } from '../../src/core/audit/chain.ts';
import { hashOfStatement, signedText } from '../../src/core/audit/checkpoint.ts';
import type { Random } from '../simulation/random.ts';
import { newSigner } from './audit-world.ts';

/** Somebody who may do anything in the database, and has neither the key nor the anchors. */
export type Mischief = {
  readonly client: PoolClient;
  readonly random: Random;
  readonly streams: readonly Stream[];
};

/** `signed`: up to which line the last checkpoint vouches for it. */
export type Stream = { readonly name: string; readonly lines: number; readonly signed: number };

const otherKey = newSigner();

/** Takes away everything that keeps the record from being changed, as its owner can. */
export async function unlock(client: PoolClient): Promise<void> {
  for (const table of ['event', 'ledger', 'checkpoint', 'deployment']) {
    await client.query(`alter table slipway.${table} disable trigger all`);
  }
}

export async function streamsIn(client: PoolClient): Promise<Stream[]> {
  const { rows } = await client.query(`
    select 'desk' as name, max(seq) as lines from slipway.ledger
    union all select deployment_id, max(seq) from slipway.event group by deployment_id order by name`);
  const signed = await client.query('select stream, seq from slipway.signed_head');
  const signedOf = new Map(signed.rows.map(({ stream, seq }) => [stream, seq]));
  return rows.map(({ name, lines }) => ({ name, lines, signed: signedOf.get(name) ?? 0 }));
}

/** Where the lines of a stream are. */
export function placeOf({ name }: Stream): { table: string; where: string; text: string } {
  return name === 'desk'
    ? { table: 'slipway.ledger', where: 'true', text: 'record' }
    : { table: 'slipway.event', where: `deployment_id = '${name}'`, text: 'event' };
}

/** Makes the chain of a stream fit again, and the count of its lines: all that can be done without the key. */
export async function cover(client: PoolClient, stream: Stream): Promise<void> {
  const { table, where, text } = placeOf(stream);
  await client.query(`do $$
    declare line record; previous text := '${BEGINNING}';
    begin
      for line in select seq, at, ${text}::text as text from ${table} where ${where} order by seq loop
        previous := slipway.line_hash(previous, '${stream.name}', line.seq, line.at, line.text);
        update ${table} set hash = previous where ${where} and seq = line.seq;
      end loop;
    end $$`);
  const count = `(select coalesce(max(seq), 0) from ${table} where ${where})`;
  await client.query(
    stream.name === 'desk'
      ? `update slipway.ledger_head set seq = ${count}`
      : `update slipway.deployment set head_seq = ${count} where id = '${stream.name}'`,
  );
}

/** Moves every line after this one by one place. */
async function shift(client: PoolClient, stream: Stream, afterSeq: number, by: 1 | -1): Promise<void> {
  const { table, where } = placeOf(stream);
  await client.query(`update ${table} set seq = seq + 100000 where ${where} and seq > ${afterSeq}`);
  await client.query(`update ${table} set seq = seq - 100000 + ${by} where ${where} and seq > 100000`);
}

type Lines = (mischief: Mischief, stream: Stream, seq: number) => Promise<void>;

const anotherText = (text: string, random: Random) => {
  const value = JSON.parse(text) as Record<string, unknown>;
  const keys = Object.keys(value);
  const changes = [
    () => `${text} `,
    () => JSON.stringify({ ...value, more: random.int(0, 9) }),
    () => JSON.stringify({ ...value, [random.pick(keys)]: random.next() }),
    () => JSON.stringify(Object.fromEntries(Object.entries(value).slice(1))),
  ];
  return random.pick(changes)();
};

/** Done to one line; each of them also by somebody who then makes the chain fit again. */
export const withLines: Readonly<Record<string, Lines>> = {
  async 'another text'({ client, random }, stream, seq) {
    const { table, where, text } = placeOf(stream);
    const { rows } = await client.query(
      `select ${text}::text as text from ${table} where ${where} and seq = ${seq}`,
    );
    await client.query(`update ${table} set ${text} = $1 where ${where} and seq = ${seq}`, [
      anotherText(rows[0].text, random),
    ]);
  },
  async 'another time'({ client, random }, stream, seq) {
    const { table, where } = placeOf(stream);
    const by = random.pick(['1 microsecond', '-1 microsecond', '1 hour', '-2 years']);
    await client.query(`update ${table} set at = at + interval '${by}' where ${where} and seq = ${seq}`);
  },
  async 'a line taken out'({ client }, stream, seq) {
    const { table, where } = placeOf(stream);
    await client.query(`delete from ${table} where ${where} and seq = ${seq}`);
    if (seq < stream.lines) await shift(client, stream, seq, -1);
  },
  /** Before the line: what is put in after the last signed one is like any line that was written since. */
  async 'a line put in'({ client }, stream, seq) {
    const { table, where } = placeOf(stream);
    await shift(client, stream, seq - 1, 1);
    const columns = (await columnsOf(client, table))
      .filter((column) => !['seq', 'at'].includes(column))
      .join(', ');
    await client.query(`insert into ${table} (seq, at, ${columns})
      select ${seq}, at - interval '1 microsecond', ${columns} from ${table} where ${where} and seq = ${seq + 1}`);
  },
  async 'two lines swapped'({ client, random }, stream, seq) {
    const { table, where, text } = placeOf(stream);
    // Two lines that say the same of the same moment may stand in either order.
    const { rows } = await client.query(
      `select seq, concat(at, ' ', ${text}::text) as line from ${table} where ${where} order by seq`,
    );
    const lines = rows as { seq: number; line: string }[];
    const mine = lines.find((each) => each.seq === seq)?.line;
    const other = random.pick(lines.filter(({ line }) => line !== mine)).seq;
    await client.query(`update ${table} set at = other.at, ${text} = other.${text}, hash = other.hash
      from ${table} as other
      where ${qualified(where, table)} and ${qualified(where, 'other')}
        and (${table}.seq, other.seq) in ((${seq}, ${other}), (${other}, ${seq}))`);
  },
  async 'the tail cut off'({ client }, stream, seq) {
    const { table, where } = placeOf(stream);
    await client.query(`delete from ${table} where ${where} and seq >= ${seq}`);
  },
  async 'a line moved to another stream'({ client, random, streams }, stream, seq) {
    const other = random.pick(streams.filter(({ name }) => name !== stream.name));
    const [from, to] = [placeOf(stream), placeOf(other)];
    const id = other.name === 'desk' ? ['', ''] : ['deployment_id, ', `'${other.name}', `];
    await client.query(`insert into ${to.table} (${id[0]}seq, at, ${to.text}, hash)
      select ${id[1]}${other.lines + 1}, at, ${from.text}, hash from ${from.table} where ${from.where} and seq = ${seq}`);
    await client.query(`delete from ${from.table} where ${from.where} and seq = ${seq}`);
    if (seq < stream.lines) await shift(client, stream, seq, -1);
  },
};

function qualified(where: string, table: string): string {
  return where.replace('deployment_id', `${table}.deployment_id`);
}

async function columnsOf(client: PoolClient, table: string): Promise<string[]> {
  const { rows } = await client.query(
    `select column_name as name from information_schema.columns where table_schema || '.' || table_name = $1`,
    [table],
  );
  return rows.map(({ name }) => name as string);
}

/** Done to a line or a count without making anything fit. */
export const clumsy: Readonly<Record<string, Lines>> = {
  async 'another hash'({ client, random }, stream, seq) {
    const { table, where } = placeOf(stream);
    const hash = random.pick([BEGINNING, 'x', '']);
    await client.query(`update ${table} set hash = '${hash}' where ${where} and seq = ${seq}`);
  },
  async 'another number'({ client, random }, stream, seq) {
    const { table, where } = placeOf(stream);
    const to = stream.lines + random.int(1, 9) + (seq === stream.lines ? 1 : 0);
    await client.query(`update ${table} set seq = ${to} where ${where} and seq = ${seq}`);
  },
  async 'another count'({ client, random }, stream) {
    const count = random.pick([0, stream.lines - 1, stream.lines + 1, 99]);
    await client.query(
      stream.name === 'desk'
        ? `update slipway.ledger_head set seq = ${count}`
        : `update slipway.deployment set head_seq = ${count} where id = '${stream.name}'`,
    );
  },
  async 'no time at all'({ client }, stream, seq) {
    const { table, where } = placeOf(stream);
    await client.query(`update ${table} set at = 'infinity' where ${where} and seq = ${seq}`);
  },
};

/** Done to the checkpoints, or to the whole. */
export const withCheckpoints: Readonly<Record<string, (mischief: Mischief) => Promise<void>>> = {
  async 'another statement'({ client, random }) {
    const number = random.int(1, 4);
    const { rows } = await client.query(`select statement from slipway.checkpoint where number = ${number}`);
    await restate(client, number, anotherText(rows[0].statement, random));
  },
  async 'a statement that another key signed'({ client, random }) {
    const number = random.int(1, 4);
    const { rows } = await client.query(`select statement from slipway.checkpoint where number = ${number}`);
    const statement = JSON.stringify({ ...JSON.parse(rows[0].statement), key: otherKey.key });
    const signature = otherKey.sign(signedText({ number, hash: hashOfStatement(statement) }));
    await restate(client, number, statement, signature);
  },
  async 'another signature'({ client, random }) {
    const number = random.int(1, 4);
    const { rows } = await client.query('select signature from slipway.checkpoint order by number');
    const own: string = rows[number - 1].signature;
    const others = [rows[number % 4].signature, '', `${own} `, own.replace('==', ''), flipped(own, random)];
    await client.query(`update slipway.checkpoint set signature = $1 where number = ${number}`, [
      random.pick(others),
    ]);
  },
  async 'a checkpoint taken out'({ client, random }) {
    const number = random.int(1, 4);
    await client.query(`delete from slipway.checkpoint where number = ${number}`);
    if (random.chance(0.5))
      await client.query(`update slipway.checkpoint set number = number - 1 where number > ${number}`);
  },
  async 'all checkpoints taken out'({ client }) {
    await client.query('delete from slipway.checkpoint');
  },
  async 'the record put back to an earlier checkpoint'({ client, random, streams }) {
    const number = random.int(0, 3);
    await putBack(client, streams, number);
  },
  async 'a whole stream taken out'({ client, random, streams }) {
    const stream = random.pick(streams.filter(({ signed }) => signed > 0));
    const { table, where } = placeOf(stream);
    await client.query(`delete from ${table} where ${where}`);
    if (stream.name === 'desk') await client.query('update slipway.ledger_head set seq = 0');
    else await client.query(`delete from slipway.deployment where id = '${stream.name}'`);
  },
  async 'a stream slipped into the past'({ client }) {
    await client.query(`insert into slipway.deployment (id, order_key, environment, requested_by, head_seq)
      values ('d-forged', 'forged', 'production', 'U1', 1)`);
    await client.query(`insert into slipway.event (deployment_id, seq, at, event, hash)
      values ('d-forged', 1, now() - interval '1 day', '{}', 'x')`);
    await cover(client, { name: 'd-forged', lines: 1, signed: 0 });
  },
  async 'a stream that nobody counts'({ client }) {
    await client.query(
      `insert into slipway.event (deployment_id, seq, event, hash) values ('d-forged', 1, '{}', 'x')`,
    );
    await cover(client, { name: 'd-forged', lines: 1, signed: 0 });
  },
};

/** As a backup of that moment would, except that it keeps nothing of what came later. */
export async function putBack(client: PoolClient, streams: readonly Stream[], number: number): Promise<void> {
  const { rows } = await client.query(
    `select statement from slipway.checkpoint where number <= ${number} order by number`,
  );
  const ends = new Map<string, number>();
  for (const { statement } of rows)
    for (const [stream, seq] of JSON.parse(statement).heads) ends.set(stream, seq);
  for (const stream of streams) {
    const { table, where } = placeOf(stream);
    await client.query(`delete from ${table} where ${where} and seq > ${ends.get(stream.name) ?? 0}`);
    await cover(client, stream);
  }
  await client.query('delete from slipway.deployment where head_seq = 0');
  await client.query(`delete from slipway.signed_head where seq > 0`);
  await client.query(`delete from slipway.checkpoint where number > ${number}`);
}

async function restate(
  client: PoolClient,
  number: number,
  statement: string,
  signature?: string,
): Promise<void> {
  await client.query(
    `update slipway.checkpoint set statement = $1, signature = coalesce($2, signature) where number = ${number}`,
    [statement, signature ?? null],
  );
}

export function flipped(text: string, random: Random): string {
  const place = random.int(0, text.length - 1);
  const other = text[place] === 'A' ? 'B' : 'A';
  return `${text.slice(0, place)}${other}${text.slice(place + 1)}`;
}
