import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Description, descriptionOf } from './description.ts';
import { type Referee, refereeOf } from './referee.ts';
import { type Answer, busiestMinute, type Call, type Fault, isMeant, type Match } from './talk.ts';

export type { Description } from './description.ts';
export type { Answer, Call, Fault, Match } from './talk.ts';

export type StandInOptions = {
  /** A file of official descriptions, `render.json`; a description itself; null where there is none to be had. */
  readonly spec: string | Description | null;
  /** What every path begins with, `/v1`; the description's paths begin behind it. Empty for none. */
  readonly basePath: string;
  /** The platform itself, with its state. What it throws is a violation. */
  handle(call: Call): Answer | Promise<Answer>;
  /** Paths that the description should have and has not, each with the reason why we believe in it. */
  readonly beyondSpec?: readonly (Match & { readonly because: string })[];
  /** What it turns away beyond, with 429 and the seconds to wait: as many calls in any sixty seconds. */
  readonly perMinute?: number;
  /** For calls that are counted by a clock of the test. */
  readonly nowMs?: () => number;
  /** Instead of a port of this machine. */
  readonly listen?: { readonly socketPath: string } | { readonly tls: ServerOptions };
};

export type StandIn = {
  /** With the base path: what an adapter takes for the platform's address. */
  readonly url: string;
  /** Every call that arrived, oldest first, lost ones too. @throws when anything broke the description so far */
  calls(match?: Match): readonly Call[];
  /** The next call that is meant goes wrong in this way; several are used up in turn. */
  failNext(fault: Fault, match?: Match): void;
  /** The most calls that any sixty seconds held. */
  busiestMinute(): number;
  /** What broke the description, for whoever wants to see it broken. */
  violations(): readonly string[];
  /** @throws when anything broke the description */
  close(): Promise<void>;
};

/**
 * A platform that is not the platform: a real server whose every request and answer is held against what the platform
 * publishes of itself, and which goes wrong on demand. A violation is answered with 500 and fails the test at the latest
 * when it closes.
 *
 * ```ts
 * const services = new Map([['srv-1', { id: 'srv-1', name: 'api' }]]);
 * const render = await openStandIn({
 *   spec: 'render.json',
 *   basePath: '/v1',
 *   handle: ({ method, path }) => {
 *     const service = services.get(path.split('/')[2] ?? '');
 *     return service === undefined ? { status: 404, json: { message: 'not found' } } : { status: 200, json: service };
 *   },
 * });
 * const platform = renderKind.open('render', { url: render.url, token: 'env:TOKEN' }, around);
 * render.failNext('lose-answer', { method: 'POST', path: /\/deploys$/ });
 * …
 * expect(render.calls({ method: 'POST' })).toHaveLength(1);
 * await render.close();
 * ```
 */
export async function openStandIn(options: StandInOptions): Promise<StandIn> {
  const judge = judgeOf(options);
  const { nowMs = Date.now } = options;
  const calls: Call[] = [];
  const faults: { readonly fault: Fault; readonly match: Match }[] = [];
  const violations: string[] = [];
  const insist = () => {
    if (violations.length > 0) throw new Error(`the stand-in saw:\n${violations.join('\n')}`);
  };
  const respond = async (call: Call): Promise<Answer> => {
    try {
      const answer = await options.handle(call);
      const faulty = judge.answer(call, answer);
      return faulty.length > 0 ? violation(violations, call, faulty) : answer;
    } catch (error) {
      return violation(violations, call, [`the stand-in itself broke: ${error}`]);
    }
  };

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await read(request, options.basePath, nowMs());
    if (call === null) {
      const away = `${request.method} ${request.url} is not below ${options.basePath}`;
      violations.push(away);
      return say(response, { status: 500, json: { message: away } });
    }
    calls.push(call);
    const wrong = judge.request(call);
    if (wrong.length > 0) return say(response, violation(violations, call, wrong));
    const waitMs = tooMany(calls, options.perMinute, nowMs());
    if (waitMs > 0) return say(response, tooManyAnswer(waitMs));
    const index = faults.findIndex(({ match }) => isMeant(match, call));
    const [found] = index === -1 ? [] : faults.splice(index, 1);
    if (found === undefined) return say(response, await respond(call));
    await goWrong(found.fault, response, () => respond(call));
  };
  const server = await listenOn(options, (request, response) => {
    listener(request, response).catch((error: unknown) => {
      violations.push(`the stand-in itself broke: ${error}`);
      response.destroy();
    });
  });

  return {
    url: `${server.origin}${options.basePath}`,
    calls(match = {}) {
      insist();
      return calls.filter((call) => isMeant(match, call));
    },
    failNext: (fault, match = {}) => void faults.push({ fault, match }),
    busiestMinute: () => busiestMinute(calls),
    violations: () => violations,
    async close() {
      await server.close();
      insist();
    },
  };
}

