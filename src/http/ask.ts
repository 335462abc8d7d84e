import type { z } from 'zod';
import { invariant } from '../core/bug.ts';
import type { Asked } from './name-failure.ts';

/** A list becomes the same name several times. */
export type Query = Readonly<Record<string, Scalar | readonly Scalar[]>>;
type Scalar = string | number | boolean;

/** Everything that can be said of one call. */
export type Ask<T> = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Built with `path`. */
  readonly path: string;
  /** What the answer must be: JSON unless `as` says otherwise. */
  readonly Answer: z.ZodType<T>;
  readonly as?: 'json' | 'text' | 'bytes' | 'nothing' | undefined;
  readonly query?: Query | undefined;
  /** Besides what says who we are, which comes last. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Body | undefined;
  /** Asking changes nothing, whatever the method: it may be repeated, and a lost answer is no answer. */
  readonly isRead?: true | undefined;
  /** Statuses that are an answer here and not a failure, besides 2xx: 404 for "not there", 302 for its Location. */
  readonly okStatuses?: readonly number[] | undefined;
};

export type Body =
  | { readonly json: unknown }
  /** `type` is a media type: `application/strategic-merge-patch+json`, `application/x-ndjson`. */
  | { readonly type: string; readonly text: string | Uint8Array<ArrayBuffer> }
  | FormData;

export type Reply<T> = {
  readonly status: number;
  /** Its name in any case; null when it was not sent. */
  header(name: string): string | null;
  readonly value: T;
};

/** One call as it is sent, perhaps several times. */
export type Call<T> = {
  readonly ask: Ask<T>;
  readonly url: URL;
  readonly body: { readonly type: string; readonly text: string | Uint8Array<ArrayBuffer> } | null;
  readonly asked: Asked;
  readonly isUrgent: boolean;
  readonly endsAtMs: number;
};

/** @throws {Bug} when the path leads out of what the host is for. */
export function addressOf(base: URL, { path, query = {} }: Pick<Ask<unknown>, 'path' | 'query'>): URL {
  const url = new URL(path.replace(/^\//, './'), base);
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(each));
  }
  const isBelow = url.origin === base.origin && url.pathname.startsWith(base.pathname);
  invariant(/^\/(?!\/)/.test(path) && isBelow, 'a path leads out of its host');
  return url;
}

/** Written out once, so that every attempt sends the same bytes, a form's boundary among them. */
export async function bodyOf(body: Body | undefined): Promise<Call<unknown>['body']> {
  if (body === undefined) return null;
  if (body instanceof FormData) {
    const form = new Response(body);
    const type = form.headers.get('content-type') ?? 'multipart/form-data';
    return { type, text: new Uint8Array(await form.arrayBuffer()) };
  }
  if ('json' in body) return { type: 'application/json', text: JSON.stringify(body.json) };
  return body;
}
