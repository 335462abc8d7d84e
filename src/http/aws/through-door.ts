import { Readable } from 'node:stream';
import { z } from 'zod';
import { Failed, type Failure } from '../../core/failure.ts';
import type { Http } from '../door.ts';

/** As much of a request as AWS's clients hand to whoever sends it for them. */
type Request = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** What they refuse with these statuses is told in words of theirs, which the client reads. */
const SAID_IN_WORDS = [400, 401, 403, 404, 409];
/** What the way there sets by itself, with the same values that were signed. */
const OF_THE_WAY = new Set(['host', 'content-length', 'connection', 'expect', 'transfer-encoding']);

/**
 * Sends what AWS's clients have signed through our door, so that it has the same deadline, limits and names for what
 * goes wrong as everything else. Their APIs ask with POST, so only we know what changes nothing: `isRead`.
 */
export function throughDoor(http: Http, isRead: boolean) {
  return {
    async handle(request: Request) {
      const headers = Object.entries(request.headers).filter(([name]) => !OF_THE_WAY.has(name.toLowerCase()));
      const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
      const reply = await http.send({
        method: 'POST',
        path: request.path,
        headers: Object.fromEntries(headers),
        body: { type, text: textOf(request.body) },
        as: 'bytes',
        Answer: z.instanceof(Uint8Array),
        okStatuses: SAID_IN_WORDS,
        ...(isRead ? { isRead: true as const } : {}),
      });
      const body = Readable.from(Buffer.from(reply.value ?? new Uint8Array()));
      return { response: { statusCode: reply.status, headers: headersOf(reply), body } };
    },
    destroy: () => undefined,
    metadata: { handlerProtocol: 'http/1.1' },
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => undefined,
  };
}

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
}

/** All that the clients read of them. */
function headersOf(reply: { header(name: string): string | null }): Record<string, string> {
  const names = ['content-type', 'x-amzn-requestid', 'x-amzn-errortype'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = reply.header(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** What AWS calls its refusals ("Common errors" of both API references), most of them with status 400. */
const codes: readonly (readonly [RegExp, Failure['code'], number | null])[] = [
  [/Throttl|RequestLimitExceeded|TooManyRequests/, 'rate-limited', 5_000],
  [
    /AccessDenied|UnrecognizedClient|ExpiredToken|InvalidClientTokenId|Signature|NotAuthorized|OptInRequired|Credential/,
    'unauthorized',
    null,
  ],
  [/NotFound|ServiceNotActive/, 'not-found', null],
  [/Conflict|UpdateInProgress|ResourceInUse/, 'conflict', null],
];

/** @throws {Failed} the world's refusal, and nothing else for what the world does */
export async function named<T>(what: string, isRead: boolean, doing: () => Promise<T>): Promise<T> {
  try {
    return await doing();
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw new Failed(nameOf(what, isRead, error));
  }
}

function nameOf(what: string, isRead: boolean, error: unknown): Failure {
  const { name = '', message = '', $response } = Object(error) as Record<string, unknown> & { name?: string };
  const said = String(message)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .slice(0, 200);
  const line = `${what}: ${name}${said === '' ? '' : `: ${said}`}`;
  const status = Number(Object(Object(error).$metadata).httpStatusCode);
  const known = codes.find(([words]) => words.test(name));
  if (known !== undefined) return { code: known[1], message: line, retryAfterMs: known[2] };
  if (status >= 400 && status < 500) return { code: 'rejected', message: line, retryAfterMs: null };
  // It was answered, and its client could not read it: whatever it was to do may have been done.
  if ($response !== undefined || status >= 200) {
    const strange = `${what} answered what we cannot read`;
    return isRead
      ? { code: 'misunderstood', message: strange, retryAfterMs: null }
      : { code: 'outcome-unknown', message: strange, retryAfterMs: 1_000 };
  }
  return { code: 'unauthorized', message: `${line} (before anything was sent)`, retryAfterMs: null };
}
