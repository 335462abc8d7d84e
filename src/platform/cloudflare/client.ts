import type { z } from 'zod';
import { Failed, type Failure } from '../../core/failure.ts';
import type { Ask } from '../../http/door.ts';
import type { Around, Urgency } from '../platform.ts';
import type { Settings } from './address.ts';
import { Envelope } from './schema.ts';

/**
 * The limit that Cloudflare documents ("API limits"): 1,200 calls in five minutes for one user, whoever makes them. A
 * part of it is left to other programs of the same user, and a part of ours to what takes something back.
 */
const LIMIT = { perMinute: 200, reserved: 40 } as const;
/** Who passes it has every call turned away for so long, whichever it is. */
const LOCKED_OUT_MS = 5 * 60_000;
const DEADLINE_MS = 20_000;

/** What Cloudflare's API is to us: every answer is opened, and what says no is a failure, whatever its status. */
export type Api = {
  call<T>(asked: Omit<Ask<unknown>, 'Answer' | 'okStatuses'>, Result: z.ZodType<T>): Promise<T>;
  /** GraphQL, which has an envelope of its own. A question, though it is sent with POST. */
  analytics<T>(query: string, variables: Readonly<Record<string, string>>, Answer: z.ZodType<T>): Promise<T>;
};

/** One account, usual and urgent. Both wait when Cloudflare has locked the user out: asking on would only be turned away. */
export function openApi(settings: Settings, around: Around): (urgency: Urgency) => Api {
  const usual = around.door({
    baseUrl: settings.baseUrl,
    deadlineMs: DEADLINE_MS,
    limit: LIMIT,
    authorize: async (isAgain) => {
      const token = await around.secret(settings.token, isAgain ? 'again' : undefined);
      return { authorization: `Bearer ${token.open()}` };
    },
  });
  let lockedUntilMs = 0;

  async function unlessLocked<T>(request: string, call: () => Promise<T>): Promise<T> {
    const leftMs = lockedUntilMs - around.clock.nowMs();
    if (leftMs > 0) throw new Failed(lockedOut(request, leftMs));
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      if (error.failure.code !== 'rate-limited') throw plainer(error);
      throw new Failed({ ...error.failure, retryAfterMs: lockOut(error.failure) });
    }
  }

  /** Our own limit says `rate-limited` too, and nobody was asked then: only an answer locks everybody out. */
  function lockOut({ message, retryAfterMs }: Failure): number | null {
    if (!/answered 429/.test(message)) return retryAfterMs;
    const ms = Math.max(LOCKED_OUT_MS, retryAfterMs ?? 0);
    lockedUntilMs = Math.max(lockedUntilMs, around.clock.nowMs() + ms);
    return ms;
  }

  return (urgency) => {
    const http = urgency === 'urgent' ? usual.urgent : usual;
    return {
      async call(asked, Result) {
        const request = `${asked.method} ${around.redact(asked.path)}`;
        const { value } = await unlessLocked(request, () =>
          http.send({ ...asked, Answer: Envelope(Result), okStatuses: undefined }),
        );
        if (value.success) return value.result;
        throw new Failed({
          code: 'rejected',
          message: `${request} was refused: ${oneLine(around, value.errors)}`,
          retryAfterMs: null,
        });
      },
      analytics: async (query, variables, Answer) =>
        (
          await unlessLocked('POST /graphql', () =>
            http.send({
              method: 'POST',
              path: '/graphql',
              body: { json: { query, variables } },
              isRead: true,
              Answer,
            }),
          )
        ).value,
    };
  };
}

function lockedOut(request: string, leftMs: number): Failure {
  const message = `${request} was not sent: Cloudflare turns every call away for five minutes after too many of them`;
  return { code: 'rate-limited', message, retryAfterMs: Math.ceil(leftMs) };
}

function oneLine(around: Around, errors: readonly { readonly message: string }[]): string {
  const words = errors.map(({ message }) => message).join('; ');
  return around.redact(words.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()).slice(0, 200);
}

/** Their words out of their JSON, which the door leaves as it came and cuts where it likes. */
function plainer(error: Failed): Failed {
  const { message } = error.failure;
  const at = message.indexOf(': {');
  const said = [...message.slice(at).matchAll(/"message":\s*"((?:[^"\\]|\\.)*)"/g)].map(([, words]) => words);
  if (at === -1 || said.length === 0) return error;
  return new Failed({ ...error.failure, message: `${message.slice(0, at)}: ${said.join('; ')}` });
}
