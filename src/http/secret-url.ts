import { z } from 'zod';

/** Whether what is sent along cannot be read on its way: by TLS, or because it does not leave this machine. */
export function keepsSecrets(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/.test(hostname);
}

export const IN_THE_CLEAR =
  'does not send a secret in the clear: the address must begin with https://, or be this machine';

/** Where something is that a token is sent to. */
export const SecretUrl = z.url({ protocol: /^https?$/ }).refine(keepsSecrets, IN_THE_CLEAR);
