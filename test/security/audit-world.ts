import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { exportLines } from '../../src/audit/export.ts';
import { isSigned, signerOf } from '../../src/audit/key.ts';
import { verifyExport, verifySnapshot } from '../../src/audit/verify.ts';
import { snapshotOf } from '../../src/audit/walk.ts';
import type { Anchor } from '../../src/core/audit/checkpoint.ts';
import { momentOf } from '../../src/core/audit/moment.ts';
import { type Auditor, openAuditor, type Signer } from '../../src/engine/audit/auditor.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import type { Store } from '../../src/store/store.ts';
import { record } from '../contract/store-ledger.ts';
import { aborted, ended, held, started, writing } from '../contract/store-world.ts';

export function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return signerOf(String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 'the test');
}

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Signs a store, keeps its anchors in memory, and remembers what it complained of. */
export function auditing(store: Store, signer: Signer) {
  const anchored: Anchor[] = [];
  const complaints: string[] = [];
  const auditor: Auditor = openAuditor({
    store,
    signer,
    anchors: {
      newest: async () => anchored.at(-1) ?? null,
      add: async (more) => {
        anchored.push(...more);
      },
    },
    clock: { sleep: async () => undefined },
    log: { ...silent, error: (fields, sentence) => complaints.push(`${sentence} ${JSON.stringify(fields)}`) },
    owner: 'test',
  });
  return { auditor, anchored, complaints };
}

export type Recorded = {
  readonly signer: Signer;
  readonly anchors: readonly Anchor[];
  readonly trust: { readonly keys: readonly string[]; readonly isSigned: typeof isSigned };
};

const odd = 'a\u2028b\u2029c\r\n"\\ \u0000 ü 🚀 \ud800';

/** A record of several deployments and of the desk, with four checkpoints and some lines after the last of them. */
export async function makeRecord(pool: Pool): Promise<Recorded> {
  await pool.query('drop schema if exists slipway cascade');
  await migrate(pool);
  const store = postgresStore(pool);
  const signer = newSigner();
  const { auditor, anchored, complaints } = auditing(store, signer);
  const running = await held(store, 'd-long', { target: 'web/staging' });
  let seq = 1;
  for (const part of [1, 2, 3, 4, 5]) {
    await ended(store, `d-${part}`, 'deployed');
    await store.journal.append(running, seq, writing([started, started, aborted]));
    seq += 3;
    for (let index = 0; index < 6; index += 1) {
      await store.ledger.note([
        record(`${part}-${index}`, { detail: { odd, why: 'because', count: index } }),
      ]);
    }
    // What comes after the fourth is the tail that nobody has signed yet.
    if (part < 5) await auditor.round('now');
  }
  if (complaints.length > 0 || anchored.length !== 4) throw new Error(`no record: ${complaints.join()}`);
  return { signer, anchors: anchored, trust: { keys: [signer.key], isSigned } };
}

/** What each of the verifiers says of the record that this client sees. */
export async function judgements(client: PoolClient, recorded: Recorded): Promise<string[]> {
  const { ledger } = postgresStore(poolOf(client));
  const snapshot = await snapshotOf(ledger);
  const { kind } = await verifySnapshot(snapshot, recorded);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-audit-'));
  try {
    await exportLines(folder, snapshot, {
      signer: recorded.signer,
      program: 'test',
      at: momentOf(1_800_000_000_000),
    });
    return [kind, ...(await exportJudgements(folder, recorded))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Independent = (
  folder: string,
  trusted: readonly string[],
  anchors: readonly Anchor[],
) => Promise<{ exitCode: 0 | 1 | 2; breaks: string[]; said: string }>;

/** By its path, so that the compiler does not take it for a part of the program. */
const script = new URL('../../src/audit/verify-export.mjs', import.meta.url).href;
const { verifyExport: independently } = (await import(script)) as { verifyExport: Independent };

export async function exportJudgements(folder: string, { anchors, trust }: Recorded): Promise<string[]> {
  const { kind } = await verifyExport(folder, { anchors, trust });
  const { exitCode } = await independently(folder, trust.keys, anchors);
  return [kind, ['whole', 'broken', 'undecided'][exitCode] ?? 'nothing'];
}

/** Everybody gets the one client, inside the transaction that it has open. */
export function poolOf(client: PoolClient): Pool {
  const shared = {
    on: () => undefined,
    off: () => undefined,
    release: () => undefined,
    query: (text: string, values: unknown[]) => client.query(text, values),
  };
  return { connect: async () => shared } as unknown as Pool;
}
