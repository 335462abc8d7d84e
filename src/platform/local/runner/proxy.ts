import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { balancer } from './balance.ts';
import { passedOn } from './headers.ts';
import type { Arm } from './meter.ts';
import { freePort } from './ports.ts';

export type Upstream = {
  readonly arm: Arm;
  /** Asked anew for every request: null as soon as its process has ended, since its port may be another's by then. */
  port(): number | null;
};
export type Split = readonly { readonly upstream: Upstream; readonly trafficPercent: number }[];

/** What the proxy tells about every request that it is to tell about. */
export type Watcher = {
  answered(arm: Arm, status: number | null, tookMs: number): void;
  unrouted(): void;
  /** Asked when a request comes and when it has ended: whether what becomes of it says anything about its release. */
  isTelling(): boolean;
};

/**
 * One service's door: shares its requests out among releases. Every request is balanced for itself, also those of one
 * kept connection, so that a new split holds from the next request on.
 */
export type ReverseProxy = {
  readonly port: number;
  split(split: Split): void;
  /** Resolves when no request is under way there any more, or after `atMostMs`. */
  drained(release: string, atMostMs: number): Promise<void>;
  close(): Promise<void>;
};

/** A release that is silent for this long has broken its answer. */
const SILENCE_MS = 30_000;
/** Below the five seconds after which a Node server closes an idle connection, so that it never does so to us. */
const IDLE_MS = 4_000;
const CONNECTIONS_MAX = 1_000;

/** @param port one that is taken is replaced by a free one, and so is zero. */
export async function openProxy(
  port: number,
  watcher: Watcher,
  monotonicMs: () => number,
  /** Answers instead of the service, where nobody is to be let through. */
  instead: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean = () => false,
): Promise<ReverseProxy> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 32, timeout: IDLE_MS });
  const inFlight = flights();
  let next = balancer([]);
  let upstreams = new Map<string, Upstream>();

  const server = createServer((incoming, outgoing) => {
    if (instead(incoming, outgoing)) return;
    const upstream = upstreams.get(next() ?? '');
    if (upstream === undefined) {
      watcher.unrouted();
      refuse(incoming, outgoing, 503, 'no release of this service has any traffic');
      return;
    }
    const startedMs = monotonicMs();
    const isTelling = watcher.isTelling();
    inFlight.begin(upstream.arm.release);
    forward(incoming, outgoing, upstream, agent, (outcome) => {
      inFlight.end(upstream.arm.release);
      if (outcome === 'left' || !isTelling || !watcher.isTelling()) return;
      watcher.answered(upstream.arm, outcome, monotonicMs() - startedMs);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.maxConnections = CONNECTIONS_MAX;
  await listenNear(server, port);

  return {
    port: portOf(server),
    split(split) {
      upstreams = new Map(split.map(({ upstream }) => [upstream.arm.release, upstream]));
      next = balancer(
        split.map(({ upstream, trafficPercent }) => ({ id: upstream.arm.release, weight: trafficPercent })),
      );
    },
    drained: inFlight.none,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

/** The status when it was answered to its end, null when the release broke it off, `left` when the client went away. */
type Settle = (outcome: number | null | 'left') => void;

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstream: Upstream,
  agent: Agent,
  tell: Settle,
): void {
  const settle = once(tell);
  const { arm } = upstream;
  const port = upstream.port();
  if (port === null) {
    settle(null);
    refuse(incoming, outgoing, 502, `release ${arm.release} has ended`);
    return;
  }
  const asking = request({
    host: '127.0.0.1',
    port,
    method: incoming.method,
    path: incoming.url,
    agent,
    headers: requestHeaders(incoming),
  });
  asking.setTimeout(SILENCE_MS, () => asking.destroy(new Error(`silent for ${SILENCE_MS} ms`)));
  asking.on('response', (answer) => {
    const status = answer.statusCode ?? 502;
    outgoing.writeHead(status, answer.statusMessage, [
      ...passedOn(answer.rawHeaders, ['x-slipway-version', 'x-slipway-release']),
      ...['x-slipway-version', arm.version, 'x-slipway-release', arm.release],
    ]);
    answer.on('end', () => settle(status));
    answer.on('error', () => {
      settle(null);
      outgoing.destroy();
    });
    answer.pipe(outgoing);
  });
  asking.on('error', (error) => {
    settle(null);
    if (outgoing.headersSent) outgoing.destroy();
    else refuse(incoming, outgoing, 502, `release ${arm.release} broke off: ${error.message}`);
  });
  outgoing.on('close', () => {
    if (outgoing.writableFinished) return;
    settle('left');
    asking.destroy();
  });
  incoming.pipe(asking);
}

/** A body of unknown length stays one, whatever the method: Node frames it by itself for some methods only. */
function requestHeaders(incoming: IncomingMessage): string[] {
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  return [...passedOn(incoming.rawHeaders), ...(isChunked ? ['Transfer-Encoding', 'chunked'] : [])];
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, status: number, why: string): void {
  // What was not read of a body would be taken for the next request on this connection.
  const connection = incoming.complete ? {} : { connection: 'close' };
  outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...connection });
  outgoing.end(`${why}\n`);
}

function once(tell: Settle): Settle {
  let isTold = false;
  return (outcome) => {
    if (isTold) return;
    isTold = true;
    tell(outcome);
  };
}

/** How many requests are under way to each release. */
function flights() {
  const counts = new Map<string, number>();
  const waiting = new Map<string, Set<() => void>>();
  return {
    begin(release: string): void {
      counts.set(release, (counts.get(release) ?? 0) + 1);
    },
    end(release: string): void {
      const left = (counts.get(release) ?? 1) - 1;
      if (left > 0) {
        counts.set(release, left);
        return;
      }
      counts.delete(release);
      for (const resolve of waiting.get(release) ?? []) resolve();
      waiting.delete(release);
    },
    none(release: string, atMostMs: number): Promise<void> {
      if (!counts.has(release)) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        const all = waiting.get(release) ?? new Set();
        waiting.set(release, all);
        all.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

/** Loopback only: nothing here is for other machines. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** On this port if nobody else is there, on a free one otherwise. */
export async function listenNear(server: Server, port: number): Promise<void> {
  const wanted = port === 0 ? await freePort() : port;
  await listen(server, wanted).catch(async () => listen(server, await freePort()));
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listens on no port');
  return address.port;
}
