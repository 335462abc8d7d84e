import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from 'yaml';
import { redact } from '../http/redact.ts';
import { type Finding, keyPath } from './finding.ts';

/** What one file may be at most. Some four hundred services fit. */
export const limits = { bytes: 128 * 1_024, nodes: 20_000, aliases: 20, depth: 40, findings: 25 } as const;

type Path = readonly (string | number)[];

/** A value and where each part of it was written. */
export type Tree = {
  readonly value: unknown;
  /** The place of what is written at a path, or of the nearest thing around it. */
  place(path: Path, which?: 'key' | 'value'): { readonly line: number; readonly column: number };
};

export type ReadYaml =
  | { readonly kind: 'read'; readonly tree: Tree }
  | { readonly kind: 'broken'; readonly findings: readonly Finding[] };

/**
 * Reads YAML 1.2 as people mean it: what does not come out as it was typed when read as a number (`1.10`, `1234567e1`,
 * `0x10`) stays text. Duplicate keys, tags, merge keys, keys that reach into prototypes and anything that looks like a
 * secret are refused.
 */
export function readYaml(file: string, text: string): ReadYaml {
  const whole = (message: string) =>
    broken([{ file, line: null, column: null, key: '', message, meant: [] }]);
  if (Buffer.byteLength(text) > limits.bytes) return whole(`is larger than ${limits.bytes / 1_024} kB.`);
  if (nests(text) > limits.depth) return whole(`nests deeper than ${limits.depth} levels.`);

  const counter = new LineCounter();
  // Unique keys are checked by the walk, and errors are not made pretty: the library does both in quadratic time.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter: counter,
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const complaints = [...document.errors, ...document.warnings];
  if (complaints.length > 0) {
    const first = complaints.slice(0, limits.findings).map(({ pos, message }) => {
      const { line, col } = counter.linePos(pos[0]);
      return { file, line, column: col, key: '', message: sayComplaint(message), meant: [] };
    });
    return broken(first);
  }
  return new Walk(file, counter, (node) => (isAlias(node) ? (node.resolve(document) ?? null) : node)).read(
    document.contents,
  );
}

function broken(findings: readonly Finding[]): ReadYaml {
  return { kind: 'broken', findings };
}

/** What the parser says, but for the one complaint that is about us: it counts no levels, it runs out of stack. */
function sayComplaint(message: string): string {
  if (message.includes('call stack')) return `nests deeper than ${limits.depth} levels.`;
  const first = message.split('\n', 1)[0] ?? '';
  return redact(first.endsWith('.') ? first : `${first}.`);
}

/** How deep brackets, or dashes at the start of a line, nest at most: looked at before parsing, which is recursive. */
function nests(text: string): number {
  return text
    .split('\n')
    .reduce((deepest, line) => Math.max(deepest, leadingMarks(line)), deepestBracket(text));
}

function deepestBracket(text: string): number {
  let open = 0;
  let deepest = 0;
  for (const letter of text) {
    if (letter === '[' || letter === '{') open += 1;
    if ((letter === ']' || letter === '}') && open > 0) open -= 1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

/** `- - - x` opens three lists in one line. */
function leadingMarks(line: string): number {
  const words = line.split(/\s+/, limits.depth * 2).filter((word) => word !== '');
  const end = words.findIndex((word) => word !== '-' && word !== '?' && word !== ':');
  return end === -1 ? words.length : end;
}

/** Keys that reach into what every object is made of. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

type Place = { readonly key: number; readonly value: number };

/** Turns nodes into plain values, remembering where each was written. */
class Walk {
  readonly #file: string;
  readonly #counter: LineCounter;
  readonly #resolved: (node: unknown) => unknown;
  readonly #places = new Map<string, Place>();
  readonly #findings: Finding[] = [];
  #nodes = 0;
  #aliases = 0;

  constructor(file: string, counter: LineCounter, resolved: (node: unknown) => unknown) {
    this.#file = file;
    this.#counter = counter;
    this.#resolved = resolved;
  }

  read(contents: Node | null): ReadYaml {
    const value = this.#value(contents, [], null);
    if (this.#findings.length > 0) return broken(this.#findings.slice(0, limits.findings));
    return { kind: 'read', tree: { value, place: (path, which = 'value') => this.#place(path, which) } };
  }

  #value(node: unknown, path: Path, key: number | null): unknown {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) this.#aliases += 1;
    this.#nodes += 1;
    const at = (node as Node).range?.[0] ?? key ?? 0;
    this.#places.set(keyOf(path), { key: key ?? at, value: at });
    const tooMuch =
      this.#nodes > limits.nodes || this.#aliases > limits.aliases || path.length > limits.depth;
    if (tooMuch)
      return this.#refuse(path, at, 'is more than one file may hold: fewer aliases, or less nesting.');

    const target = this.#resolved(node);
    if (isScalar(target)) return this.#scalar(target, path, at);
    if (isSeq(target)) return target.items.map((item, index) => this.#value(item, [...path, index], null));
    if (isMap(target)) return this.#map(target.items, path);
    return this.#refuse(path, at, 'is an alias of nothing.');
  }

  #map(items: readonly Pair[], path: Path): Record<string, unknown> {
    const seen = new Set<string>();
    const entries = items.flatMap((pair) => {
      const key = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : null;
      const at = (pair.key as Node | null)?.range?.[0] ?? 0;
      if (key === null || key === '<<' || DANGEROUS.has(key) || redact(key) !== key) {
        this.#refuse([...path, key ?? '?'], at, 'is a key that is not allowed here.');
        return [];
      }
      if (seen.has(key)) this.#refuse([...path, key], at, 'is written twice.');
      seen.add(key);
      return [[key, this.#value(pair.value, [...path, key], at)] as const];
    });
    return Object.fromEntries(entries);
  }

  #scalar({ value, source }: Scalar, path: Path, at: number): unknown {
    if (typeof value === 'string' && redact(value) !== value) {
      const message =
        'looks like a secret. Write where it is kept (env:NAME or file:/path), never what it is.';
      return this.#refuse(path, at, message);
    }
    if (typeof value !== 'number' && typeof value !== 'bigint') return value;
    return source === undefined || String(value) === source ? value : source;
  }

  #refuse(path: Path, at: number, message: string): null {
    if (this.#findings.length < limits.findings) {
      const { line, col } = this.#counter.linePos(at);
      this.#findings.push({ file: this.#file, line, column: col, key: keyPath(path), message, meant: [] });
    }
    return null;
  }

  #place(path: Path, which: 'key' | 'value'): { line: number; column: number } {
    for (let length = path.length; length >= 0; length--) {
      const place = this.#places.get(keyOf(path.slice(0, length)));
      if (place === undefined) continue;
      const { line, col } = this.#counter.linePos(length === path.length ? place[which] : place.key);
      return { line, column: col };
    }
    return { line: 1, column: 1 };
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