/** What the description does not know is judged by nobody; a request that breaks it is never handled. */
function judgeOf({ spec, beyondSpec = [] }: StandInOptions): Referee {
  const referee = typeof spec === 'string' ? refereeOfFile(spec) : spec && refereeOfDescription(spec);
  const isBeyond = (call: Call) => beyondSpec.some((match) => isMeant(match, call));
  return {
    request: (call) => (referee === null || isBeyond(call) ? [] : referee.request(call)),
    answer: (call, answer) => (referee === null || isBeyond(call) ? [] : referee.answer(call, answer)),
  };
}

/** Descriptions are large, and are opened for every test of a file of tests. */
const referees = new Map<string, Referee | null>();

function refereeOfFile(file: string): Referee | null {
  const known = referees.get(file);
  if (known !== undefined) return known;
  const description = descriptionOf(file);
  const referee = description === null ? null : refereeOf(description);
  referees.set(file, referee);
  return referee;
}

const refereesOfDescriptions = new WeakMap<Description, Referee>();

function refereeOfDescription(description: Description): Referee {
  const referee = refereesOfDescriptions.get(description) ?? refereeOf(description);
  refereesOfDescriptions.set(description, referee);
  return referee;
}

function violation(violations: string[], { method, path }: Call, faults: readonly string[]): Answer {
  const message = `${method} ${path}: ${faults.join('; ')}`;
  violations.push(message);
  return { status: 500, json: { message } };
}

async function goWrong(
  fault: Fault,
  response: ServerResponse,
  respond: () => Promise<Answer>,
): Promise<void> {
  if (fault === 'hang') return;
  if (fault === 'lose-call') return void response.destroy();
  if (typeof fault === 'number') return say(response, refusalOf({ status: fault }));
  if (typeof fault === 'object' && 'status' in fault) {
    if (fault.isCarriedOut) await respond();
    return say(response, refusalOf(fault));
  }
  const answer = await respond();
  if (fault === 'lose-answer') return void response.destroy();
  if (fault === 'nonsense') {
    return say(response, { status: 200, type: 'text/html', text: '<!doctype html><h1>Just a moment…</h1>' });
  }
  if (fault === 'truncate') return truncate(response, answer);
  return say(response, { ...answer, json: fault.mutate(structuredClone(answer.json)) });
}

function refusalOf({
  status,
  retryAfter,
  json,
}: Exclude<Extract<Fault, { status: number }>, string>): Answer {
  const wait = retryAfter ?? (status === 429 ? '1' : undefined);
  return {
    status,
    json: json ?? { message: `the stand-in was told to say ${status}` },
    ...(wait === undefined ? {} : { headers: { 'retry-after': wait } }),
  };
}

function tooMany(calls: readonly Call[], perMinute: number | undefined, nowMs: number): number {
  const oldest = perMinute === undefined ? undefined : calls.at(-perMinute - 1);
  return oldest === undefined ? 0 : Math.max(0, oldest.atMs + 60_000 - nowMs);
}

function tooManyAnswer(waitMs: number): Answer {
  const headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
  return { status: 429, json: { message: 'too many requests' }, headers };
}

function bodyOf(answer: Answer): { readonly type: string; readonly bytes: Buffer } {
  if (answer.json !== undefined)
    return { type: 'application/json', bytes: Buffer.from(JSON.stringify(answer.json)) };
  return { type: answer.type ?? 'text/plain', bytes: Buffer.from(answer.text ?? '') };
}

function say(response: ServerResponse, answer: Answer): void {
  const { type, bytes } = bodyOf(answer);
  const headers = bytes.length === 0 ? {} : { 'content-type': type, 'content-length': bytes.length };
  response.writeHead(answer.status, { ...headers, ...answer.headers }).end(bytes);
}

function truncate(response: ServerResponse, answer: Answer): void {
  const { type, bytes } = bodyOf(answer);
  // Where there is no body to break off, the head announces one.
  const length = Math.max(bytes.length, 2);
  response.writeHead(answer.status, { ...answer.headers, 'content-type': type, 'content-length': length });
  response.flushHeaders();
  if (bytes.length < 2) setImmediate(() => response.destroy());
  else response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** Null for what is not below the base path. */
async function read(request: IncomingMessage, basePath: string, atMs: number): Promise<Call | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const [target = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  if (!target.startsWith(`${basePath}/`)) return null;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
  const type = headers['content-type'] ?? '';
  const isJson = /[/+]json\b/.test(type);
  const text = () => (raw.length === 0 ? undefined : raw.toString('utf8'));
  return {
    method: request.method ?? '',
    path: target.slice(basePath.length),
    query: new URLSearchParams(query),
    headers,
    type,
    isJson,
    body: isJson && raw.length > 0 ? parsed(raw) : text(),
    raw,
    atMs,
  };
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return raw.toString('utf8');
  }
}

async function listenOn(
  { listen }: StandInOptions,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const isSecure = listen !== undefined && 'tls' in listen;
  const server = isSecure ? createSecureServer(listen.tls, listener) : createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    if (listen !== undefined && 'socketPath' in listen) server.listen(listen.socketPath, done);
    else server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  const isPort = typeof address === 'object' && address !== null;
  const place = isPort ? `127.0.0.1:${(address as AddressInfo).port}` : 'stand-in';
  return {
    origin: `${isSecure ? 'https' : 'http'}://${place}`,
    async close() {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
