import { createHash, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSurroundings, type Surroundings } from './surroundings.ts';

export type Reply = { readonly status: number; readonly type: string; readonly body: string };

/** One version of a sample service: what it answers, and what is wrong with it. */
export type Sample = {
  answer(path: string, surroundings: Surroundings): Promise<Reply> | Reply;
  /** How much longer than a good version it takes; one when left out. */
  readonly slowness?: number;
  /** Every so many-th request fails; none when left out. */
  readonly failsEvery?: number;
  /** What it keeps of every request and should not. */
  readonly keepsBytes?: number;
  /** What it answers when it is asked how it is, if not that all is well. */
  readonly complaint?: string;
};

/** A service that leaks is a nuisance; one that takes the machine along is none of our samples. */
const KEPT_BYTES_MAX = 160 * 1_024 * 1_024;
const SUMMARY_MS = 10_000;

/** Serves until it is asked to end, then finishes what is under way. */
export function serve(sample: Sample): void {
  const surroundings = readSurroundings();
  const { port, version, service } = surroundings;
  const kept: Buffer[] = [];
  let requests = 0;
  let failed = 0;

  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/health') return health(sample, outgoing);
    requests += 1;
    if (sample.keepsBytes !== undefined) keep(kept, sample.keepsBytes);
    const isFailing = sample.failsEvery !== undefined && requests % sample.failsEvery === 0;
    handle(sample, incoming, surroundings, isFailing).then(
      (reply) => {
        if (reply.status >= 500) failed += 1;
        send(outgoing, reply);
      },
      (error: unknown) => {
        failed += 1;
        say('error', `GET ${incoming.url} failed: ${error}`);
        send(outgoing, { status: 500, type: 'text/plain', body: 'it failed\n' });
      },
    );
  });
  server.listen(port, '127.0.0.1', () => say('info', `${service} ${version} listens on port ${port}`));
  setInterval(() => {
    say('info', `answered ${requests} requests, ${failed} of them with an error`);
    if (kept.length > 0) say('warn', `the cache of answers holds ${kept.length} entries and only grows`);
  }, SUMMARY_MS).unref();
  setTimeout(sayTooMuch, 1_000).unref();
  process.on('SIGTERM', () => {
    say('info', 'asked to end: finishing what is under way');
    server.close(() => process.exit(0));
    setInterval(() => server.closeIdleConnections(), 50);
  });
}

export function say(level: 'info' | 'warn' | 'error', text: string): void {
  process.stdout.write(`${level} ${text}\n`);
}

async function handle(
  { answer, slowness = 1 }: Sample,
  incoming: IncomingMessage,
  surroundings: Surroundings,
  isFailing: boolean,
): Promise<Reply> {
  await work(slowness);
  if (isFailing) throw new Error('cannot read property "amount" of an order without lines');
  return answer(incoming.url ?? '/', surroundings);
}

/** Some waiting, as for a database, and some reckoning: 5 to 25 ms, most of it nearer to the beginning. */
async function work(slowness: number): Promise<void> {
  const draw = Math.min(randomInt(1_000), randomInt(1_000)) / 1_000;
  await sleep((5 + 18 * draw) * slowness);
  let digest = 'slipway';
  for (let round = 0; round < 40 * slowness; round++)
    digest = createHash('sha256').update(digest).digest('hex');
}

function health({ complaint }: Sample, outgoing: ServerResponse): void {
  if (complaint === undefined) send(outgoing, { status: 200, type: 'text/plain', body: 'all is well\n' });
  else send(outgoing, { status: 503, type: 'text/plain', body: `${complaint}\n` });
}

function keep(kept: Buffer[], bytes: number): void {
  if ((kept.length + 1) * bytes <= KEPT_BYTES_MAX) kept.push(Buffer.alloc(bytes, 1));
}

/** What services log in weak moments, so that it can be seen that nobody gets to read it. Not a real token. */
function sayTooMuch(): void {
  const token = ['xo', 'xb-', '000000000000-not-a-real-token'].join('');
  say('warn', `retrying the greeting with ${token} after a time-out`);
}

function send(outgoing: ServerResponse, { status, type, body }: Reply): void {
  outgoing.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
}
