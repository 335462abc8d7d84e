import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Act, Acted, Change, OptionsAnswer, Snapshot } from '../../src/local/workspace/page-contract.ts';

export type Heard = { readonly user: string; readonly act: Act };

/** The contract of the page and nothing behind it: what people do is written down, and tests say what happens. */
export type PageServer = {
  readonly address: string;
  /** Everything that was done on the page, oldest first. */
  readonly heard: readonly Heard[];
  /** What was asked of `/page/options`. */
  readonly asked: readonly Readonly<Record<string, string>>[];
  /** Sends a change to everybody who listens as this person. */
  readonly tell: (user: string, change: Change) => void;
  readonly setSnapshot: (user: string, snapshot: Snapshot) => void;
  /** Answers to `/page/state` wait for this from now on. */
  readonly holdState: (until: Promise<unknown>) => void;
  readonly answerActs: (answer: (heard: Heard) => Acted | Promise<Acted>) => void;
  readonly answerOptions: (answer: (query: Readonly<Record<string, string>>) => OptionsAnswer) => void;
  /** Cuts every stream, and refuses new ones until told otherwise. */
  readonly setReachable: (isReachable: boolean) => void;
  readonly close: () => Promise<void>;
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export async function startPageServer(
  folder: string,
  snapshots: Readonly<Record<string, Snapshot>>,
): Promise<PageServer> {
  const views = new Map(Object.entries(snapshots));
  const heard: Heard[] = [];
  const asked: Readonly<Record<string, string>>[] = [];
  const streams = new Map<ServerResponse, string>();
  let isReachable = true;
  let stateHeld: Promise<unknown> = Promise.resolve();
  let answerAct: (heard: Heard) => Acted | Promise<Acted> = () => ({ ok: true });
  let answerOptions: (query: Readonly<Record<string, string>>) => OptionsAnswer = () => ({ options: [] });

  const routes: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => unknown>
  > = {
    '/page/state': async (_request, response, url) => {
      await stateHeld;
      json(response, views.get(url.searchParams.get('user') ?? '') ?? [...views.values()][0]);
    },
    '/page/events': (_request, response, url) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      streams.set(response, url.searchParams.get('user') ?? '');
      response.on('close', () => streams.delete(response));
    },
    '/page/act': async (request, response) => {
      const act = (await bodyOf(request)) as Heard;
      heard.push(act);
      json(response, await answerAct(act));
    },
    '/page/options': (_request, response, url) => {
      const query = Object.fromEntries(url.searchParams);
      asked.push(query);
      json(response, answerOptions(query));
    },
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const route = routes[url.pathname];
    if (!isReachable && route) response.destroy();
    else if (route) void route(request, response, url);
    else void serveFile(folder, url.pathname, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    asked,
    tell: (user, change) => {
      for (const [stream, listener] of streams) {
        if (listener === user) stream.write(`data: ${JSON.stringify(change)}\n\n`);
      }
    },
    setSnapshot: (user, snapshot) => views.set(user, snapshot),
    holdState: (until) => {
      stateHeld = until;
    },
    answerActs: (answer) => {
      answerAct = answer;
    },
    answerOptions: (answer) => {
      answerOptions = answer;
    },
    setReachable: (reachable) => {
      isReachable = reachable;
      if (!reachable) for (const stream of streams.keys()) stream.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, content: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** As strict as the workspace's own server: no inline script may run, and nothing is loaded from elsewhere. */
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; object-src 'none'";

async function serveFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const name = path === '/' ? '/index.html' : normalize(path);
  try {
    const content = await readFile(join(folder, name));
    const type = types[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}
