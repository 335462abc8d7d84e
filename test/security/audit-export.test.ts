import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportLines, exportTable } from '../../src/audit/export.ts';
import { signedManifest } from '../../src/audit/format.ts';
import { publicPemOf } from '../../src/audit/key.ts';
import { verifyExport } from '../../src/audit/verify.ts';
import { snapshotOf } from '../../src/audit/walk.ts';
import type { Line } from '../../src/core/audit/chain.ts';
import { BEGINNING, hashOfLine } from '../../src/core/audit/chain.ts';
import { momentOf } from '../../src/core/audit/moment.ts';
import { openEmbedded } from '../../src/store/embedded/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { type Random, randomFrom } from '../simulation/random.ts';
import { flipped } from './audit-mischief.ts';
import { exportJudgements, makeRecord, newSigner, type Recorded } from './audit-world.ts';

const TAMPERINGS = 1_000;
/** A busy machine may take its time. */
const WITHIN_MS = 600_000;
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const otherKey = newSigner();

let root: string;
let good: string;
/** The same record, exported by somebody who has another key now. */
let elsewhere: string;
let recorded: Recorded;
const tables = ['record.jsonl', 'checkpoints.jsonl'] as const;
const all = [...tables, 'public-key.pem', 'manifest.json', 'manifest.sig'] as const;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'slipway-audit-'));
  const { pool, close } = await openEmbedded({ folder: join(root, 'home') });
  recorded = await makeRecord(pool);
  const snapshot = await snapshotOf(postgresStore(pool).ledger);
  good = mkdtempSync(join(root, 'good-'));
  const { signer } = recorded;
  await exportLines(good, snapshot, { signer, program: 'test', at: momentOf(1_800_000_000_000) });
  await exportTable(good, snapshot);
  elsewhere = mkdtempSync(join(root, 'elsewhere-'));
  await exportLines(elsewhere, snapshot, {
    signer: otherKey,
    program: 'test',
    at: momentOf(1_800_000_000_000),
  });
  await close();
}, WITHIN_MS);
afterAll(() => rmSync(root, { recursive: true }));

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const write = (folder: string, name: string, text: string) => writeFileSync(join(folder, name), text);
const linesOf = (folder: string, name: string) => read(folder, name).split('\n').slice(0, -1);

type Deed = (folder: string, random: Random) => void;

function withLines(change: (lines: string[], at: number, random: Random) => readonly string[]): Deed {
  return (folder, random) => {
    const name = random.pick(tables);
    const lines = linesOf(folder, name);
    const changed = change(lines, random.int(0, lines.length - 1), random);
    write(folder, name, changed.map((line) => `${line}\n`).join(''));
  };
}

