import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';

const Rules = z.array(
  z.object({
    type: z.string().optional(),
    parameters: z
      .object({ required_status_checks: z.array(z.object({ context: z.string() })).optional() })
      .optional(),
  }),
);
const Classic = z.object({ contexts: z.array(z.string()) });

const PAGES_MAX = 3;

/**
 * What has to be green before anything is merged into a branch: by rulesets, which everybody who reads may read, and by
 * the older protection, which takes an administrator. Null where neither could be read.
 */
export async function requiredChecks(
  client: Client,
  branch: string | null,
): Promise<readonly string[] | null> {
  const name = branch ?? (await defaultBranch(client));
  if (name === null) return null;
  const [byRules, classic] = await Promise.all([
    readable(() => contextsOfRules(client, name)),
    readable(() => contextsOfProtection(client, name)),
  ]);
  return byRules === null && classic === null ? null : [...new Set([...(byRules ?? []), ...(classic ?? [])])];
}

async function contextsOfRules(client: Client, branch: string): Promise<string[]> {
  const { lines } = await everyPage(PAGES_MAX, (page) =>
    client.get('/rules/branches/{branch}', Rules, { branch, ...page }),
  );
  return lines
    .filter(({ type }) => type === 'required_status_checks')
    .flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
    .map(({ context }) => context);
}

/** 404 for a branch that is not protected in the older way. */
async function contextsOfProtection(client: Client, branch: string): Promise<string[]> {
  const path = '/branches/{branch}/protection/required_status_checks';
  return (await client.find(path, Classic, { branch }))?.contexts ?? [];
}

async function defaultBranch(client: Client): Promise<string | null> {
  return readable(async () => {
    const { default_branch } = await client.get('', z.object({ default_branch: z.string() }));
    return default_branch;
  });
}

/** What a token may not read, or a plan has not got, is not known. */
async function readable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}
