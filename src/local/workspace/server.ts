import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { readBody, readUpload } from './http/body.ts';
import { whyRefused } from './http/guard.ts';
import { jsonReply, type Reply, send, textReply } from './http/reply.ts';
import { bodies } from './limits.ts';
import { answerOAuth } from './oauth/page.ts';
import { pageFile } from './page/files.ts';
import { answerPage, fileReply } from './page/routes.ts';
import { answerResponseUrl } from './respond-at.ts';
import { type Arrival, answerCall } from './web-api/call.ts';
import type { Uploads } from './web-api/files.ts';
import type { Method } from './web-api/method.ts';
import type { Worlds } from './worlds.ts';

type Parts = {
  readonly worlds: Worlds;
  readonly methods: ReadonlyMap<string, Method>;
  readonly uploads: Uploads;
};

/** The one server: Slack's Web API, its response addresses, Socket Mode, the page and the page's API. */
export function createWorkspaceServer(parts: Parts): Server {
  const server = createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      // A request that broke off has nobody to answer; anything else is a fault of ours, and Slack's word for it.
      if (request.destroyed && !request.complete) return;
      const reason = error instanceof Error ? error.message : 'unknown';
      send(response, jsonReply(500, { ok: false, error: 'fatal_error', reason }));
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://local');
    const ticket = url.searchParams.get('ticket') ?? '';
    const refusal = whyRefused(request);
    const { socket: sockets } = parts.worlds.home;
    if (refusal !== null || sockets === null || !url.pathname.startsWith('/link'))
      return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    sockets.upgrade(request, socket, head, ticket);
  });
  return server;
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = whyRefused(request);
  if (refusal !== null) return send(response, textReply(403, refusal));
  const url = new URL(request.url ?? '/', 'http://local');
  const isUpload = url.pathname.startsWith('/upload/');
  const body = await readBody(request, isUpload ? bodies.upload : bodies.request);
  if (body === null) return send(response, textReply(413, 'That is too long.', { connection: 'close' }));
  const reply = await route(parts, { request, response, url, body });
  if (reply !== null) send(response, reply);
}

type Incoming = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: Buffer;
};

async function route(parts: Parts, incoming: Incoming): Promise<Reply | 'dropped' | null> {
  const { worlds } = parts;
  const { request, response, url, body } = incoming;
  const contentType = request.headers['content-type'] ?? '';
  const [, first = '', ...rest] = url.pathname.split('/');
  const verb = request.method ?? 'GET';
  switch (first) {
    case 'api':
      return call(parts, {
        method: rest.join('/'),
        body,
        contentType,
        authorization: request.headers.authorization ?? '',
        query: url.searchParams,
      });
    case 'commands':
    case 'actions':
    case 'app':
      return verb === 'POST'
        ? answerResponseUrl(worlds.ofTeam(rest[0] ?? null), rest[1] ?? '', body)
        : textReply(405, 'Post to it.');
    case 'oauth':
      return answerOAuth(worlds, verb, url);
    case 'upload':
      return upload(parts, rest[1] ?? '', body, contentType);
    case 'files-pri':
      return privateFile(worlds, rest[0] ?? '', request.headers.authorization ?? '');
    case 'page':
      return answerPage(
        worlds.ofTeam(url.searchParams.get('team')),
        { verb, path: rest.join('/'), query: url.searchParams, contentType, body },
        response,
      );
    default:
      return pageFile(worlds.home.settings.pageFolder, verb, url.pathname);
  }
}

async function upload(parts: Parts, ticket: string, body: Buffer, contentType: string): Promise<Reply> {
  const bytes = await readUpload(body, contentType);
  const isTaken = bytes !== null && parts.uploads.receive(ticket, bytes);
  return isTaken
    ? textReply(200, `OK - ${bytes.length}`)
    : textReply(400, 'File upload was not expected like this.');
}

function call({ worlds, methods }: Parts, arrival: Arrival): Promise<Reply | 'dropped'> {
  return answerCall(worlds.ofCall(arrival), methods, arrival);
}

function privateFile({ all }: Worlds, id: string, authorization: string): Reply {
  const token = authorization.replace(/^Bearer /, '');
  const world = all.find(({ access }) => access.judge(token).kind === 'bot');
  if (world === undefined) return textReply(401, 'Send the bot token.');
  const found = all.find(({ state }) => state.files.has(id))?.state.files.get(id);
  return found === undefined ? textReply(404, 'There is no such file.') : fileReply(found);
}
