import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Line } from '../core/audit/chain.ts';
import type { Signer } from '../engine/audit/auditor.ts';
import { csvHeader, csvRow } from './csv.ts';
import { FORMAT, files, type Manifest, signedManifest } from './format.ts';
import { publicPemOf } from './key.ts';
import type { Snapshot } from './walk.ts';

/** Nothing was written, and the message says why. */
export class ExportRefused extends Error {
  override readonly name = 'ExportRefused';
}

export type Exported = { readonly lines: number; readonly streams: number; readonly checkpoints: number };

/** Makes the folder. @throws {ExportRefused} when something is in it already: an export is never mixed with another. */
export async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length === 0) return;
  throw new ExportRefused(`${folder} is not empty. Name another folder: slipway audit export --to <folder>`);
}

/** Writes the whole record as JSON Lines, with everything that is needed to verify it without this program. */
export async function exportLines(
  folder: string,
  snapshot: Snapshot,
  by: { readonly signer: Signer | null; readonly program: string; readonly at: string },
): Promise<Exported> {
  const digests: Record<string, string> = {};
  let lines = 0;
  async function write(name: string, content: AsyncIterable<string> | Iterable<string>): Promise<void> {
    digests[name] = await writeHashed(join(folder, name), content);
  }
  async function* texts() {
    for await (const { stream, seq, at, text, hash } of snapshot.lines()) {
      lines += 1;
      yield `${JSON.stringify({ stream, seq, at, text, hash })}\n`;
    }
  }
  await write(files.record, texts());
  await write(
    files.checkpoints,
    snapshot.checkpoints.map(
      ({ number, statement, signature }) => `${JSON.stringify({ number, statement, signature })}\n`,
    ),
  );
  const { signer, program, at } = by;
  if (signer !== null) await write(files.publicKey, [publicPemOf(signer.key)]);
  const manifest: Manifest = {
    format: FORMAT,
    program,
    at,
    key: signer?.key ?? null,
    streams: snapshot.heads.map(({ stream, seq, hash }) => [stream, seq, hash]),
    files: digests,
  };
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await writeFile(join(folder, files.manifest), text);
  if (signer !== null) await writeFile(join(folder, files.signature), signer.sign(signedManifest(text)));
  return { lines, streams: snapshot.heads.length, checkpoints: snapshot.checkpoints.length };
}

/** Writes the record as a table for people. */
export async function exportTable(folder: string, snapshot: Snapshot): Promise<Exported> {
  let lines = 0;
  async function* rows(): AsyncGenerator<string> {
    yield csvHeader;
    for await (const line of snapshot.lines()) {
      lines += 1;
      yield csvRow(line satisfies Line);
    }
  }
  await writeHashed(join(folder, files.table), rows());
  return { lines, streams: snapshot.heads.length, checkpoints: snapshot.checkpoints.length };
}

async function writeHashed(file: string, content: AsyncIterable<string> | Iterable<string>): Promise<string> {
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(content), hashing, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  return hash.digest('hex');
}
