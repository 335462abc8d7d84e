import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifySnapshot } from '../../src/audit/verify.ts';
import { snapshotOf } from '../../src/audit/walk.ts';
import { openEmbedded } from '../../src/store/embedded/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { randomFrom } from '../simulation/random.ts';
import {
  clumsy,
  cover,
  type Mischief,
  putBack,
  streamsIn,
  unlock,
  withCheckpoints,
  withLines,
} from './audit-mischief.ts';
import { auditing, judgements, makeRecord, poolOf, type Recorded } from './audit-world.ts';

const TAMPERINGS = 1_000;
/** A busy machine may take its time. */
const WITHIN_MS = 600_000;
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

let pool: Pool;
let recorded: Recorded;
let close: () => Promise<void>;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
  const opened = await openEmbedded({ folder });
  pool = opened.pool;
  close = async () => {
    await opened.close();
    rmSync(folder, { recursive: true });
  };
  recorded = await makeRecord(pool);
}, WITHIN_MS);
afterAll(() => close());

/** Does something to the record, asks what is thought of it, and undoes it. */
async function undone<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  await client.query('begin');
  try {
    return await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const kinds = [
  ...Object.keys(withLines).flatMap((kind) => [`${kind}, made to fit`, kind]),
  ...Object.keys(clumsy),
  ...Object.keys(withCheckpoints),
];

async function tamper(mischief: Mischief, kind: string): Promise<string> {
  const { random, streams, client } = mischief;
  const whole = withCheckpoints[kind];
  if (whole !== undefined) {
    await whole(mischief);
    return kind;
  }
  const [name = '', covered] = kind.split(', made');
  const isCovered = covered !== undefined;
  // What comes after the last checkpoint can be written anew by whoever makes it fit: that is said, and tested below.
  const stream = random.pick(
    streams.filter(({ signed }) => !isCovered || signed > 0).filter(({ lines }) => lines > 1),
  );
  const seq = random.int(1, isCovered ? stream.signed : stream.lines);
  const deed = withLines[name] ?? clumsy[name];
  await deed?.(mischief, stream, seq);
  if (isCovered) for (const each of streams) await cover(client, each);
  return `${kind}: ${stream.name} ${seq} of ${stream.lines}, ${stream.signed} signed`;
}

test('a record that nobody has touched is whole, in both verifiers', async () => {
  expect(await undone((client) => judgements(client, recorded))).toEqual(['whole', 'whole', 'whole']);
});

test(
  `${TAMPERINGS} tamperings by somebody who owns the database are all found, by both verifiers (SEED=${seed})`,
  async () => {
    const missed: string[] = [];
    const done = new Map<string, number>();
    for (let turn = 0; turn < TAMPERINGS; turn += 1) {
      const random = randomFrom(seed, turn);
      const kind = kinds[turn % kinds.length] ?? '';
      await undone(async (client) => {
        const streams = await streamsIn(client);
        await unlock(client);
        const said = await tamper({ client, random, streams }, kind);
        const judged = await judgements(client, recorded);
        if (judged.join() !== 'broken,broken,broken') missed.push(`${turn}: ${said} -> ${judged.join()}`);
        done.set(kind, (done.get(kind) ?? 0) + 1);
      });
    }
    expect(missed, `SEED=${seed}`).toEqual([]);
    expect(done.size).toBe(kinds.length);
  },
  WITHIN_MS,
);

test('what was cut off after the last checkpoint, and made to fit, cannot be seen: how much that is, is said', async () => {
  await undone(async (client) => {
    const verify = async () =>
      verifySnapshot(await snapshotOf(postgresStore(poolOf(client)).ledger), recorded);
    const before = await verify();
    expect(before.notes.join()).toMatch(/^Not signed yet since the checkpoint of \S+Z: 11 lines/);
    const streams = await streamsIn(client);
    await unlock(client);
    await client.query('delete from slipway.ledger where seq > 24');
    for (const stream of streams) await cover(client, stream);
    const after = await verify();
    expect([after.kind, after.lines]).toEqual(['whole', before.lines - 6]);
    expect(after.notes.join()).toMatch(/^Not signed yet since \S+ \S+ \S+ \S+: 5 lines/);
  });
});

test('a record that was put back to an earlier checkpoint shows by its anchors alone, and that is said without them', async () => {
  await undone(async (client) => {
    const streams = await streamsIn(client);
    await unlock(client);
    await putBack(client, streams, 2);
    const { ledger } = postgresStore(poolOf(client));
    const alone = await verifySnapshot(await snapshotOf(ledger), { ...recorded, anchors: null });
    expect([alone.kind, alone.breaks]).toEqual(['whole', []]);
    expect(alone.notes).toContain(
      'No anchors were compared: a record that was put back to an earlier checkpoint would look the same.',
    );
    const anchored = await verifySnapshot(await snapshotOf(ledger), recorded);
    expect(anchored.breaks).toContainEqual({
      where: 'checkpoint 3',
      what: 'was anchored, and is not there any more',
    });
  });
});

test('without checkpoints, or without a key to hold them against, nothing is decided', async () => {
  await undone(async (client) => {
    const { ledger } = postgresStore(poolOf(client));
    const nobody = { ...recorded.trust, keys: [] };
    const keyless = await verifySnapshot(await snapshotOf(ledger), { ...recorded, trust: nobody });
    expect([keyless.kind, keyless.breaks]).toEqual(['undecided', []]);
    await unlock(client);
    await client.query('delete from slipway.checkpoint');
    const unsigned = await verifySnapshot(await snapshotOf(ledger), { ...recorded, anchors: null });
    expect([unsigned.kind, unsigned.breaks]).toEqual(['undecided', []]);
  });
});

test('what was tampered with is said aloud and never signed, and the other streams are', async () => {
  await undone(async (client) => {
    const store = postgresStore(poolOf(client));
    const { auditor, anchored, complaints } = auditing(store, recorded.signer);
    anchored.push(...recorded.anchors);
    const streams = await streamsIn(client);
    await unlock(client);
    await client.query(`update slipway.ledger set record = '{}' where seq = 26`);
    await auditor.round('now');
    expect(complaints).toEqual([
      'the record is not what was written {"stream":"desk","because":"line 26 is not what follows from the line before it"}',
    ]);
    expect(anchored).toHaveLength(5);
    const left = await store.ledger.heads('moved');
    expect(left.map(({ stream }) => stream)).toEqual(['desk']);
    await putBack(client, streams, 3);
    await auditor.round('now');
    expect(complaints[1]).toBe(
      'the record was cut off or put back: it does not hold its last anchor, and is not signed {"anchored":5,"kept":3}',
    );
    expect((await store.ledger.lastCheckpoint())?.number).toBe(3);
  });
});
