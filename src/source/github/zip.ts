import { crc32, inflateRawSync } from 'node:zlib';
import { Failed } from '../../core/failure.ts';

// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT: 4.3.7 local header, 4.3.12 central directory, 4.3.16 end.
const END = 0x0605_4b50;
const ENTRY = 0x0201_4b50;
const LOCAL = 0x0403_4b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const COMMENT_MAX = 65_535;

/**
 * The text of one file of a zip archive, by its whole path; null where there is none.
 * @throws {Failed} `misunderstood` for what is no archive that we can read, `rejected` for a file that is too large
 */
export function fileInZip(bytes: Uint8Array, path: string, bytesMax: number): string | null {
  try {
    const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const entry = entriesOf(zip).find(({ name }) => name === path);
    return entry === undefined ? null : textOf(zip, entry, bytesMax);
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw broken();
  }
}

type Entry = {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly sum: number;
  readonly at: number;
};

function entriesOf(zip: Buffer): Entry[] {
  const end = endOf(zip);
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw broken();
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString('utf8', at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength),
      method: zip.readUInt16LE(at + 10),
      sum: zip.readUInt32LE(at + 16),
      packed: zip.readUInt32LE(at + 20),
      size: zip.readUInt32LE(at + 24),
      at: zip.readUInt32LE(at + 42),
    });
    at += ENTRY_LENGTH + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** It stands at the very end, before a comment that nobody writes. */
function endOf(zip: Buffer): number {
  const first = Math.max(0, zip.length - END_LENGTH - COMMENT_MAX);
  for (let at = zip.length - END_LENGTH; at >= first; at--) {
    if (zip.readUInt32LE(at) === END) return at;
  }
  throw broken();
}

function textOf(zip: Buffer, { method, packed, size, sum, at }: Entry, bytesMax: number): string {
  if (size > bytesMax) {
    const message = `a file in the archive is larger than ${bytesMax} bytes`;
    throw new Failed({ code: 'rejected', message, retryAfterMs: null });
  }
  if (zip.readUInt32LE(at) !== LOCAL) throw broken();
  const from = at + LOCAL_LENGTH + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const raw = zip.subarray(from, from + packed);
  if (raw.length !== packed) throw broken();
  const bytes = method === 0 ? raw : method === 8 ? inflateRawSync(raw, { maxOutputLength: bytesMax }) : null;
  // What is shorter than it says was cut off somewhere.
  if (bytes === null || bytes.length !== size || crc32(bytes) !== sum) throw broken();
  return bytes.toString('utf8');
}

function broken(): Failed {
  return new Failed({
    code: 'misunderstood',
    message: 'what came is no archive that can be read',
    retryAfterMs: null,
  });
}
