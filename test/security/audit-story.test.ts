import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Apart, openApart } from '../scenario/apart.ts';
import { ended, order } from '../scenario/watching.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

type Place = {
  readonly environment: Readonly<Record<string, string>>;
  /** What the configuration says beyond that of every story. */
  readonly audit: string;
};

let postgres: TestPostgres | null = null;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
  const started = await startPostgres();
  if ('unavailable' in started)
    skipped('the record of a whole story on a real Postgres', started.unavailable, started.install);
  else postgres = started;
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true });
});

function slipway(apart: Apart, environment: Place['environment'], ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve('dist/src/main.js'), 'audit', ...words],
    {
      encoding: 'utf8',
      cwd: apart.folder,
      env: { PATH: process.env['PATH'], SLIPWAY_HOME: apart.home, ...environment },
    },
  );
  return { exitCode: status, said: `${stdout}${stderr}` };
}

/** Deploys, ends the program, and asks for the record. */
async function live({
  environment,
  audit,
}: Place): Promise<{ apart: Apart; exitCode: number | null; said: string }> {
  const apart = await openApart(1, environment);
  try {
    if (audit !== '') {
      await apart.end('SIGTERM');
      await apart.configure(`${readFileSync(join(apart.folder, 'slipway.yml'), 'utf8')}${audit}`);
      await apart.start();
    }
    const ada = await apart.as('U0ADA');
    await ended(ada, await order(ada, () => ada.type('/deploy-staging s1 v1'), 's1 v1 → staging'));
    await apart.end('SIGTERM');
    return { apart, ...slipway(apart, environment, 'verify') };
  } catch (error) {
    await apart.close();
    throw error;
  }
}

describe.sequential('after a whole story', () => {
  test('on a laptop the record is signed to its last line, by a key that the program made', async () => {
    const { apart, exitCode, said } = await live({ environment: {}, audit: '' });
    expect([exitCode, said]).toEqual([0, expect.stringContaining('The record is whole')]);
    expect(said).not.toContain('Not signed yet');
    expect(apart.said()).toContain('a key for the record was made');
    expect(apart.said()).toContain('checkpoint of the record');
    await apart.close();
  });

  test('with a database and a key the record is signed; without a key that is said, and nothing is decided', async () => {
    if (postgres === null) return;
    const unsigned = await live({
      environment: { DATABASE_URL: await postgres.createDatabase() },
      audit: '',
    });
    expect(unsigned.apart.said()).toContain('the record is chained and not signed');
    expect([unsigned.exitCode, unsigned.said]).toEqual([
      2,
      expect.stringContaining('There is no checkpoint'),
    ]);
    await unsigned.apart.close();

    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const audit = `audit: { key: "file:${join(folder, 'key.pem')}", anchors: ${join(folder, 'anchors.jsonl')} }\n`;
    const environment = { DATABASE_URL: await postgres.createDatabase() };
    const signed = await live({ environment, audit });
    expect([signed.exitCode, signed.said]).toEqual([0, expect.stringContaining('The record is whole')]);
    expect(readFileSync(join(folder, 'anchors.jsonl'), 'utf8')).toMatch(/^\{"number":1,/);
    const out = join(folder, 'out');
    expect(slipway(signed.apart, environment, 'export', '--to', out).exitCode).toBe(0);
    await signed.apart.close();
  });

  test('a key that is none keeps the program from starting, and says how one is made', async () => {
    writeFileSync(join(folder, 'nonsense.pem'), 'nonsense, and a lot of it');
    const apart = await openApart(1);
    await apart.end('SIGTERM');
    await apart.configure(
      `${readFileSync(join(apart.folder, 'slipway.yml'), 'utf8')}audit: { key: "file:${join(folder, 'nonsense.pem')}" }\n`,
    );
    await expect(apart.start()).rejects.toThrow('openssl genpkey -algorithm ed25519');
    await apart.close();
  });
});
