import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Trust } from '../core/audit/verify-checkpoints.ts';
import type { Signer } from '../engine/audit/auditor.ts';

/** A key that cannot be used. The message says why, and how to make one. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
}

const HOW_TO_MAKE = 'Make one with: openssl genpkey -algorithm ed25519 -out slipway-audit.pem';

/** @throws {KeyRefused} for what is no private Ed25519 key in PEM (RFC 8410, PKCS #8). The text is never repeated. */
export function signerOf(pem: string, where: string): Signer {
  const key = read(() => createPrivateKey(pem));
  if (key === null)
    throw new KeyRefused(`${where} holds no private Ed25519 key in PEM, without a password. ${HOW_TO_MAKE}`);
  return {
    key: rawOf(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

/** Where the program keeps a key of its own when it was given none. */
export function keyFileIn(home: string): string {
  return join(home, 'audit', 'key.pem');
}

/** The key of this folder; made, for its owner's eyes only, where there is none. */
export async function signerIn(home: string): Promise<Signer & { readonly isNew: boolean }> {
  const file = keyFileIn(home);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const isNew = await writeFile(file, pem, { flag: 'wx', mode: 0o600 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  return { ...signerOf(await readFile(file, 'utf8'), file), isNew };
}

/** The public keys in a file of PEM blocks, as base64 of their 32 bytes. @throws {KeyRefused} when one is no such key. */
export function publicKeysIn(text: string, where: string): string[] {
  const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new KeyRefused(`${where} holds no public key in PEM.`);
  return blocks.map((block) => {
    const key = read(() => createPublicKey(block));
    if (key === null) throw new KeyRefused(`${where} holds a public key that is not Ed25519.`);
    return rawOf(key);
  });
}

export function publicPemOf(key: string): string {
  const made = publicKeyOf(key);
  if (made === null) throw new KeyRefused(`${key} is no Ed25519 key.`);
  return String(made.export({ type: 'spki', format: 'pem' }));
}

/** Whether the signature is that key's, written in the one way in which base64 is written. */
export const isSigned: Trust['isSigned'] = (key, text, signature) => {
  const made = publicKeyOf(key);
  const bytes = Buffer.from(signature, 'base64');
  return (
    made !== null && bytes.toString('base64') === signature && verify(null, Buffer.from(text), made, bytes)
  );
};

function publicKeyOf(key: string): KeyObject | null {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 32 || bytes.toString('base64') !== key) return null;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') };
  return read(() => createPublicKey({ key: jwk, format: 'jwk' }));
}

function read(make: () => KeyObject): KeyObject | null {
  try {
    const key = make();
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

function rawOf(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
}
