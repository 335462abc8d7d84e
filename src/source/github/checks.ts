import type { Checks } from '../source.ts';
import { checkListOf } from './check-list.ts';
import type { Client } from './client.ts';
import { judgeChecks } from './judge-checks.ts';

/**
 * Whether what was checked of a commit is good.
 * @param branch whose rules count; null: the repository's default branch
 */
export async function checksOf(client: Client, commit: string, branch: string | null): Promise<Checks> {
  const list = await checkListOf(client, commit, branch);
  if (list === null) {
    return { state: 'unknown', failing: [], because: `GitHub knows no commit ${commit.slice(0, 12)} there` };
  }
  const { checks, required, unread } = list;
  return judgeChecks({
    checked: checks,
    required: required === null ? null : [...new Set(required.map(({ name }) => name))],
    unread,
  });
}
