import { Failed } from '../../core/failure.ts';
import type { LogLine, LogQuery } from '../platform.ts';
import type { Client } from './client.ts';
import type { Container } from './schema.ts';
import { nameOf } from './standing.ts';

/** So many of the newest are looked through where lines are chosen by what they say. */
const TAIL_MAX = 5_000;

/** The newest lines of these containers, oldest first. */
export async function readLogs(
  client: Client,
  containers: readonly Container[],
  nameVersion: (container: Container) => string,
  query: LogQuery,
): Promise<LogLine[]> {
  const isChosen = query.contains !== null || query.level !== null;
  const read = containers.map(async (container): Promise<readonly LogLine[]> => {
    const bytes = await client.logs(nameOf(container), {
      stdout: true,
      stderr: true,
      timestamps: true,
      since: Math.floor(query.sinceMs / 1_000),
      tail: isChosen ? TAIL_MAX : Math.min(query.linesMax, TAIL_MAX),
    });
    const parts = container.Config.Tty ? [{ level: null, text: textOf([bytes]) }] : streamsOf(bytes);
    return parts.flatMap(({ level, text }) => linesOf(text, level, nameVersion(container)));
  });
  const lines = (await Promise.all(read)).flat().filter((line) => isWanted(line, query));
  return query.linesMax === 0 ? [] : lines.toSorted((a, b) => a.atMs - b.atMs).slice(-query.linesMax);
}

type Stream = { readonly level: LogLine['level']; readonly text: string };

const HEADER_BYTES = 8;

/**
 * Both streams in one: each piece has eight bytes before it, which say whose it is and how long ("Stream format" of
 * ContainerAttach). @throws {Failed} `misunderstood` for what is not of that form, or breaks off
 */
export function streamsOf(bytes: Uint8Array): readonly Stream[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: Uint8Array[] = [];
  const error: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const isHeader = at + HEADER_BYTES <= bytes.length && (view.getUint32(at) & 0xffffff) === 0;
    const stream = view.getUint8(at);
    const length = isHeader ? view.getUint32(at + 4) : 0;
    at += HEADER_BYTES;
    if (!isHeader || (stream !== 1 && stream !== 2) || at + length > bytes.length) throw strange();
    (stream === 1 ? out : error).push(bytes.subarray(at, at + length));
    at += length;
  }
  return [
    { level: 'info', text: textOf(out) },
    { level: 'error', text: textOf(error) },
  ];
}

function textOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString('utf8');
}

function linesOf(text: string, level: LogLine['level'], version: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const [, stamp, said = ''] = /^(\d{4}-\d\d-\d\dT\S{8,32}) ?(.*?)\r?$/s.exec(line) ?? [];
    const atMs = Date.parse(stamp ?? '');
    return Number.isNaN(atMs) ? [] : [{ atMs, level, version, text: said }];
  });
}

function isWanted({ atMs, level, text }: LogLine, query: LogQuery): boolean {
  return (
    atMs >= query.sinceMs &&
    (query.level === null || level === query.level) &&
    (query.contains === null || text.includes(query.contains))
  );
}

function strange(): Failed {
  const message = 'Docker tells a log in a form that we do not know';
  return new Failed({ code: 'misunderstood', message, retryAfterMs: null });
}
