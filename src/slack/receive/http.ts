import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { type App, HTTPReceiver } from '@slack/bolt';
import { readRequest } from '../../http/request-body.ts';
import type { Installing } from '../install/index.ts';
import { INSTALL_PATH, REDIRECT_PATH } from '../install/installer.ts';
import { pageHeaders } from '../install/pages.ts';
import type { Clock, HttpTransport } from '../needs.ts';
import type { BoltLog, Transport } from './transport.ts';

export const PATH = '/slack/events';
const BODY_MAX = 256 * 1024;
const CLOCK_MAX_S = 300;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const CONNECTIONS_MAX = 1_000;
const CLOSING_MS = 3_000;

/**
 * Slack over HTTP. Bolt checks signatures and parses; in front of it stands what Bolt does not do: it takes a
 * timestamp from the future (and so a captured request for as long as somebody likes), and a body that is valid JSON
 * but no object ends the process.
 */
export function httpTransport(
  transport: HttpTransport,
  clock: Clock,
  logger: BoltLog,
  bolt: Installing['bolt'] | null,
): Transport {
  const common = {
    signingSecret: transport.signingSecret,
    endpoints: PATH,
    bodyLimit: BODY_MAX,
    logger,
    customPropertiesExtractor: (request: IncomingMessage) => ({
      fallbackKey: request.headers['x-slack-signature'],
    }),
  };
  const people = new HTTPReceiver({ ...common, ...bolt });
  // Events are answered after they were written down, so that Slack delivers them again when they could not be.
  const events = new HTTPReceiver({ ...common, processBeforeResponse: true });
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      if (transport.also?.(request, response) === true) return;
      const isPage = bolt !== null && isInstallPage(request);
      const answered = isPage
        ? answerPage(people, request, response)
        : answer({ people, events }, clock, request, response);
      answered.catch(() => end(response, 500));
    },
  );
  server.maxConnections = CONNECTIONS_MAX;

  return {
    receiver: {
      init(app: App) {
        people.init(app);
        events.init(app);
      },
      start: async () => undefined,
      stop: async () => undefined,
    },
    start: () => listen(server, transport),
    stop: () => close(server, clock),
  };
}

type Receivers = Record<
  'people' | 'events',
  { requestListener: (request: IncomingMessage, response: ServerResponse) => void }
>;

function isInstallPage({ url = '' }: IncomingMessage): boolean {
  const [path = ''] = url.split('?', 1);
  return path === INSTALL_PATH || path === REDIRECT_PATH;
}

/** Longer than anything that Slack sends people back with. */
const PAGE_URL_MAX = 4_000;

/** Somebody's browser, on its way to Slack or back. Bolt's installer answers it. */
async function answerPage(
  people: Receivers['people'],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET') return end(response, 405);
  if ((request.url ?? '').length > PAGE_URL_MAX) return end(response, 414);
  for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
  people.requestListener(request, response);
}

async function answer(
  receivers: Receivers,
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== PATH) return end(response, 404);
  if (request.method !== 'POST') return end(response, 405);
  const form = formatOf(request.headers['content-type']);
  if (form === null) return end(response, 400);
  if (!isTimely(request.headers['x-slack-request-timestamp'], clock.nowMs()) && form !== 'form') {
    return end(response, 401);
  }
  const body = await readRequest(request, BODY_MAX);
  if (body === null) {
    response.shouldKeepAlive = false;
    return end(response, 413);
  }
  const text = body.toString('latin1');
  const isTimed = isTimely(request.headers['x-slack-request-timestamp'], clock.nowMs());
  // Slack's check of our certificate comes without a signature; Bolt answers it and reads nothing of it.
  if (!isTimed && !/(^|&)ssl_check=1(&|$)/.test(text)) return end(response, 401);
  if (!isObject(form, text)) return end(response, 400);
  Object.assign(request, { rawBody: body });
  receivers[form === 'form' ? 'people' : 'events'].requestListener(request, response);
}

/** Exactly what Slack sends: people's doings as a form, events as JSON. */
function formatOf(contentType: string | undefined): 'form' | 'json' | null {
  if (contentType === 'application/x-www-form-urlencoded') return 'form';
  return /^application\/json(; ?charset=utf-8)?$/i.test(contentType ?? '') ? 'json' : null;
}

export function isTimely(header: string | string[] | undefined, nowMs: number): boolean {
  if (typeof header !== 'string' || !/^[0-9]{1,12}$/.test(header)) return false;
  return Math.abs(nowMs / 1_000 - Number(header)) <= CLOCK_MAX_S;
}

/** Whether what Bolt is going to parse can only become an object that it has a name for. */
export function isObject(format: 'form' | 'json', text: string): boolean {
  if (format === 'json') return /^\s*\{/.test(text);
  const payloads = [...text.matchAll(/(?:^|&)payload=(.{0,3})/g)];
  if (payloads.length === 0) return /(?:^|&)(?:command|ssl_check)=/.test(text);
  return payloads.length === 1 && /^(?:\{|%7b)/i.test(payloads[0]?.[1] ?? '');
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) return;
  response.writeHead(status).end();
}

function listen(server: Server, { host, port }: HttpTransport): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}${PATH}`, port: taken });
    });
  });
}

/** Lets what is being answered be answered, for a little while. */
function close(server: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const callOff = clock.after(CLOSING_MS, () => server.closeAllConnections());
    server.close(() => {
      callOff();
      resolve();
    });
    server.closeIdleConnections();
  });
}
