import { createHash } from 'node:crypto';

/** The official description allows 50 characters in `workers/message`; Cloudflare cuts longer ones without a word. */
const CHARACTERS_MAX = 50;
const HASH_LETTERS = 16;

/**
 * What a deployment carries as its message, so that it can be found again: the intent itself where it is short enough,
 * otherwise the deployment of ours that it belongs to, and a hash.
 */
export function markerOf(intentId: string): string {
  if (intentId.length <= CHARACTERS_MAX) return intentId;
  const hash = createHash('sha256')
    .update(`slipway/intent\0${intentId}`)
    .digest('hex')
    .slice(0, HASH_LETTERS);
  return `${intentId.split('/')[0]?.slice(0, 20)} ${hash}`;
}

/** Whether somebody else wrote it. */
export function isMarker(message: string): boolean {
  return /^d-[0-9a-z]{8}(\/.{1,39}| [0-9a-f]{16})$/.test(message);
}
