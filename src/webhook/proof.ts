import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Delivered, Webhook } from './webhook.ts';

/** How far a sender's clock may be from ours, where what is signed has a time: Standard Webhooks advises five minutes. */
const CLOCK_MAX_S = 300;
const SIGNATURES_MAX = 10;

/**
 * What makes a delivery the same as another one: only ever something that is signed, so that nobody can send a captured
 * delivery again under another name. Null: it is not what it claims to be.
 */
export function proofOf(
  kind: Webhook['kind'],
  secret: string,
  delivered: Delivered,
  nowMs: number,
): string | null {
  return proofs[kind](secret, delivered, nowMs);
}

type Proof = (secret: string, delivered: Delivered, nowMs: number) => string | null;

const proofs: Record<Webhook['kind'], Proof> = { github, render, vercel, signed, alertmanager };

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries; X-GitHub-Delivery is not signed. */
function github(secret: string, { headers, body }: Delivered): string | null {
  const claimed = match(headers, 'x-hub-signature-256', /^sha256=([0-9a-f]{64})$/);
  const expected = createHmac('sha256', secret).update(body).digest();
  return claimed !== null && isSame(Buffer.from(claimed, 'hex'), expected) ? claimed : null;
}

/** https://vercel.com/docs/webhooks/webhooks-api#securing-webhooks: HMAC-SHA1 over the raw body. */
function vercel(secret: string, { headers, body }: Delivered): string | null {
  const claimed = match(headers, 'x-vercel-signature', /^([0-9a-f]{40})$/);
  const expected = createHmac('sha1', secret).update(body).digest();
  return claimed !== null && isSame(Buffer.from(claimed, 'hex'), expected) ? claimed : null;
}

/**
 * https://www.standardwebhooks.com: `id.timestamp.body` is signed with what `whsec_` stands before in base64, and there
 * may be several signatures while a secret is being changed. An id with a dot could be read in two ways.
 */
function render(secret: string, { headers, body }: Delivered, nowMs: number): string | null {
  const id = match(headers, 'webhook-id', /^([A-Za-z0-9_-]{1,150})$/);
  const timestamp = timely(headers, 'webhook-timestamp', nowMs);
  const signatures = match(headers, 'webhook-signature', /^([A-Za-z0-9+/=, ]{1,2000})$/);
  if (id === null || timestamp === null || signatures === null) return null;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length === 0) return null;
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  // As text: reading base64 leaves out what does not belong to it.
  const expected = Buffer.from(`v1,${digest}`);
  const isSigned = signatures
    .split(' ')
    .slice(0, SIGNATURES_MAX)
    .some((signature) => isSame(Buffer.from(signature), expected));
  return isSigned ? id : null;
}

/** Our own, for everything else: HMAC-SHA256 in hex over `timestamp.body`. */
function signed(secret: string, { headers, body }: Delivered, nowMs: number): string | null {
  const timestamp = timely(headers, 'x-slipway-timestamp', nowMs);
  const claimed = match(headers, 'x-slipway-signature', /^sha256=([0-9a-f]{64})$/);
  if (timestamp === null || claimed === null) return null;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
  return isSame(Buffer.from(claimed, 'hex'), expected) ? claimed : null;
}

/**
 * Alertmanager signs nothing: it shows the secret itself, as a bearer token (`http_config.authorization`). Whoever has
 * seen one delivery can send others; what they can do with it is to tell of alerts.
 */
function alertmanager(secret: string, { headers, body }: Delivered): string | null {
  const claimed = match(headers, 'authorization', /^Bearer ([\x20-\x7e]{1,500})$/i);
  const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();
  if (claimed === null || secret === '' || !isSame(digest(claimed), digest(secret))) return null;
  return digest(body).toString('hex');
}

/** Neither how much of it is right, nor how long it took, says anything about what would have been right. */
function isSame(claimed: Buffer, expected: Buffer): boolean {
  return claimed.length === expected.length && timingSafeEqual(claimed, expected);
}

function timely(headers: IncomingHttpHeaders, name: string, nowMs: number): string | null {
  const seconds = match(headers, name, /^([0-9]{1,12})$/);
  return seconds !== null && Math.abs(nowMs / 1_000 - Number(seconds)) <= CLOCK_MAX_S ? seconds : null;
}

/** A header that was sent twice is joined by Node, and matches nothing. */
function match(headers: IncomingHttpHeaders, name: string, rule: RegExp): string | null {
  const value = headers[name];
  return typeof value === 'string' ? (rule.exec(value)?.[1] ?? null) : null;
}
