import type { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Setting } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import type { Environment } from './schema.ts';

type Variable = z.infer<typeof Environment>['envs'][number];

/** What production gets. @throws {Failed} when Vercel says that there is more than it has sent */
export function settingsOf(target: string, { envs, pagination }: z.infer<typeof Environment>): Setting[] {
  if (pagination?.next != null) {
    const message = 'Vercel did not send all environment values of the project';
    throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  }
  return envs.filter(isForProduction).map((one) => {
    const value = readableOf(one);
    const hash = value === null ? null : settingHash(target, one.key, value);
    return { key: one.key, isSecret: one.type !== 'plain', hash };
  });
}

function isForProduction({ target }: Variable): boolean {
  return Array.isArray(target) ? target.includes('production') : target === 'production';
}

/** Only what Vercel says is plain, or says that it has decrypted: everything else is a cipher, and never the same twice. */
function readableOf({ type, value, decrypted }: Variable): string | null {
  if (value == null) return null;
  if (type === 'plain') return value;
  return type === 'encrypted' && decrypted === true ? value : null;
}
