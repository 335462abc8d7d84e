import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ToldAlert } from '../core/told-alert.ts';
import { readRequest } from '../http/request-body.ts';
import { alertsIn } from './alerts.ts';
import { openBells } from './bells.ts';
import { concerned } from './concerned.ts';
import type { WebhookNeeds } from './needs.ts';
import { proofOf } from './proof.ts';
import { isBell, type Webhook } from './webhook.ts';

export const PATH = '/webhooks/';
const BODY_MAX = 1024 * 1024;
const PER_MINUTE = 300;
const MINUTE_MS = 60_000;

/**
 * Where platforms tell that something has happened. What they say is never believed: a delivery that is really theirs
 * makes Slipway look, as it would have done a few seconds later by itself. Alerting systems are the exception: what they
 * tell is told to people as theirs, and nothing else comes of it.
 */
export type WebhookDoor = {
  /** False: it is not for this door, and nothing was done with it. */
  take(request: IncomingMessage, response: ServerResponse): boolean;
  close(): Promise<void>;
};

export function openWebhookDoor(needs: WebhookNeeds): WebhookDoor {
  const bells = openBells((targets) => needs.look(targets), needs.clock, needs.log);
  const pace = openPace(needs.clock.nowMs);
  return {
    take(request, response) {
      if (!(request.url ?? '').startsWith(PATH)) return false;
      answer(needs, pace, bells.ring, request)
        .catch(() => BROKEN_OFF)
        .then((status) => end(response, status));
      return true;
    },
    close: () => bells.close(),
  };
}

/** Somebody who breaks off reads no answer; whoever is still there may send it again. */
const BROKEN_OFF = 503;

type Ring = (targets: ReadonlySet<string>) => void;

/** The status alone: whoever may ring needs no words, and whoever may not gets none. */
async function answer(
  needs: WebhookNeeds,
  pace: Pace,
  ring: Ring,
  request: IncomingMessage,
): Promise<number> {
  const name = (request.url ?? '').slice(PATH.length);
  const webhook = needs.webhooks().find((each) => each.name === name);
  if (webhook === undefined) return 404;
  if (request.method !== 'POST') return 405;
  if (!pace(webhook.name)) return 429;
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(request.headers['content-type'] ?? '')) return 415;
  if (Number(request.headers['content-length'] ?? 0) > BODY_MAX) return 413;
  const body = await readRequest(request, BODY_MAX);
  return body === null ? 413 : hear(needs, webhook, ring, { headers: request.headers, body });
}

async function hear(
  needs: WebhookNeeds,
  webhook: Webhook,
  ring: Ring,
  delivered: { readonly headers: IncomingMessage['headers']; readonly body: Buffer },
): Promise<number> {
  const secret = await needs.secret(webhook.secret);
  const proof = proofOf(webhook.kind, secret, delivered, needs.clock.nowMs());
  if (proof === null) return 401;
  const told = parsed(delivered.body);
  if (told === undefined) return 400;
  if (!isBell(webhook)) return tellAll(needs, alertsIn(needs.catalog(), webhook, told));
  // Written down before anybody looks: the second of two that come at once finds the first there.
  const isFirst = await needs.inbox.once(`webhook/${webhook.name}/${proof}`);
  if (isFirst) ring(concerned(needs.catalog(), webhook, told));
  return 204;
}

/** Each is written down before it is answered; what could not be is delivered again. */
async function tellAll({ tell }: WebhookNeeds, alerts: readonly ToldAlert[] | null): Promise<number> {
  if (alerts === null) return 400;
  for (const alert of alerts) await tell(alert);
  return 204;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

type Pace = (name: string) => boolean;

/** At most so many a minute for each name, counted before anything is read. A bell that is lost costs seconds. */
function openPace(nowMs: () => number): Pace {
  const minutes = new Map<string, { readonly sinceMs: number; count: number }>();
  return (name) => {
    const atMs = nowMs();
    const known = minutes.get(name);
    const minute =
      known !== undefined && atMs - known.sinceMs < MINUTE_MS ? known : { sinceMs: atMs, count: 0 };
    minutes.set(name, minute);
    minute.count += 1;
    return minute.count <= PER_MINUTE;
  };
}

function end(response: ServerResponse, status: number): void {
  if (response.headersSent) return;
  // What is left of a body that was not read must not be taken for another request.
  const isUnread = status !== 204 && status !== 401 && status !== 400;
  response.writeHead(status, {
    ...(isUnread ? { connection: 'close' } : {}),
    ...(status === 429 ? { 'retry-after': '60' } : {}),
  });
  response.end();
}
