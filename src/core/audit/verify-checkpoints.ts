import { BEGINNING, type Mark } from './chain.ts';
import { type Anchor, anchorOf, type Checkpoint, Statement, signedText } from './checkpoint.ts';

/** Something that is not as it was written, with the place where it shows first. */
export type Break = { readonly where: string; readonly what: string };

/** Which signatures count, and how one is checked. Keys are 32 bytes in base64. */
export type Trust = {
  readonly keys: readonly string[];
  isSigned(key: string, text: string, signature: string): boolean;
};

/** What the checkpoints vouch for. */
export type Vouched = {
  readonly count: number;
  /** When the newest was made; null before the first. */
  readonly newestAt: string | null;
  /** For every stream the places that were signed, rising, with the number of the checkpoint. */
  readonly marks: ReadonlyMap<string, readonly (Omit<Mark, 'stream'> & { readonly number: number })[]>;
  /** The keys that were used, in the order in which they appear. */
  readonly keys: readonly string[];
  readonly breaks: readonly Break[];
};

type Marks = Map<string, { seq: number; hash: string; number: number }[]>;

/** Goes through the checkpoints in their order, and compares those that are anchored elsewhere. */
export function verifyCheckpoints(
  checkpoints: readonly Checkpoint[],
  anchors: readonly Anchor[],
  trust: Trust,
): Vouched {
  const breaks: Break[] = [];
  const marks: Marks = new Map();
  const keys: string[] = [];
  const found: Anchor[] = [];
  let newestAt: string | null = null;
  for (const checkpoint of checkpoints) {
    const number = found.length + 1;
    const statement = readStatement(checkpoint.statement);
    const wrong =
      statement === null
        ? ['cannot be read']
        : [
            ...judge(checkpoint, statement, number, found.at(-1)?.hash ?? BEGINNING, trust),
            ...mark(statement, number, marks),
          ];
    breaks.push(...wrong.map((what) => ({ where: `checkpoint ${number}`, what })));
    found.push(anchorOf(checkpoint));
    if (statement !== null) {
      keys.push(statement.key);
      newestAt = statement.at;
    }
  }
  breaks.push(...foreignKeys(keys, trust), ...compare(found, anchors, [...trust.keys, ...keys], trust));
  return { count: checkpoints.length, newestAt, marks, keys: [...new Set(keys)], breaks };
}

function judge(
  checkpoint: Checkpoint,
  statement: Statement,
  number: number,
  previous: string,
  trust: Trust,
): string[] {
  const isInPlace = checkpoint.number === number && statement.number === number;
  const isSigned = trust.isSigned(statement.key, signedText(anchorOf(checkpoint)), checkpoint.signature);
  return [
    ...(isInPlace ? [] : ['is not in its place']),
    ...(statement.previous === previous ? [] : ['does not follow the one that stands before it']),
    ...(isSigned ? [] : ['is not signed by its key']),
  ];
}

function mark({ heads }: Statement, number: number, marks: Marks): string[] {
  return heads.flatMap(([stream, seq, hash]) => {
    const before = marks.get(stream) ?? [];
    const isRising = seq > (before.at(-1)?.seq ?? 0);
    before.push({ seq, hash, number });
    marks.set(stream, before);
    return isRising ? [] : [`goes back in ${stream}`];
  });
}

function readStatement(text: string): Statement | null {
  try {
    return Statement.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A key that nobody named is as good as one that is named when that one has signed a checkpoint after it. */
function foreignKeys(keys: readonly string[], trust: Trust): Break[] {
  if (trust.keys.length === 0) return [];
  const last = keys.findLastIndex((key) => trust.keys.includes(key));
  const foreign = keys[last + 1];
  if (foreign === undefined) return [];
  return [
    { where: `checkpoint ${last + 2}`, what: `is signed by ${foreign}, which is no key that was named` },
  ];
}

function compare(
  found: readonly Anchor[],
  anchors: readonly Anchor[],
  keys: string[],
  trust: Trust,
): Break[] {
  return anchors.flatMap((anchor) => {
    const kept = found[anchor.number - 1];
    if (kept?.hash === anchor.hash) return [];
    const where = `checkpoint ${anchor.number}`;
    if (!keys.some((key) => trust.isSigned(key, signedText(anchor), anchor.signature))) {
      return [{ where, what: 'is in the anchors with a signature that no key of ours made' }];
    }
    return [
      {
        where,
        what:
          kept === undefined ? 'was anchored, and is not there any more' : 'is not the one that was anchored',
      },
    ];
  });
}
