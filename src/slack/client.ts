import {
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';

/** How one call of the Web API ended. Only `uncertain` may have been carried out all the same. */
export type Called =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  | { readonly kind: 'unreachable'; readonly because: string }
  | { readonly kind: 'uncertain'; readonly because: string };

export type File = { readonly name: string; readonly title: string; readonly content: string };

export type SlackClient = {
  call(method: string, args: Readonly<Record<string, unknown>>): Promise<Called>;
  upload(
    where: { readonly channel: string; readonly thread: string | null },
    files: readonly File[],
  ): Promise<Called>;
};

const CALL_TIMEOUT_MS = 10_000;

/**
 * A client that tells the truth at once: it never retries, and a 429 on one method holds nothing else up (the SDK's
 * own way of waiting stops every method of the client, and its retries may post a message twice). Without a token it is
 * good for what names itself in its arguments: renewing tokens.
 */
export function slackClient(token: string | null, slackApiUrl: string): SlackClient {
  const client = new WebClient(token ?? undefined, {
    slackApiUrl,
    timeout: CALL_TIMEOUT_MS,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    allowAbsoluteUrls: true,
    logger: silent,
  });
  return {
    call: (method, args) => settled(client.apiCall(method, { ...args })),
    upload: ({ channel, thread }, files) => {
      const file_uploads = files.map(({ name, title, content }) => ({ filename: name, title, content }));
      const place = thread === null ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
      return settled(client.filesUploadV2({ ...place, file_uploads }));
    },
  };
}

async function settled(call: Promise<unknown>): Promise<Called> {
  try {
    return { kind: 'ok', body: await call };
  } catch (error) {
    return judged(error);
  }
}

/** Slack's own words for "something went wrong, and some of it may have been done". */
const unsure = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);

export function judged(error: unknown): Called {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'limited', retryAfterMs: Math.max(1, error.retryAfter) * 1_000 };
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    // A page of HTML with status 200 comes back as an "error" too.
    const isCode = typeof code === 'string' && /^[a-z][a-z0-9_]{1,60}$/.test(code);
    if (!isCode) return { kind: 'uncertain', because: 'the answer could not be read' };
    return unsure.has(code) ? { kind: 'uncertain', because: code } : { kind: 'refused', code };
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'uncertain', because: `status ${error.statusCode}` };
  if (error instanceof WebAPIRequestError) return unreached(error.original);
  return { kind: 'uncertain', because: error instanceof Error ? error.name : 'unknown' };
}

const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
]);

/** When no connection came about, nothing was sent. */
function unreached(original: Error): Called {
  const cause: unknown = original.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : original.name;
  return { kind: notConnected.has(code) ? 'unreachable' : 'uncertain', because: code };
}

/** The SDK's own log repeats what we log ourselves, and at debug level what nobody should read. */
export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
