import { z } from 'zod';

/** Whether what is sent along cannot be read on its way: by TLS, or because it does not leave this machine. */
export function keepsSecrets(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname);
}

export const IN_THE_CLEAR =
  'does not send a secret in the clear: the address must begin with https://, or be this machine';

/** Whether an address says where something is, and nothing else: what stands in it is shown, logged and kept. */
export function isBare(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password, search, hash } = new URL(url);
  return `${username}${password}${search}${hash}` === '';
}

const NOT_BARE =
  'must hold no user, no password and no query: what is secret is a reference of its own, such as env:NAME';

/** Where something is that is asked. */
export const BareUrl = z.url({ protocol: /^https?$/ }).refine(isBare, NOT_BARE);

/** Where something is that a token is sent to. */
export const SecretUrl = BareUrl.refine(keepsSecrets, IN_THE_CLEAR);
