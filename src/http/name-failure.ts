import type { Failure } from '../core/failure.ts';
import { retryAfterMs } from './retry-after.ts';

/** What was asked, as far as it decides what a failure means. */
export type Asked = {
  /** `POST api.render.com/v1/services`: no query, which may hold secrets. */
  readonly request: string;
  /** Whether asking changes something there. */
  readonly isMutating: boolean;
};

const UNKNOWN_MS = 1_000;
const UNAVAILABLE_MS = 5_000;
const LIMITED_MS = 30_000;

/**
 * The name of a refusal by status. For what changes something, every name but `outcome-unknown` promises that nothing
 * was changed: so a 5xx, a 408 and a redirect after the fact are unknown there, whatever their text says.
 */
export function nameStatus(
  asked: Asked,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  said: string,
  nowMs: number,
): Failure {
  const message = `${asked.request} answered ${status}${said === '' ? '' : `: ${said}`}`;
  const wait = (ms: number) => retryAfterMs(headers.get('retry-after'), nowMs, ms);
  if (saysTooOften(status, headers)) return { code: 'rate-limited', message, retryAfterMs: wait(LIMITED_MS) };
  const plain = plainCodes.get(status);
  if (plain !== undefined) return { code: plain, message, retryAfterMs: null };
  if (status === 425) return { code: 'unavailable', message, retryAfterMs: wait(UNKNOWN_MS) };
  if (status === 307 || status === 308) return { code: 'rejected', message, retryAfterMs: null };
  const isClear = status >= 400 && status < 500 && status !== 408;
  if (isClear) return { code: 'rejected', message, retryAfterMs: null };
  if (asked.isMutating) return { code: 'outcome-unknown', message, retryAfterMs: UNKNOWN_MS };
  if (status >= 300 && status < 400) return { code: 'rejected', message, retryAfterMs: null };
  return { code: 'unavailable', message, retryAfterMs: wait(UNAVAILABLE_MS) };
}

/** GitHub turns away with 403 whoever asks too often, too: "Rate limits for the REST API" of its documentation. */
function saysTooOften(status: number, headers: Headers): boolean {
  const isSpent = headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
  return status === 429 || (status === 403 && isSpent);
}

const plainCodes = new Map<number, Failure['code']>([
  [401, 'unauthorized'],
  [403, 'unauthorized'],
  [404, 'not-found'],
  [410, 'not-found'],
  [409, 'conflict'],
  [412, 'conflict'],
  [423, 'conflict'],
  [501, 'unsupported'],
]);

/** The name of a request that got no answer. */
export function nameSilence(asked: Asked, error: unknown): Failure {
  const because = sayError(error);
  if (wasNeverSent(error)) {
    return {
      code: 'unavailable',
      message: `${asked.request} could not be sent: ${because}`,
      retryAfterMs: UNAVAILABLE_MS,
    };
  }
  const message = `${asked.request} got no answer: ${because}`;
  return asked.isMutating
    ? { code: 'outcome-unknown', message, retryAfterMs: UNKNOWN_MS }
    : { code: 'unavailable', message, retryAfterMs: UNAVAILABLE_MS };
}

/** The name of an answer that said yes and cannot be understood: it was done all the same, if it was to be done. */
export function nameNonsense(asked: Asked, because: string): Failure {
  const message = `${asked.request} answered what we cannot read: ${because}`;
  return asked.isMutating
    ? { code: 'outcome-unknown', message, retryAfterMs: UNKNOWN_MS }
    : { code: 'misunderstood', message, retryAfterMs: null };
}

/**
 * Errors of Node and undici (node:errors, undici's errors.md) after which no byte of the request can have left us.
 * Everything else, a reset connection too, may have come after the request arrived.
 */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENOENT',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

type Coded = {
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly syscall?: unknown;
};

function wasNeverSent(error: unknown): boolean {
  const { code, cause, errors, syscall } = Object(error) as Coded;
  if (Array.isArray(errors) && errors.length > 0) return errors.every(wasNeverSent);
  // Whatever kept a connection from being made came before the first byte, a socket that we may not open among it.
  if (typeof code === 'string' && (NEVER_SENT.has(code) || syscall === 'connect')) return true;
  return cause !== undefined && cause !== null && wasNeverSent(cause);
}

/** The code of what went wrong, never its message: messages repeat addresses. */
function sayError(error: unknown): string {
  const { name, code, cause } = Object(error) as Coded & { readonly name?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') return 'the time was up';
  if (typeof code === 'string') return code;
  return cause === undefined || cause === null ? 'the connection was lost' : sayError(cause);
}
