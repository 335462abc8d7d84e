import { createHash } from 'node:crypto';

/**
 * Equal only where the values are, and worth nothing to whoever does not know them: a value is hashed with the service
 * and the key that it belongs to, so that two keys with one password do not show it.
 */
export function settingHash(serviceId: string, key: string, value: string): string {
  return createHash('sha256').update(`${serviceId}\0${key}\0${value}`).digest('hex');
}
