import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Check, CheckList } from '../source.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';
import { howOfRun, howOfStatus } from './judge-checks.ts';
import { requiredChecks } from './required-checks.ts';

/** Its own `state` is not read: it says `pending` where there are no statuses at all. */
const Combined = z.object({ statuses: z.array(z.object({ context: z.string(), state: z.string() })) });
const Runs = z.object({
  check_runs: z.array(
    z.object({
      id: z.int().optional(),
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
      app: z.object({ id: z.int(), slug: z.string().optional() }).nullish(),
    }),
  ),
});

const PAGES_MAX = 10;

/**
 * Both worlds, because a repository may use either: commit statuses, and check runs, the newest of each app and name.
 * Null where GitHub knows no such commit.
 * @param branch whose rules count; null: the repository's default branch
 */
export async function checkListOf(
  client: Client,
  commit: string,
  branch: string | null,
): Promise<CheckList | null> {
  const [statuses, runs, required] = await Promise.all([
    readAll('commit statuses', (page) => statusesOf(client, commit, page)),
    readAll('check runs', (page) => runsOf(client, commit, page)),
    requiredChecks(client, branch),
  ]);
  if (statuses.kind === 'no-commit' && runs.kind === 'no-commit') return null;
  return {
    checks: [...statuses.lines, ...newestOf(runs.lines)],
    ...required,
    unread: [...statuses.unread, ...runs.unread],
  };
}

type World<T> = {
  readonly kind: 'read' | 'no-commit';
  readonly lines: readonly T[];
  readonly unread: readonly string[];
};

type Page = { readonly per_page: number; readonly page: number };

async function readAll<T>(
  what: string,
  read: (page: Page) => Promise<readonly T[] | null>,
): Promise<World<T>> {
  try {
    let isThere = false;
    const { lines, isWhole } = await everyPage(PAGES_MAX, async (page) => {
      const found = await read(page);
      isThere ||= found !== null;
      return found ?? [];
    });
    const unread = isWhole ? [] : [`more than ${lines.length} ${what}`];
    return { kind: isThere ? 'read' : 'no-commit', lines, unread };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind: 'read', lines: [], unread: [`${what} (${error.failure.message})`] };
  }
}

async function statusesOf(client: Client, ref: string, page: Page): Promise<readonly Check[] | null> {
  const found = await client.find('/commits/{ref}/status', Combined, { ref, ...page });
  return (
    found?.statuses.map(({ context, state }) => ({ name: context, app: null, how: howOfStatus(state) })) ??
    null
  );
}

type Run = Check & { readonly id: number };

async function runsOf(client: Client, ref: string, page: Page): Promise<readonly Run[] | null> {
  const values = { ref, filter: 'latest', ...page };
  const found = await client.find('/commits/{ref}/check-runs', Runs, values);
  return (
    found?.check_runs.map(({ id, name, status, conclusion, app }) => ({
      id: id ?? 0,
      name,
      app: app == null ? null : { id: String(app.id), name: app.slug ?? String(app.id) },
      how: howOfRun(status, conclusion),
    })) ?? null
  );
}

/** `latest` is the latest of each suite, and one name may run in several: the one that was made last counts. */
function newestOf(runs: readonly Run[]): Check[] {
  const newest = new Map<string, Run>();
  for (const run of runs) {
    const key = `${run.app?.id ?? ''} ${run.name}`;
    if (run.id >= (newest.get(key)?.id ?? 0)) newest.set(key, run);
  }
  return [...newest.values()].map(({ name, app, how }) => ({ name, app, how }));
}
