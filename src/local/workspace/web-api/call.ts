import { perMinute } from '../bucket.ts';
import { readArguments } from '../http/body.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { faultRetryAfterSeconds, tiers } from '../limits.ts';
import { isJson, type Json, textAt } from '../model.ts';
import { strikes, type World } from '../world.ts';
import { type Method, MethodError, RateLimited } from './method.ts';
import { tokenOf } from './token.ts';

export type Arrival = {
  readonly method: string;
  readonly body: Buffer;
  readonly contentType: string;
  readonly authorization: string;
  readonly query: URLSearchParams;
};

type Judged = { readonly status: number; readonly body: Json; readonly retryAfter: number | null };

/** Answers one Web API call, with the faults that are switched on; it is in the ledger and on the wire afterwards. */
export async function answerCall(
  world: World,
  methods: ReadonlyMap<string, Method>,
  arrival: Arrival,
): Promise<Reply | 'dropped'> {
  const at = world.settings.nowMs();
  const read = readArguments(arrival.body, arrival.contentType, arrival.query);
  const { token, ...args }: Json = read.kind === 'arguments' ? read.args : {};
  const known = methods.get(arrival.method);
  const shown = (body: Json): Json => (known?.isSecret === true ? hidden(body) : body);
  const done = world.wire.begin({ direction: 'from-bot', what: arrival.method, body: shown(args) });
  const { latencyMs, dropAfterPercent } = world.faults();
  if (latencyMs > 0) await world.pause(latencyMs);

  const asked: Asked = { method: arrival.method, known, args, token: tokenOf(arrival, token) };
  const judged = fault(world) ?? (read.kind === 'refused' ? refusal(read.error) : judge(world, asked));
  const isDropped = judged.status === 200 && strikes(world, dropAfterPercent);
  note(world, { ...asked, args: shown(args) }, judged, { at, isDropped });
  done(
    isDropped ? null : judged.status,
    isDropped ? 'done, and the connection was dropped' : shown(judged.body),
  );
  if (isDropped) return 'dropped';
  const lacksCharset = read.kind === 'arguments' && read.lacksCharset;
  const body = lacksCharset ? warned(judged.body, 'missing_charset') : judged.body;
  return jsonReply(judged.status, body, headersFor(world, known, judged));
}

/** The names of what was said alone: the wire and the ledger are looked at, and these are tokens and codes. */
function hidden(body: Json): Json {
  const isShown = new Set(['ok', 'error', 'grant_type', 'revoked']);
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, isShown.has(name) ? value : '(hidden)']),
  );
}

type Noted = { readonly at: number; readonly isDropped: boolean };

function note(world: World, { method, args }: Asked, judged: Judged, { at, isDropped }: Noted): void {
  const wasDone = judged.status === 200 && judged.body['ok'] === true;
  world.ledger.add({
    at,
    method,
    args,
    status: isDropped ? null : judged.status,
    ok: wasDone && !isDropped,
    wasDone,
    error: wasDone ? null : textAt(judged.body, 'error'),
    channel: textAt(judged.body, 'channel') ?? textAt(args, 'channel'),
    ts: textAt(judged.body, 'ts') ?? textAt(args, 'ts'),
  });
}

function refusal(error: string, more: Json = {}): Judged {
  return { status: 200, body: { ok: false, error, ...more }, retryAfter: null };
}

function fault(world: World): Judged | null {
  const { serverErrorPercent, rateLimitPercent } = world.faults();
  if (strikes(world, serverErrorPercent))
    return { status: 500, body: { ok: false, error: 'internal_error' }, retryAfter: null };
  return strikes(world, rateLimitPercent) ? tooMany(faultRetryAfterSeconds) : null;
}

function tooMany(retryAfter: number): Judged {
  return { status: 429, body: { ok: false, error: 'ratelimited' }, retryAfter };
}

type Asked = {
  readonly method: string;
  readonly known: Method | undefined;
  readonly args: Json;
  readonly token: string | null;
};

/** In Slack's order: is there such a method, who are you, may you, not so fast, and only then what do you want. */
function judge(world: World, { method, known, args, token }: Asked): Judged {
  if (known === undefined) return refusal('unknown_method', { req_method: method });
  const stranger = whyNotAllowed(world, known, token);
  if (stranger !== null) return stranger;
  const wait = world.buckets.take([{ key: `method ${method}`, rate: perMinute(tiers[known.tier]) }]);
  if (wait > 0) return tooMany(wait);
  try {
    // A token is handed on only to the methods that are about tokens.
    const more = known.isSecret && token !== null ? { token } : {};
    return { status: 200, body: { ok: true, ...known.run(world, { ...args, ...more }) }, retryAfter: null };
  } catch (error) {
    if (error instanceof MethodError) return refusal(error.code, error.more);
    if (error instanceof RateLimited) return tooMany(error.retryAfterSeconds);
    throw error;
  }
}

function whyNotAllowed(world: World, known: Method, token: string | null): Judged | null {
  if (known.token === 'none') return null;
  if (token === null) return refusal('not_authed');
  if (known.token === 'any' && world.isRefreshToken(token)) return null;
  const judged = world.access.judge(token);
  if (judged.kind === 'refused') return refusal(judged.error);
  if (judged.kind !== known.token && known.token !== 'any') return refusal('not_allowed_token_type');
  const provided = world.access.scopesOf(token) ?? world.settings.manifest.oauth_config.scopes.bot;
  const isEnough = known.scopes.length === 0 || known.scopes.some((scope) => provided.includes(scope));
  if (isEnough) return null;
  return refusal('missing_scope', { needed: known.scopes.join(','), provided: provided.join(',') });
}

function headersFor(world: World, known: Method | undefined, judged: Judged): Record<string, string> {
  return {
    'x-oauth-scopes': world.settings.manifest.oauth_config.scopes.bot.join(','),
    'x-accepted-oauth-scopes': (known?.scopes ?? []).join(','),
    ...(judged.retryAfter === null ? {} : { 'retry-after': String(judged.retryAfter) }),
  };
}

function warned(body: Json, code: string): Json {
  const metadata = isJson(body['response_metadata']) ? body['response_metadata'] : {};
  const warnings = Array.isArray(metadata['warnings']) ? [...metadata['warnings'], code] : [code];
  return { ...body, warning: code, response_metadata: { ...metadata, warnings } };
}
