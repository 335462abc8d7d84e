import { expect, test } from 'vitest';
import { BEGINNING, hashOfLine, type Line, type Mark } from './chain.ts';
import {
  type Anchor,
  anchorOf,
  type Checkpoint,
  hashOfStatement,
  signedText,
  stateHeads,
} from './checkpoint.ts';
import { verdictOf } from './verdict.ts';
import { type Trust, verifyCheckpoints } from './verify-checkpoints.ts';
import { verifyLines } from './verify-lines.ts';

const AT = '2026-11-20T09:30:00.123456Z';

/** The key itself stands in for its signature: who can make it is not asked here. */
function trusting(...keys: readonly string[]): Trust {
  return { keys, isSigned: (key, text, signature) => signature === `${key} signed ${text}` };
}

function chain(stream: string, count: number, at = AT): Line[] {
  const lines: Line[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const line = { stream, seq, at, text: `{"line":${seq}}` };
    lines.push({ ...line, hash: hashOfLine(lines.at(-1)?.hash ?? BEGINNING, line) });
  }
  return lines;
}

/** Checkpoints, each signed by its own key. */
function signed(
  ...parts: readonly { readonly key: string; readonly heads: readonly Mark[] }[]
): Checkpoint[] {
  const made: Checkpoint[] = [];
  for (const { key, heads } of parts) {
    const last = made.at(-1);
    const number = made.length + 1;
    const previous = last === undefined ? BEGINNING : hashOfStatement(last.statement);
    const statement = stateHeads({ number, at: AT, previous, key }, heads);
    const hash = hashOfStatement(statement);
    made.push({ number, statement, signature: `${key} signed ${signedText({ number, hash })}` });
  }
  return made;
}

function judge(
  lines: readonly Line[],
  checkpoints: readonly Checkpoint[],
  {
    trust = trusting('ours'),
    anchors = [] as readonly Anchor[],
    counts = null as [string, number][] | null,
  } = {},
) {
  const vouched = verifyCheckpoints(checkpoints, anchors, trust);
  const verifying = verifyLines(vouched, counts === null ? null : new Map(counts));
  for (const line of lines) verifying.take(line);
  return verdictOf(vouched, verifying.end(), { trust, anchors: anchors.length, more: [] });
}

const desk = chain('desk', 4);
const journal = chain('d-1', 2);
const first = { key: 'ours', heads: [desk[1]!, journal[1]!] };
const second = { key: 'ours', heads: [desk[3]!] };

test('lines that follow each other and end where they were signed are whole', () => {
  expect(judge([...desk, ...journal], signed(first, second))).toMatchObject({ kind: 'whole', breaks: [] });
});

test('a stream that stands there twice is broken, although each time it is whole', () => {
  const web = chain('d-2', 1);
  const twice = [...web, ...desk, ...journal, ...web];
  const { kind, breaks } = judge(twice, signed(first, second), {
    counts: [
      ['desk', 4],
      ['d-1', 2],
      ['d-2', 1],
    ],
  });
  expect([kind, breaks]).toEqual(['broken', [{ where: 'd-2, line 1', what: 'begins a second time' }]]);
});

test('a stream has a name without spaces, so that no two records have one text', () => {
  expect(judge([...desk, ...journal, ...chain('d 2', 1)], signed(first, second)).breaks).toEqual([
    { where: 'd 2, line 1', what: 'is in a stream whose name no stream has' },
  ]);
});

test('only the first break of a stream is told, and those of every other one', () => {
  const changed = [...desk, ...journal].map((line) => ({ ...line, text: '{}' }));
  expect(judge(changed, signed(first, second)).breaks).toEqual([
    { where: 'desk, line 1', what: 'does not have the hash that it should' },
    { where: 'd-1, line 1', what: 'does not have the hash that it should' },
  ]);
});

test('a key that nobody named will do when one that is named signed after it, and not when it signed last', () => {
  const before = judge([...desk, ...journal], signed({ ...first, key: 'old' }, second));
  expect(before).toMatchObject({ kind: 'whole', breaks: [] });
  const after = judge([...desk, ...journal], signed(first, { ...second, key: 'theirs' }));
  expect(after.breaks).toEqual([
    { where: 'checkpoint 2', what: 'is signed by theirs, which is no key that was named' },
  ]);
  const both = { trust: trusting('ours', 'theirs') };
  expect(judge([...desk, ...journal], signed(first, { ...second, key: 'theirs' }), both).kind).toBe('whole');
});

test('a checkpoint that says less than the one before it goes back', () => {
  const back = signed(first, second, { key: 'ours', heads: [desk[2]!] });
  expect(judge([...desk, ...journal], back).breaks[0]).toEqual({
    where: 'checkpoint 3',
    what: 'goes back in desk',
  });
});

test('an anchor that the record does not hold breaks it, and says which', () => {
  const checkpoints = signed(first, second);
  const anchors = checkpoints.map(anchorOf);
  expect(judge([...desk, ...journal], checkpoints, { anchors }).kind).toBe('whole');
  const cut = judge([...desk.slice(0, 2), ...journal], checkpoints.slice(0, 1), { anchors });
  expect(cut.breaks).toEqual([{ where: 'checkpoint 2', what: 'was anchored, and is not there any more' }]);
  const other = signed(first, { ...second, heads: [desk[2]!] });
  expect(judge([...desk, ...journal], other, { anchors }).breaks).toEqual([
    { where: 'checkpoint 2', what: 'is not the one that was anchored' },
  ]);
});

test('a line that no checkpoint knows may be a little older than the newest one, and not much', () => {
  const young = [...desk, ...journal, ...chain('d-2', 1, '2026-11-20T09:20:30.000000Z')];
  expect(judge(young, signed(first, second))).toMatchObject({ kind: 'whole' });
  const old = [...desk, ...journal, ...chain('d-2', 1, '2026-11-20T09:19:00.000000Z')];
  expect(judge(old, signed(first, second)).breaks.map(({ where }) => where)).toEqual(['d-2, line 1']);
});

test('nothing that is empty counts as whole', () => {
  expect(judge([], []).kind).toBe('undecided');
  expect(judge([], signed(first)).kind).toBe('broken');
});
