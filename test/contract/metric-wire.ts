import fc from 'fast-check';
import { placesIn, put } from '../support/changed-answer.ts';
import type { Way } from './metric-member.ts';

/** One answer as it came, and what it was an answer to. */
export type Kept = { readonly to: string; readonly status: number; readonly text: string };

/** A way out that is listened to, and that can be answered from instead of from outside. */
export function listening() {
  let keeping: Kept[] | null = null;
  let answering: readonly Kept[] | null = null;
  const way: Way['fetch'] = async (input, init) => {
    const to = `${init?.method ?? 'GET'} ${String(input)} ${bodyOf(init?.body)}`;
    if (answering !== null) {
      const found = answering.find((each) => each.to === to);
      if (found === undefined) throw new TypeError('nobody answers this');
      return new Response(found.text, { status: found.status, headers: JSON_TYPE });
    }
    const answer = await fetch(input, init);
    const text = await answer.text();
    keeping?.push({ to, status: answer.status, text });
    return new Response(text, { status: answer.status, headers: answer.headers });
  };
  return {
    fetch: way,
    keep() {
      keeping = [];
    },
    kept: (): readonly Kept[] => keeping ?? [],
    answer(answers: readonly Kept[]) {
      answering = answers;
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function bodyOf(body: RequestInit['body']): string {
  return typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString() : '';
}

/** What no honest source says in the place of something else. A lie that could be true is nobody's to find out. */
const INSTEAD: readonly unknown[] = [
  undefined,
  null,
  false,
  true,
  '',
  'SUCCESS',
  'NaN',
  '-1',
  -1,
  [],
  {},
  'Infinity',
];

/** Everything as it was, but for one answer: cut off, or with one place of it left out or said in another way. */
export function brokenAnswers(kept: readonly Kept[]): fc.Arbitrary<readonly Kept[]> {
  const changes = kept.map((answer, index) => {
    const json: unknown = JSON.parse(answer.text);
    const changed = fc
      .tuple(fc.constantFrom(...placesIn(json)), fc.constantFrom(...INSTEAD))
      .map(([place, to]) => JSON.stringify(put(json, place, to)) ?? '');
    const cut = fc.nat(Math.max(0, answer.text.length - 1)).map((length) => answer.text.slice(0, length));
    return fc
      .oneof({ weight: 9, arbitrary: changed }, { weight: 1, arbitrary: cut })
      .map((text) => kept.with(index, { ...answer, text }));
  });
  return fc.oneof(...changes);
}
