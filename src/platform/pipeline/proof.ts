import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { Around } from '../platform.ts';

/** What an address says of the version that answers there. */
export const Proof = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .describe('asked whenever somebody wants to know what runs, without any credentials'),
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,80}$/)
      .optional()
      .describe('the header of its answer that names the version or the commit, such as x-version'),
    json: z
      .string()
      .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,9}$/)
      .optional()
      .describe('where its JSON names them, such as build.commit'),
  })
  .refine(({ header, json }) => (header === undefined) !== (json === undefined), {
    message: 'must say where the version is: either a header or a place in its json',
  })
  .describe('an address that proves which version answers; strongly recommended');
export type Proof = z.infer<typeof Proof>;

/** `seen` is what the address says; `silent` that it says nothing that could be believed. */
export type Proven =
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'seen'; readonly says: string }
  | { readonly kind: 'silent'; readonly isDown: boolean; readonly say: string };

const SAYS_MAX = 200;
const DEADLINE_MS = 10_000;

export function openProof(proof: Proof | undefined, around: Around): () => Promise<Proven> {
  if (proof === undefined) return async () => ({ kind: 'not-asked' });
  const { origin, pathname, searchParams } = new URL(proof.url);
  const http = around.door({ baseUrl: origin, deadlineMs: DEADLINE_MS });
  const query = Object.fromEntries(searchParams);
  return async () => {
    try {
      const answer = await http.send({
        method: 'GET',
        path: pathname,
        Answer: z.string(),
        as: 'text',
        query,
      });
      const says =
        proof.header === undefined ? within(answer.value, proof.json ?? '') : answer.header(proof.header);
      const text = says?.trim().slice(0, SAYS_MAX) ?? '';
      if (text !== '') return { kind: 'seen', says: text };
      return { kind: 'silent', isDown: false, say: `${origin} does not say which version it is` };
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      const isDown = / answered 5\d\d\b/.test(error.failure.message);
      return { kind: 'silent', isDown, say: error.failure.message };
    }
  };
}

function within(text: string, place: string): string | null {
  const found = place.split('.').reduce<unknown>((inside, key) => {
    const isThere = typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key);
    return isThere ? (inside as Record<string, unknown>)[key] : undefined;
  }, parsed(text));
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LETTERS_MIN = 7;

/** By its name, or by at least seven letters of its commit on either side. */
export function isSaidBy({ name, commit }: Version, says: string): boolean {
  if (says === name) return true;
  if (commit === null || says.length < LETTERS_MIN) return false;
  return commit.startsWith(says) || (commit.length >= LETTERS_MIN && says.startsWith(commit));
}