const deeds: Readonly<Record<string, Deed>> = {
  'a character': (folder, random) => {
    const name = random.pick(all);
    write(folder, name, flipped(read(folder, name), random));
  },
  'a character more': (folder, random) => {
    const name = random.pick(all);
    const text = read(folder, name);
    const place = random.int(0, text.length);
    write(folder, name, `${text.slice(0, place)}${random.pick([' ', '\n', '0', '='])}${text.slice(place)}`);
  },
  'a character less': (folder, random) => {
    const name = random.pick(all);
    const text = read(folder, name);
    const place = random.int(0, text.length - 1);
    write(folder, name, `${text.slice(0, place)}${text.slice(place + 1)}`);
  },
  'a field': withLines((lines, at, random) =>
    lines.with(at, JSON.stringify(anotherField(JSON.parse(lines[at] ?? ''), random))),
  ),
  'a line out': withLines((lines, at) => lines.toSpliced(at, 1)),
  'a line twice': withLines((lines, at) => lines.toSpliced(at, 0, lines[at] ?? '')),
  'two lines swapped': withLines((lines, at) => {
    const other = (at + 1) % lines.length;
    return lines.with(at, lines[other] ?? '').with(other, lines[at] ?? '');
  }),
  'a line elsewhere': withLines((lines, at, random) => {
    const rest = lines.toSpliced(at, 1);
    return rest.toSpliced((at + random.int(1, rest.length - 1)) % (rest.length + 1), 0, lines[at] ?? '');
  }),
  'the tail': withLines((lines, at) => lines.slice(0, at)),
  'a file gone': (folder, random) => rmSync(join(folder, random.pick(all))),
  'files swapped': (folder, random) => {
    const [one, other] = [random.pick(all), random.pick(all)];
    if (one === other) return rmSync(join(folder, one));
    renameSync(join(folder, one), join(folder, 'aside'));
    renameSync(join(folder, other), join(folder, one));
    renameSync(join(folder, 'aside'), join(folder, other));
  },
  'a count': (folder, random) => {
    const manifest = JSON.parse(read(folder, 'manifest.json'));
    random.pick<[string, number]>(manifest.streams)[1] += random.pick([1, -1]);
    write(folder, 'manifest.json', `${JSON.stringify(manifest, null, 1)}\n`);
  },
  'nobody signed': (folder) => {
    const manifest = JSON.parse(read(folder, 'manifest.json'));
    write(folder, 'manifest.json', `${JSON.stringify({ ...manifest, key: null }, null, 1)}\n`);
    rmSync(join(folder, 'manifest.sig'));
  },
  'another line, and everything made to fit but the signature': (folder, random) => {
    forge(folder, random);
    sealed(folder, null);
  },
  'another line, and everything signed anew with another key': (folder, random) => {
    forge(folder, random);
    sealed(folder, otherKey);
  },
};

function anotherField(value: Record<string, unknown>, random: Random): Record<string, unknown> {
  const name = random.pick(Object.keys(value));
  const before = value[name];
  const other =
    typeof before === 'number' ? before + random.pick([1, -1, 0.5]) : flipped(String(before), random);
  return { ...value, [name]: other };
}

