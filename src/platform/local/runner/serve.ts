import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { Failed, type Failure } from '../../../core/failure.ts';
import { type CallName, calls } from '../protocol.ts';
import type { Meter } from './meter.ts';

/** Answers one call, already checked, with what is to be sent back. */
export type Answering = (name: CallName, ask: unknown) => Promise<unknown>;

const BODY_BYTES_MAX = 256 * 1_024;

/** The runner's own door: `POST /<call>`. Every call is heard, whether it is understood or not. */
export function serveCalls(answer: Answering, heard: () => void): Server {
  return createServer((incoming, outgoing) => {
    heard();
    handle(incoming, answer).then(
      (body) => send(outgoing, 200, body),
      (error: unknown) => send(outgoing, 400, { failure: failureOf(error) }),
    );
  });
}

/** `GET /metrics` on loopback, for a Prometheus on this machine. */
export function serveMetrics(meter: Meter): Server {
  return createServer((incoming, outgoing) => {
    if (incoming.method !== 'GET' || incoming.url !== '/metrics') {
      outgoing.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics is all there is\n');
      return;
    }
    void meter
      .exposition()
      .then(({ type, text }) => outgoing.writeHead(200, { 'content-type': type }).end(text));
  });
}

async function handle(incoming: IncomingMessage, answer: Answering): Promise<unknown> {
  const name = KnownCall.safeParse(incoming.url?.slice(1));
  if (incoming.method !== 'POST' || !name.success)
    throw refused(`there is no ${incoming.method} ${incoming.url}`);
  const text = await read(incoming);
  const ask = calls[name.data].ask.safeParse(JSON.parse(text));
  if (!ask.success) throw refused(`${name.data} was asked wrongly: ${z.prettifyError(ask.error)}`);
  return answer(name.data, ask.data);
}

const KnownCall = z.custom<CallName>((name) => typeof name === 'string' && Object.hasOwn(calls, name));

async function read(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of incoming) {
    bytes += piece.length;
    if (bytes > BODY_BYTES_MAX) throw refused(`more than ${BODY_BYTES_MAX} bytes were sent`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function refused(message: string): Failed {
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}

/** What we did not foresee may have happened half: only somebody who looks can tell. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failed) return error.failure;
  return { code: 'outcome-unknown', message: `the runner stumbled: ${error}`, retryAfterMs: null };
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
