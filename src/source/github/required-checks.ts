import { z } from 'zod';
import type { CheckList } from '../source.ts';
import { defaultBranch, olderAt, readable, rulesAt } from './branch-rules.ts';
import type { Client } from './client.ts';

const Classic = z.object({
  contexts: z.array(z.string()),
  checks: z.array(z.object({ context: z.string(), app_id: z.int().nullish() })).optional(),
});

type Required = NonNullable<CheckList['required']>;
type Asked = Pick<CheckList, 'required' | 'mayRequireMore'>;

const unknown: Asked = { required: null, mayRequireMore: true };

/**
 * What has to be green before anything is merged into a branch: by rulesets, which everybody who reads may read, and by
 * the older protection, which takes an administrator. Null where neither could be read.
 */
export async function requiredChecks(client: Client, branch: string | null): Promise<Asked> {
  const name = branch ?? (await defaultBranch(client));
  if (name === null) return unknown;
  const [byRules, classic] = await Promise.all([
    readable(() => byRulesets(client, name)),
    readable(() => byProtection(client, name)),
  ]);
  if (byRules === null && classic === null) return unknown;
  const all = [...(byRules ?? []), ...(classic ?? [])];
  const required = [...new Map(all.map((one) => [`${one.appId ?? ''} ${one.name}`, one])).values()];
  return { required, mayRequireMore: byRules === null || classic === null };
}

async function byRulesets(client: Client, branch: string): Promise<Required> {
  return (await rulesAt(client, branch))
    .filter(({ type }) => type === 'required_status_checks')
    .flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
    .map(({ context, integration_id }) => ({ name: context, appId: appIdOf(integration_id) }));
}

async function byProtection(client: Client, branch: string): Promise<Required> {
  const found = await olderAt(client, '/required_status_checks', Classic, branch);
  if (found === null) return [];
  // One name may be required of two Apps; `contexts` has it once, and knows nothing of Apps.
  const bound = (found.checks ?? []).map(({ context, app_id }) => ({
    name: context,
    appId: appIdOf(app_id),
  }));
  const names = new Set(bound.map(({ name }) => name));
  const others = found.contexts.filter((name) => !names.has(name)).map((name) => ({ name, appId: null }));
  return [...bound, ...others];
}

/** -1 is "any app", as GitHub's page about branch protection has it. */
function appIdOf(id: number | null | undefined): string | null {
  return id == null || id < 0 ? null : String(id);
}