/** Changes a line and computes every hash after it anew. */
function forge(folder: string, random: Random): void {
  const lines: Line[] = linesOf(folder, 'record.jsonl').map((text) => JSON.parse(text));
  const at = random.int(0, lines.length - 1);
  const forged = lines.with(at, { ...lines[at]!, text: '{"forged":true}' });
  let previous = { stream: '', hash: BEGINNING };
  const chained = forged.map((line) => {
    const hash = hashOfLine(previous.stream === line.stream ? previous.hash : BEGINNING, line);
    previous = { stream: line.stream, hash };
    return { ...line, hash };
  });
  write(folder, 'record.jsonl', chained.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** Brings the manifest up to date with the files, and signs it where there is a key. */
function sealed(folder: string, signer: typeof otherKey | null): void {
  if (signer !== null) write(folder, 'public-key.pem', publicPemOf(signer.key));
  const manifest = JSON.parse(read(folder, 'manifest.json'));
  const ends = new Map<string, [string, number, string]>();
  for (const { stream, seq, hash } of linesOf(folder, 'record.jsonl').map((text) => JSON.parse(text)))
    ends.set(stream, [stream, seq, hash]);
  const digest = (name: string) => createHash('sha256').update(read(folder, name)).digest('hex');
  const files = Object.fromEntries(Object.keys(manifest.files).map((name) => [name, digest(name)]));
  const parts = { ...manifest, streams: [...ends.values()], files, key: signer?.key ?? manifest.key };
  const text = `${JSON.stringify(parts, null, 1)}\n`;
  write(folder, 'manifest.json', text);
  if (signer !== null) write(folder, 'manifest.sig', signer.sign(signedManifest(text)));
}

function isChanged(folder: string): boolean {
  return all.some((name) => {
    try {
      return read(folder, name) !== read(good, name);
    } catch {
      return true;
    }
  });
}

test('an export that nobody has touched is whole, in both verifiers', async () => {
  expect(await exportJudgements(good, recorded)).toEqual(['whole', 'whole']);
});

test(
  `${TAMPERINGS} tamperings with an export are all found, by both verifiers (SEED=${seed})`,
  async () => {
    const missed: string[] = [];
    const kinds = Object.keys(deeds);
    for (let turn = 0; turn < TAMPERINGS; turn += 1) {
      const kind = kinds[turn % kinds.length] ?? '';
      const folder = join(root, `bad-${turn}`);
      cpSync(good, folder, { recursive: true });
      const random = randomFrom(seed, turn);
      do deeds[kind]?.(folder, random);
      while (!isChanged(folder));
      const judged = await exportJudgements(folder, recorded);
      if (judged.join() !== 'broken,broken') missed.push(`${turn}: ${kind} -> ${judged.join()}`);
      rmSync(folder, { recursive: true });
    }
    expect(missed, `SEED=${seed}`).toEqual([]);
  },
  WITHIN_MS,
);

test('the table for people has a line for every line, and nothing in it is a formula', () => {
  const table = read(good, 'record.csv');
  expect(table.split('\r\n')[0]).toBe(
    'stream,seq,at,actor,action,service,environment,deployment,outcome,code,text',
  );
  expect(table).toMatch(/\r\ndesk,1,\S+Z,U1,deploy,api,production,,refused,1-0,"\{""actor""/);
  expect(table).toMatch(/\r\nd-1,1,\S+Z,,step-started,,,d-1,,,"\{""kind""/);
});

test('the independent verifier imports nothing but Node', () => {
  const script = readFileSync('src/audit/verify-export.mjs', 'utf8');
  const imports = [...script.matchAll(/\bfrom '([^']+)'|\b(?:import|require)\(([^)]+)\)/g)].map(
    ([, name, other]) => name ?? other,
  );
  expect(imports.length).toBeGreaterThan(2);
  expect(imports.filter((name) => !name?.startsWith('node:'))).toEqual([]);
});

test('after a change of keys both have to be named', async () => {
  const named = (...keys: readonly string[]) =>
    exportJudgements(elsewhere, { ...recorded, trust: { ...recorded.trust, keys } });
  expect(await named(otherKey.key)).toEqual(['broken', 'broken']);
  expect(await named(recorded.signer.key)).toEqual(['broken', 'broken']);
  expect(await named(otherKey.key, recorded.signer.key)).toEqual(['whole', 'whole']);
});

test('whoever has no key to hold an export against is told so, and it is not called whole', async () => {
  const trust = { ...recorded.trust, keys: [] };
  const { kind, because } = await verifyExport(good, { anchors: recorded.anchors, trust });
  expect([kind, because.join()]).toEqual([
    'undecided',
    'No public key was named that the signatures could be held against.',
  ]);
  expect(await exportJudgements(good, { ...recorded, trust })).toEqual(['undecided', 'undecided']);
});

test('the independent verifier says with its exit code what it found', () => {
  const script = fileURLToPath(new URL('../../src/audit/verify-export.mjs', import.meta.url));
  const run = (...words: readonly string[]) => {
    const { status, stdout } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
    return [status, stdout.trimEnd().split('\n').at(-1)];
  };
  const anchors = join(root, 'anchors.jsonl');
  writeFileSync(anchors, recorded.anchors.map((anchor) => `${JSON.stringify(anchor)}\n`).join(''));
  const key = join(good, 'public-key.pem');
  expect(run(good, '--public-key', key, '--anchors', anchors)).toEqual([0, 'whole']);
  expect(run(good)).toEqual([2, 'cannot be decided: name a public key that you trust']);
  const folder = join(root, 'by-hand');
  cpSync(good, folder, { recursive: true });
  write(folder, 'record.jsonl', read(folder, 'record.jsonl').replace('U1', 'U2'));
  expect(run(folder, '--public-key', key)).toEqual([1, 'BROKEN']);
  expect(run(join(root, 'nowhere'), '--public-key', key)).toEqual([1, 'BROKEN']);
});
