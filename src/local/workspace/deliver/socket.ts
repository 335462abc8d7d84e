import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Ids } from '../ids.ts';
import { waits } from '../limits.ts';
import { isJson } from '../model.ts';
import type { Delivery, Outcome, Transport } from './delivery.ts';

const Acknowledgement = z.object({ envelope_id: z.string(), payload: z.unknown().optional() });

export type SocketTransport = Transport & {
  /** A single-use ticket for the address that apps.connections.open answers with; null when ten are connected. */
  readonly ticket: () => string | null;
  /** Takes over a connection that asks to become a WebSocket; refuses one without a good ticket. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer, ticket: string) => void;
  /** Warns every connection and asks it to come back, as Slack does every few hours. */
  readonly refresh: (reason: 'warning' | 'refresh_requested' | 'link_disabled') => void;
  readonly close: () => void;
};

type Waiting = (outcome: Outcome) => void;

/** Socket Mode's server side (docs.slack.dev, "Using Socket Mode"). */
export function openSocketTransport(options: {
  readonly appId: string;
  readonly ids: Ids;
  readonly nowMs: () => number;
  readonly onChange: () => void;
}): SocketTransport {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  const tickets = new Map<string, number>();
  const connections: WebSocket[] = [];
  const waiting = new Map<string, Waiting>();
  let next = 0;

  const hello = (socket: WebSocket): void =>
    send(socket, {
      type: 'hello',
      num_connections: connections.length,
      debug_info: { host: 'local', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: options.appId },
    });
  const heard = (text: string): void => {
    const acknowledgement = Acknowledgement.safeParse(parsed(text)).data;
    if (acknowledgement === undefined) return;
    waiting.get(acknowledgement.envelope_id)?.(answered(acknowledgement.payload));
  };
  const admit = (socket: WebSocket): void => {
    connections.push(socket);
    // The client hangs up on a server that it has not heard a ping from for thirty seconds.
    const pings = setInterval(() => socket.ping(), waits.socketPing);
    socket.on('message', (message) => heard(String(message)));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearInterval(pings);
      connections.splice(connections.indexOf(socket), 1);
      options.onChange();
    });
    hello(socket);
    options.onChange();
  };
  return {
    name: 'socket',
    isOpen: () => connections.length > 0,
    ticket: () => {
      if (connections.length >= waits.socketsMax) return null;
      const ticket = options.ids.secret();
      tickets.set(ticket, options.nowMs() + waits.socketTicket);
      return ticket;
    },
    upgrade: (request, socket, head, ticket) => {
      const goodUntil = tickets.get(ticket) ?? 0;
      tickets.delete(ticket);
      if (options.nowMs() > goodUntil)
        return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      server.handleUpgrade(request, socket, head, admit);
    },
    refresh: (reason) => {
      for (const socket of connections)
        send(socket, { type: 'disconnect', reason, debug_info: { host: 'local' } });
    },
    close: () => {
      for (const socket of [...connections]) socket.terminate();
      server.close();
    },
    // Each envelope goes to any one of the connections.
    send: (delivery, ackMs) => {
      const socket = connections[next++ % connections.length];
      if (socket === undefined)
        return Promise.resolve({ kind: 'unreachable', reason: 'no connection is open' });
      return sendEnvelope(socket, delivery, ackMs, waiting);
    },
  };
}

function sendEnvelope(
  socket: WebSocket,
  delivery: Delivery,
  ackMs: number,
  waiting: Map<string, Waiting>,
): Promise<Outcome> {
  const envelopeId = randomUUID();
  return new Promise((resolve) => {
    const gone = (): void => end({ kind: 'unreachable', reason: 'the connection was closed' });
    const timer = setTimeout(() => end({ kind: 'timeout' }), ackMs);
    const end = (outcome: Outcome): void => {
      clearTimeout(timer);
      socket.off('close', gone);
      waiting.delete(envelopeId);
      resolve(outcome);
    };
    waiting.set(envelopeId, end);
    socket.once('close', gone);
    send(socket, {
      envelope_id: envelopeId,
      type: delivery.kind,
      accepts_response_payload: delivery.kind !== 'events_api',
      payload: delivery.payload,
      ...(delivery.kind === 'events_api'
        ? { retry_attempt: delivery.retry?.number ?? 0, retry_reason: delivery.retry?.reason ?? '' }
        : {}),
    });
  });
}

/** Bolt wraps a text answer as `{text}`; what carries nothing is an empty answer. */
function answered(payload: unknown): Outcome {
  const isEmpty = !isJson(payload) || Object.keys(payload).length === 0;
  const body = isEmpty ? '' : JSON.stringify(payload);
  return { kind: 'answered', status: 200, body, isJson: !isEmpty, isFinal: false };
}

function send(socket: WebSocket, frame: object): void {
  socket.send(JSON.stringify(frame), () => undefined);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
