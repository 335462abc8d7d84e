import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Anchor } from '../core/audit/checkpoint.ts';
import type { Anchors } from '../engine/audit/auditor.ts';

/** A file of anchors that cannot be read as one. */
export class AnchorsRefused extends Error {
  override readonly name = 'AnchorsRefused';
}

/** A file that anchors are added to, one line of JSON each. */
export function anchorsIn(file: string): Anchors {
  return {
    newest: async () => (await readAnchors(file))?.at(-1) ?? null,
    async add(anchors) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      // Whoever was killed while writing left half a line: it is ended, and its anchor is written once more.
      const lines = anchors.map((anchor) => `${JSON.stringify(anchor)}\n`).join('');
      await appendFile(file, (await endsInLine(file)) ? lines : `\n${lines}`, { flush: true, mode: 0o600 });
    },
  };
}

/**
 * The anchors in a file, in its order; null when there is no such file.
 * @throws {AnchorsRefused} for a line that is no anchor, save one that was broken off.
 */
export async function readAnchors(file: string): Promise<Anchor[] | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new AnchorsRefused(`The anchors ${file} cannot be read (${error.code ?? 'unknown reason'}).`);
  });
  if (text === null) return null;
  return text.split('\n').flatMap((line, index) => {
    const anchor = Anchor.safeParse(parseJson(line));
    if (anchor.success) return [anchor.data];
    // A line that breaks off has no end: whatever else stands there was changed by somebody.
    if (line === '' || (line.startsWith('{"number"') && !line.endsWith('}'))) return [];
    throw new AnchorsRefused(`Line ${index + 1} of the anchors ${file} is no anchor: the file was changed.`);
  });
}

async function endsInLine(file: string): Promise<boolean> {
  const opened = await open(file, 'r').catch(() => null);
  if (opened === null) return true;
  try {
    const { size } = await opened.stat();
    const { buffer } = await opened.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return size === 0 || buffer.toString() === '\n';
  } finally {
    await opened.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
