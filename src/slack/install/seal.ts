import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Secret } from '../../secret/index.ts';
import type { InstalledAt, Sealed } from '../../store/installations.ts';

const Tokens = z.strictObject({ access: z.string().min(1), refresh: z.string().min(1).nullable() });
/** What Slack gave for one installation. Only ever in memory, and only for the moment of use. */
export type Tokens = z.infer<typeof Tokens>;

export type Safe = {
  /** The key that tokens are sealed with from now on. */
  readonly keyId: string;
  seal(place: InstalledAt, tokens: Tokens): Sealed;
  /** Null when they were sealed with a key that is not here, for another place, or were tampered with. */
  open(place: InstalledAt, sealed: Sealed): Tokens | null;
};

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM. The first secret seals, every one of them opens, so that keys can be changed; each ciphertext says which
 * key it needs, by an id that does not betray it. The place is sealed in as well: a row cannot be passed off as another.
 */
export function openSafe(newest: Secret, older: readonly Secret[] = []): Safe {
  const keys = new Map([newest, ...older].map((secret) => [keyIdOf(secret), keyOf(secret)]));
  const keyId = keyIdOf(newest);
  const sealing = keyOf(newest);
  return {
    keyId,
    seal(place, tokens) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, sealing, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(nameOf(place));
      const words = Buffer.concat([cipher.update(JSON.stringify(tokens), 'utf8'), cipher.final()]);
      return { keyId, sealed: Buffer.concat([nonce, cipher.getAuthTag(), words]).toString('base64url') };
    },
    open(place, sealed) {
      const key = keys.get(sealed.keyId);
      return key === undefined ? null : unseal(key, place, Buffer.from(sealed.sealed, 'base64url'));
    },
  };
}

function unseal(key: Buffer, place: InstalledAt, bytes: Buffer): Tokens | null {
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(nameOf(place));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const words = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    return Tokens.parse(JSON.parse(words.toString('utf8')));
  } catch {
    return null;
  }
}

function nameOf({ enterprise, team }: InstalledAt): Buffer {
  return Buffer.from(JSON.stringify(['slipway/installation/v1', enterprise, team]));
}

const keyOf = (secret: Secret) => derived(secret, 'slipway/slack-tokens/key/v1', 32);
const keyIdOf = (secret: Secret) => derived(secret, 'slipway/slack-tokens/key-id/v1', 8).toString('hex');

function derived(secret: Secret, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.open(), '', purpose, bytes));
}
