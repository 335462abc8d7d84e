import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { SecretReference } from '../../core/secret-reference.ts';
import type { Verdict } from '../../core/verdict.ts';
import { defineGate, type Subject } from '../gate.ts';
import { count, names } from '../words.ts';

const LIST_MAX = 100;

const Settings = z
  .strictObject({
    references: z
      .array(SecretReference)
      .max(LIST_MAX)
      .default([])
      .describe('Secrets that this program itself has to find, such as env:PAYMENT_KEY.'),
    settings: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/, 'must be the name of a setting'))
      .max(LIST_MAX)
      .default([])
      .describe('Names of settings that the service has to have at its platform.'),
  })
  .refine(({ references, settings }) => references.length + settings.length > 0, {
    error: 'must name what has to be there, such as settings: [DATABASE_URL]',
  });

export type Facts = {
  /** Whether each is there; null: nobody could say. */
  readonly references: readonly { readonly name: string; readonly isThere: boolean | null }[];
  /** Names of all settings of the service; or why they cannot be read. */
  readonly keys: readonly string[] | { readonly unread: string };
};

/** Whether everything is configured that the new version will look for. Values are never read. */
export const secretsPresent = defineGate({
  id: 'secrets-present',
  asks: 'Are its secrets and settings there?',
  when: 'before',
  Settings,
  look: async ({ isSecretThere, site }, { references, settings }): Promise<Facts> => ({
    references: await Promise.all(
      references.map(async (name) => ({ name, isThere: await isSecretThere(name).catch(notSaid) })),
    ),
    keys: settings.length === 0 ? [] : await keysOf(site),
  }),
  judge,
});

function notSaid(error: unknown): null {
  if (error instanceof Failed) return null;
  throw error;
}

async function keysOf(site: Subject['site']): Promise<Facts['keys']> {
  try {
    const { settings } = await site.capabilities();
    if (settings?.can === false) return { unread: settings.say };
    if (settings === undefined || site.settings === undefined)
      return { unread: 'the platform does not say what is configured there' };
    return (await site.settings()).map(({ key }) => key);
  } catch (error) {
    if (error instanceof Failed) return { unread: error.failure.message };
    throw error;
  }
}

export function judge(
  { references, keys }: Facts,
  { settings }: { readonly settings: readonly string[] },
): Verdict {
  const known = 'unread' in keys ? null : new Set(keys);
  const missing = [
    ...references.filter(({ isThere }) => isThere === false).map(({ name }) => name),
    ...settings.filter((key) => known !== null && !known.has(key)),
  ];
  if (missing.length > 0) return { kind: 'fail', because: `not there: ${names(missing)}` };
  const unsaid = references.filter(({ isThere }) => isThere === null).map(({ name }) => name);
  if (unsaid.length > 0)
    return { kind: 'unknown', because: `nobody could say whether ${names(unsaid)} is there` };
  if ('unread' in keys) return { kind: 'unknown', because: keys.unread };
  const all = references.length + settings.length;
  return { kind: 'pass', because: `${all} of ${count(all, 'name')} are there` };
}
