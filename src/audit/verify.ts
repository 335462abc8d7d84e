import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Line } from '../core/audit/chain.ts';
import type { Anchor, Checkpoint } from '../core/audit/checkpoint.ts';
import { type RecordVerdict, verdictOf } from '../core/audit/verdict.ts';
import { type Break, type Trust, type Vouched, verifyCheckpoints } from '../core/audit/verify-checkpoints.ts';
import { type Counted, type Lines, verifyLines } from '../core/audit/verify-lines.ts';
import { ExportedCheckpoint, ExportedLine, files, Manifest, signedManifest } from './format.ts';
import { countsOf, type Snapshot } from './walk.ts';

export type Verified = RecordVerdict & {
  readonly lines: number;
  readonly streams: number;
  readonly checkpoints: number;
  /** The public keys that signed checkpoints. */
  readonly keys: readonly string[];
};

type Against = { readonly anchors: readonly Anchor[] | null; readonly trust: Trust };

/** Reads the whole record in the database and says whether it is what was written. */
export async function verifySnapshot(snapshot: Snapshot, { anchors, trust }: Against): Promise<Verified> {
  const vouched = verifyCheckpoints(snapshot.checkpoints, anchors ?? [], trust);
  const lines = await takeAll(snapshot.lines(), vouched, countsOf(snapshot.heads));
  return verified(vouched, lines, { anchors, trust }, []);
}

/** The same for a folder that `slipway audit export` wrote. */
export async function verifyExport(folder: string, { anchors, trust }: Against): Promise<Verified> {
  const more: Break[] = [];
  const manifest = await readManifest(folder, trust, more);
  for (const [name, digest] of Object.entries(manifest?.files ?? {})) {
    if ((await digestOfFile(join(folder, name))) !== digest)
      more.push({ where: name, what: 'is not the file that the manifest names' });
  }
  const checkpoints: Checkpoint[] = [];
  for await (const checkpoint of parsed(folder, files.checkpoints, ExportedCheckpoint, more)) {
    checkpoints.push(checkpoint);
  }
  const vouched = verifyCheckpoints(checkpoints, anchors ?? [], trust);
  const counted = manifest === null ? null : new Map(manifest.streams.map(([stream, seq]) => [stream, seq]));
  const lines = await takeAll(parsed(folder, files.record, ExportedLine, more), vouched, counted);
  return verified(vouched, lines, { anchors, trust }, more);
}

async function takeAll(lines: AsyncIterable<Line>, vouched: Vouched, counted: Counted): Promise<Lines> {
  const verifying = verifyLines(vouched, counted);
  for await (const line of lines) verifying.take(line);
  return verifying.end();
}

function verified(
  vouched: Vouched,
  lines: Lines,
  { anchors, trust }: Against,
  more: readonly Break[],
): Verified {
  const newest = anchors === null ? null : Math.max(0, ...anchors.map(({ number }) => number));
  return {
    ...verdictOf(vouched, lines, { trust, anchors: newest, more }),
    lines: lines.lines,
    streams: lines.streams,
    checkpoints: vouched.count,
    keys: vouched.keys,
  };
}

async function readManifest(folder: string, trust: Trust, more: Break[]): Promise<Manifest | null> {
  const text = await readOr(join(folder, files.manifest));
  const manifest = Manifest.safeParse(parseJson(text));
  if (!manifest.success) {
    more.push({ where: files.manifest, what: 'is not there, or is no manifest of an export' });
    return null;
  }
  const needed = [files.record, files.checkpoints].filter(
    (name) => !Object.hasOwn(manifest.data.files, name),
  );
  more.push(...needed.map((name) => ({ where: files.manifest, what: `does not name ${name}` })));
  const { key } = manifest.data;
  if (key === null) {
    if (trust.keys.length > 0) more.push({ where: files.manifest, what: 'is signed by nobody' });
    return manifest.data;
  }
  if (!trust.isSigned(key, signedManifest(text), await readOr(join(folder, files.signature))))
    more.push({ where: files.manifest, what: 'is not signed by its key' });
  if (trust.keys.length > 0 && !trust.keys.includes(key))
    more.push({ where: files.manifest, what: `is signed by ${key}, which is no key that was named` });
  return manifest.data;
}

async function* parsed<T>(
  folder: string,
  name: string,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  more: Break[],
): AsyncGenerator<T, void> {
  let number = 0;
  try {
    for await (const text of textsOf(join(folder, name))) {
      number += 1;
      const line = schema.safeParse(parseJson(text));
      if (line.success) yield line.data;
      else more.push({ where: `${name}, line ${number}`, what: 'cannot be read' });
    }
  } catch (error) {
    more.push({
      where: name,
      what: `cannot be read (${error instanceof Error ? error.message : String(error)})`,
    });
  }
}

/** Split at line feeds alone: what people write may hold the other characters that end a line somewhere. */
async function* textsOf(file: string): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const texts = `${rest}${chunk}`.split('\n');
    rest = texts.pop() ?? '';
    yield* texts;
  }
  if (rest !== '') yield rest;
}

async function digestOfFile(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

function readOr(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
