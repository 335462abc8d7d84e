import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Checks } from '../source.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';
import { type Checked, howOfRun, howOfStatus, judgeChecks } from './judge-checks.ts';
import { requiredChecks } from './required-checks.ts';

/** Its own `state` is not read: it says `pending` where there are no statuses at all. */
const Combined = z.object({ statuses: z.array(z.object({ context: z.string(), state: z.string() })) });
const Runs = z.object({
  check_runs: z.array(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullable() })),
});

const PAGES_MAX = 10;

/**
 * Asks both worlds, because a repository may use either: commit statuses and check runs, the latest of each name.
 * @param branch whose rules count; null: the repository's default branch
 */
export async function checksOf(client: Client, commit: string, branch: string | null): Promise<Checks> {
  const [statuses, runs, required] = await Promise.all([
    readAll('commit statuses', (page) => statusesOf(client, commit, page)),
    readAll('check runs', (page) => runsOf(client, commit, page)),
    requiredChecks(client, branch),
  ]);
  if (statuses.kind === 'no-commit' && runs.kind === 'no-commit') {
    return { state: 'unknown', failing: [], because: `GitHub knows no commit ${commit.slice(0, 12)} there` };
  }
  return judgeChecks({
    checked: [...statuses.checked, ...runs.checked],
    required,
    unread: [...statuses.unread, ...runs.unread],
  });
}

type World = {
  readonly kind: 'read' | 'no-commit';
  readonly checked: readonly Checked[];
  readonly unread: readonly string[];
};

type Page = { readonly per_page: number; readonly page: number };

async function readAll(
  what: string,
  read: (page: Page) => Promise<readonly Checked[] | null>,
): Promise<World> {
  try {
    let isThere = false;
    const { lines, isWhole } = await everyPage(PAGES_MAX, async (page) => {
      const found = await read(page);
      isThere ||= found !== null;
      return found ?? [];
    });
    const unread = isWhole ? [] : [`more than ${lines.length} ${what}`];
    return { kind: isThere ? 'read' : 'no-commit', checked: lines, unread };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind: 'read', checked: [], unread: [`${what} (${error.failure.message})`] };
  }
}

async function statusesOf(client: Client, ref: string, page: Page): Promise<readonly Checked[] | null> {
  const found = await client.find('/commits/{ref}/status', Combined, { ref, ...page });
  return found?.statuses.map(({ context, state }) => ({ name: context, how: howOfStatus(state) })) ?? null;
}

async function runsOf(client: Client, ref: string, page: Page): Promise<readonly Checked[] | null> {
  const values = { ref, filter: 'latest', ...page };
  const found = await client.find('/commits/{ref}/check-runs', Runs, values);
  return (
    found?.check_runs.map(({ name, status, conclusion }) => ({ name, how: howOfRun(status, conclusion) })) ??
    null
  );
}
