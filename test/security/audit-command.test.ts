import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anchorsIn, readAnchors } from '../../src/audit/anchors.ts';
import { keyFileIn, publicPemOf, signerIn } from '../../src/audit/key.ts';
import { openAuditor } from '../../src/engine/audit/auditor.ts';
import { openEmbedded } from '../../src/store/embedded/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { record } from '../contract/store-ledger.ts';
import { newSigner } from './audit-world.ts';

const quiet = () => undefined;

let home: string;
let key: string;

/** What `slipway audit …` prints in this folder, and its exit code. */
function slipway(...words: readonly string[]): { exitCode: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve('dist/src/main.js'), 'audit', ...words],
    { encoding: 'utf8', cwd: home, env: { PATH: process.env['PATH'], SLIPWAY_HOME: home } },
  );
  return { exitCode: status, said: `${stdout}${stderr}` };
}

/** Opens the records as the program would. */
async function withPool<T>(
  work: (pool: Awaited<ReturnType<typeof openEmbedded>>['pool']) => Promise<T>,
): Promise<T> {
  const { pool, close } = await openEmbedded({ folder: home });
  try {
    await migrate(pool);
    return await work(pool);
  } finally {
    await close();
  }
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
  const signer = await signerIn(home);
  key = signer.key;
  await withPool(async (pool) => {
    const store = postgresStore(pool);
    const auditor = openAuditor({
      store,
      signer,
      anchors: anchorsIn(join(home, 'audit', 'anchors.jsonl')),
      clock: { sleep: async () => undefined },
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      owner: 'test',
    });
    await store.ledger.note([record('a'), record('b')]);
    await auditor.round('due');
    await store.ledger.note([record('c'), record('=1+1')]);
    await auditor.round('now');
    await store.ledger.note([record('d')]);
  });
});
afterAll(() => rmSync(home, { recursive: true }));

describe.sequential('on the command line', () => {
  test('a key that the program made for itself is for its owner alone', () => {
    expect(statSync(keyFileIn(home)).mode & 0o777).toBe(0o600);
    expect(readFileSync(keyFileIn(home), 'utf8')).toContain('BEGIN PRIVATE KEY');
  });

  test('a record that is whole ends with 0, and what it does not cover is said', () => {
    const { exitCode, said } = slipway('verify');
    expect([exitCode, said]).toEqual([
      0,
      expect.stringContaining(`5 lines in 1 stream, 2 checkpoints, signed by ${key}`),
    ]);
    expect(said).toMatch(/Not signed yet since the checkpoint of \S+: 1 line\./);
    expect(said).toContain(`The key is kept in ${keyFileIn(home)}: whoever holds that`);
  });

  test('an export can be verified by this program, too', () => {
    const exported = slipway('export', '--to', join(home, 'out'));
    expect(exported).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('Wrote 5 lines of 1 stream and 2 checkpoints'),
    });
    expect(readdirSync(join(home, 'out')).toSorted()).toEqual([
      'checkpoints.jsonl',
      'manifest.json',
      'manifest.sig',
      'public-key.pem',
      'record.jsonl',
    ]);
    expect(slipway('verify', join(home, 'out'))).toMatchObject({ exitCode: 0 });
    const again = slipway('export', '--to', join(home, 'out'));
    expect([again.exitCode, again.said]).toEqual([
      2,
      expect.stringContaining('is not empty. Name another folder'),
    ]);
  });

  test('a table holds no formula', () => {
    expect(slipway('export', '--format', 'csv', '--to', join(home, 'table')).exitCode).toBe(0);
    expect(readFileSync(join(home, 'table', 'record.csv'), 'utf8')).toContain(",'=1+1,");
  });

  test('another key than the one that signed breaks it; no key at all decides nothing', () => {
    const other = join(home, 'other.pem');
    writeFileSync(other, publicPemOf(newSigner().key));
    const foreign = slipway('verify', '--public-key', other);
    expect([foreign.exitCode, foreign.said]).toEqual([
      1,
      expect.stringContaining('is no key that was named'),
    ]);
    writeFileSync(other, 'nonsense');
    expect(slipway('verify', '--public-key', other)).toMatchObject({ exitCode: 2 });
    expect(slipway('verify', '--public-key', join(home, 'nowhere'))).toMatchObject({ exitCode: 2 });
  });

  test('anchors that name a checkpoint which is not there any more break it', async () => {
    const file = join(home, 'audit', 'anchors.jsonl');
    const anchors = (await readAnchors(file)) ?? [];
    expect(anchors.map(({ number }) => number)).toEqual([1, 2]);
    const more = join(home, 'more.jsonl');
    const text = readFileSync(file, 'utf8');
    writeFileSync(more, `${text}${text.split('\n')[1]?.replace('"number":2', '"number":3')}\n`);
    expect(slipway('verify', '--anchors', more)).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining(
        'checkpoint 3: is in the anchors with a signature that no key of ours made',
      ),
    });
    writeFileSync(more, `${text}nonsense\n`);
    expect(slipway('verify', '--anchors', more)).toMatchObject({ exitCode: 2 });
    writeFileSync(more, `${text}{"number":3,"ha`);
    expect(slipway('verify', '--anchors', more)).toMatchObject({ exitCode: 0 });
    await anchorsIn(more).add(anchors.slice(1));
    expect(await readAnchors(more)).toEqual([...anchors, anchors[1]]);
  });

  test('while the program has the records, nothing is decided, and it says what to do', async () => {
    await withPool(async () => {
      const { exitCode, said } = slipway('verify');
      expect([exitCode, said]).toEqual([
        2,
        expect.stringMatching(/in use by process \d+.*Stop that process.*DATABASE_URL/s),
      ]);
    });
  });

  test('a record that was changed ends with 1, and names the line', async () => {
    await withPool(async (pool) => {
      await pool.query('alter table slipway.ledger disable trigger all');
      await pool.query(`update slipway.ledger set at = at + interval '1 second' where seq = 3`);
    });
    const { exitCode, said } = slipway('verify');
    expect([exitCode, said]).toEqual([
      1,
      expect.stringContaining('desk, line 3: does not have the hash that it should'),
    ]);
  });

  test('whoever only looks makes nothing', () => {
    const empty = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
    chmodSync(empty, 0o700);
    const before = home;
    home = empty;
    expect(slipway('verify')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('There are no records in'),
    });
    expect(slipway('export')).toMatchObject({ exitCode: 2 });
    home = before;
    expect(existsSync(join(empty, 'database')) || readdirSync(empty).length > 0).toBe(false);
    rmSync(empty, { recursive: true });
  });
});
