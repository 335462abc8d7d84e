import { z } from 'zod';
import type { Protection } from '../source.ts';
import { defaultBranch, olderAt, type Rule, readable, rulesAt } from './branch-rules.ts';
import type { Client } from './client.ts';

const Switch = z.object({ enabled: z.boolean() });
const Classic = z.object({
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.int().nonnegative().optional(),
      dismiss_stale_reviews: z.boolean().optional(),
    })
    .optional(),
  required_status_checks: z.object({ contexts: z.array(z.string()) }).nullish(),
  allow_force_pushes: Switch.optional(),
  allow_deletions: Switch.optional(),
  required_signatures: Switch.optional(),
});
type Classic = z.infer<typeof Classic>;

/** What each of the two ways of protecting a branch demands. */
type Demands = {
  readonly approvals: number;
  readonly forgetsStale: boolean;
  readonly requiredChecks: readonly string[];
  readonly forbidsForce: boolean;
  readonly forbidsDeletion: boolean;
  readonly demandsSignatures: boolean;
};

/** By rulesets and by the older protection, whichever demands more; what neither was seen to demand is not known. */
export async function protectionOf(client: Client, branch: string | null): Promise<Protection> {
  const name = branch ?? (await defaultBranch(client));
  if (name === null) return { ...unknown, branch: 'the default branch', unread: ['which branch it is'] };
  const [rules, classic] = await Promise.all([
    readable(async () => byRules(await rulesAt(client, name))),
    readable(async () => byClassic(await olderAt(client, '', Classic, name))),
  ]);
  const read = [rules, classic].filter((each) => each !== null);
  const isWhole = read.length === 2;
  const unread = [
    ...(rules === null ? ['rulesets'] : []),
    ...(classic === null ? ['the branch protection, which takes an administrator'] : []),
  ];
  const most = (of: (demands: Demands) => number) => {
    const found = Math.max(0, ...read.map(of));
    return found > 0 || isWhole ? found : null;
  };
  const any = (of: (demands: Demands) => boolean) => (read.some(of) ? true : isWhole ? false : null);
  const checks = [...new Set(read.flatMap(({ requiredChecks }) => requiredChecks))];
  return {
    branch: name,
    approvals: most(({ approvals }) => approvals),
    forgetsStale: any(({ forgetsStale }) => forgetsStale),
    requiredChecks: checks.length > 0 || isWhole ? checks : null,
    forbidsForce: any(({ forbidsForce }) => forbidsForce),
    forbidsDeletion: any(({ forbidsDeletion }) => forbidsDeletion),
    demandsSignatures: any(({ demandsSignatures }) => demandsSignatures),
    unread,
  };
}

const unknown: Omit<Protection, 'branch' | 'unread'> = {
  approvals: null,
  forgetsStale: null,
  requiredChecks: null,
  forbidsForce: null,
  forbidsDeletion: null,
  demandsSignatures: null,
};

function byRules(rules: readonly Rule[]): Demands {
  const has = (type: string) => rules.some((rule) => rule.type === type);
  const reviews = rules.filter(({ type }) => type === 'pull_request').map(({ parameters }) => parameters);
  return {
    approvals: Math.max(0, ...reviews.map((each) => each?.required_approving_review_count ?? 0)),
    forgetsStale: reviews.some((each) => each?.dismiss_stale_reviews_on_push === true),
    requiredChecks: rules
      .filter(({ type }) => type === 'required_status_checks')
      .flatMap(({ parameters }) => parameters?.required_status_checks ?? [])
      .map(({ context }) => context),
    forbidsForce: has('non_fast_forward'),
    forbidsDeletion: has('deletion'),
    demandsSignatures: has('required_signatures'),
  };
}

/** Null: it is not protected in the older way, which demands nothing. */
function byClassic(found: Classic | null): Demands {
  const reviews = found?.required_pull_request_reviews;
  return {
    approvals: reviews?.required_approving_review_count ?? 0,
    forgetsStale: reviews?.dismiss_stale_reviews ?? false,
    requiredChecks: found?.required_status_checks?.contexts ?? [],
    // Protected branches forbid both unless somebody has allowed it.
    forbidsForce: found !== null && found.allow_force_pushes?.enabled !== true,
    forbidsDeletion: found !== null && found.allow_deletions?.enabled !== true,
    demandsSignatures: found?.required_signatures?.enabled ?? false,
  };
}
