import type { z } from 'zod';
import { Failed, type Failure } from '../../core/failure.ts';
import type { Ask, Http } from '../../http/door.ts';
import { retryAfterMs } from '../../http/retry-after.ts';
import type { Around, Urgency } from '../platform.ts';
import type { Settings } from './address.ts';
import { Envelope } from './schema.ts';

/**
 * The limit that Cloudflare documents ("API limits"): 1,200 calls in five minutes for one user, whoever makes them. A
 * part of it is left to other programs of the same user, and a part of ours to what takes something back.
 */
const LIMIT = { perMinute: 200, reserved: 40 } as const;
/** Who passes it has every call turned away for so long, whichever it is, unless Cloudflare says how long. */
const LOCKED_OUT_MS = 5 * 60_000;
/** So long is waited for by whoever asks meanwhile. */
const WAITED_MS = 5_000;
const TOO_MANY = 429;
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

  /** One call, when the user is not locked out; for a short while it is waited for. */
  async function send<T>(http: Http, asked: Ask<T> & { readonly okStatuses?: undefined }): Promise<T> {
    const request = `${asked.method} ${around.redact(asked.path)}`;
    const leftMs = lockedUntilMs - around.clock.nowMs();
    if (leftMs > WAITED_MS) throw new Failed(lockedOut(`${request} was not sent`, leftMs));
    if (leftMs > 0) await around.clock.sleep(leftMs);
    const { status, header, value } = await plainly(http.send({ ...asked, okStatuses: [TOO_MANY] }));
    if (status !== TOO_MANY && value !== null) return value;
    const nowMs = around.clock.nowMs();
    const forMs = retryAfterMs(header('retry-after'), nowMs, LOCKED_OUT_MS);
    lockedUntilMs = Math.max(lockedUntilMs, nowMs + forMs);
    throw new Failed(lockedOut(`${request} was turned away`, forMs));
  }

  return (urgency) => {
    const http = urgency === 'urgent' ? usual.urgent : usual;
    return {
      async call(asked, Result) {
        const answer = await send(http, { ...asked, Answer: Envelope(Result) });
        if (answer.success) return answer.result;
        const request = `${asked.method} ${around.redact(asked.path)}`;
        const message = `${request} was refused: ${oneLine(around, answer.errors)}`;
        throw new Failed({ code: 'rejected', message, retryAfterMs: null });
      },
      analytics: (query, variables, Answer) =>
        send(http, {
          method: 'POST',
          path: '/graphql',
          body: { json: { query, variables } },
          isRead: true,
          Answer,
        }),
    };
  };
}

function lockedOut(what: string, forMs: number): Failure {
  const message = `${what}: Cloudflare turns every call away for a while after too many of them`;
  return { code: 'rate-limited', message, retryAfterMs: Math.ceil(forMs) };
}

function oneLine(around: Around, errors: readonly { readonly message: string }[]): string {
  const words = errors.map(({ message }) => message).join('; ');
  return around.redact(words.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()).slice(0, 200);
}

/** Their words out of their JSON, which the door leaves as it came and cuts where it likes. */
async function plainly<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const { message } = error.failure;
    const at = message.indexOf(': {');
    const said = [...message.slice(at).matchAll(/"message":\s*"((?:[^"\\]|\\.)*)"/g)].map(
      ([, words]) => words,
    );
    if (at === -1 || said.length === 0) throw error;
    throw new Failed({ ...error.failure, message: `${message.slice(0, at)}: ${said.join('; ')}` });
  }
}
