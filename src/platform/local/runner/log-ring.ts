import { lineRedactor } from '../../../http/redact.ts';

export type Line = {
  readonly atMs: number;
  readonly level: Level | null;
  readonly text: string;
};
export type Level = 'info' | 'warn' | 'error';

export const LINES_MAX = 5_000;
export const LINE_BYTES_MAX = 2_048;
/** So that a flood of long lines takes two megabytes of one release and not ten. */
const RING_BYTES_MAX = 2 * 1_024 * 1_024;

/** The newest lines of one release, already redacted and free of control characters: nothing else is ever kept. */
export type LogRing = {
  /** Takes a piece of output as it came, which may end in the middle of a line or of a letter. */
  take(stream: 'out' | 'err', piece: Buffer, atMs: number): void;
  /** A line of the runner's own. */
  note(level: Level, text: string, atMs: number): void;
  /** Oldest first. */
  lines(): readonly Line[];
  /** The service has ended: what it was still writing is a line too. */
  end(atMs: number): void;
  /** The last `count` lines' words. */
  last(count: number): readonly string[];
};

export function logRing(): LogRing {
  const kept: Line[] = [];
  let bytes = 0;
  const streams = { out: stream(null), err: stream('error') };

  function keep(line: Line): void {
    kept.push(line);
    bytes += line.text.length;
    while (kept.length > LINES_MAX || bytes > RING_BYTES_MAX) bytes -= kept.shift()?.text.length ?? 0;
  }

  return {
    take(name, piece, atMs) {
      for (const text of streams[name].split(piece)) {
        keep({ atMs, level: levelOf(text) ?? streams[name].level, text });
      }
    },
    note: (level, text, atMs) => keep({ atMs, level, text }),
    lines: () => kept,
    end(atMs) {
      for (const name of ['out', 'err'] as const) this.take(name, Buffer.from('\n'), atMs);
    },
    last: (count) => kept.slice(-count).map(({ text }) => text),
  };
}

/** Cuts one stream into clean lines. */
function stream(level: Level | null) {
  const decoder = new TextDecoder();
  const redactLine = lineRedactor();
  let rest = '';
  return {
    level,
    split(piece: Buffer): string[] {
      const parts = (rest + decoder.decode(piece, { stream: true })).split('\n');
      // Of a line without an end only the beginning is kept.
      rest = (parts.pop() ?? '').slice(0, LINE_BYTES_MAX);
      return parts.map((part) => redactLine(clean(part))).filter((text) => text !== '');
    },
  };
}

/** Colours and cursor movements as ECMA-48 writes them, then every other control character but the tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; with them what turns the writing direction.
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function clean(text: string): string {
  const plain = text.replace(ESCAPES, '').replace(CONTROLS, '').trimEnd();
  return Buffer.byteLength(plain) <= LINE_BYTES_MAX ? plain : `${cut(plain)}…`;
}

/** Cut at a whole letter: an incomplete one at the end decodes to U+FFFD, which is dropped. */
function cut(text: string): string {
  const bytes = Buffer.from(text).subarray(0, LINE_BYTES_MAX - 3);
  return new TextDecoder().decode(bytes).replace(/\ufffd+$/, '');
}

const LEVEL =
  /^[\s[(]{0,4}(?:\d{4}-\S{1,30}\s+)?[[({]?(?:level=|"level":")?(debug|info|warn|warning|error|fatal)\b/i;

const levels: Readonly<Record<string, Level>> = {
  debug: 'info',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
};

/** The word that a line begins with, after a time at most; null when it says nothing of the kind. */
export function levelOf(text: string): Level | null {
  const word = LEVEL.exec(text)?.[1]?.toLowerCase();
  return word === undefined ? null : (levels[word] ?? null);
}
