import { createHash } from 'node:crypto';

/**
 * Equal only where the values are: a value is hashed with the service and the key that it belongs to, so that two keys
 * with one password do not show it. It is our name of the service and not the platform's, which has another for each
 * environment: equal values have to be equal in all of them.
 * @param target `api/staging`, or the name of the service alone
 */
export function settingHash(target: string, key: string, value: string): string {
  const [service = target] = target.split('/');
  return createHash('sha256').update(`${service}\0${key}\0${value}`).digest('hex');
}
