import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Reached } from '../source.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';

const PAGES_MAX = 5;
/** So many branches are compared: more would be a question for somebody with the repository at hand. */
const BRANCHES_MAX = 20;

const Relation = z.object({ status: z.enum(['diverged', 'ahead', 'behind', 'identical']) });
const Named = z.array(z.object({ name: z.string() }));
const Head = z.object({ sha: z.string() });

/** Whether a commit is in one of these branches: then comparing the branch with it finds it behind, or the same. */
export async function reachesOf(
  client: Client,
  branches: readonly string[],
  commit: string,
): Promise<Reached> {
  const { names, unread } = await namesFor(client, branches);
  const looked: string[] = [];
  for (const name of names.slice(0, BRANCHES_MAX)) {
    const isIn = await isReached(client, name, commit).catch(asFailed);
    if (isIn === true) return { branch: name, looked: [...looked, name], unread: [] };
    if (isIn === false) looked.push(name);
    else unread.push(`${name} (${isIn})`);
  }
  if (names.length > BRANCHES_MAX) unread.push(`${names.length - BRANCHES_MAX} more branches`);
  return { branch: null, looked, unread };
}

/** The branches that are named, and those that a pattern is for. */
async function namesFor(
  client: Client,
  branches: readonly string[],
): Promise<{ readonly names: readonly string[]; readonly unread: string[] }> {
  const patterns = branches.filter((name) => name.includes('*'));
  const named = branches.filter((name) => !name.includes('*'));
  if (patterns.length === 0) return { names: named, unread: [] };
  const { lines, isWhole } = await everyPage(PAGES_MAX, (page) => client.get('/branches', Named, page));
  const fitting = lines.map(({ name }) => name).filter((name) => patterns.some((each) => fits(name, each)));
  const unread = isWhole ? [] : [`branches beyond the first ${lines.length}`];
  return { names: [...new Set([...named, ...fitting])], unread };
}

function fits(name: string, pattern: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('[^/]*')}$`).test(name);
}

/** By its full name, so that no tag of the same name is taken for it. @throws {Failed} */
async function isReached(client: Client, branch: string, commit: string): Promise<boolean | string> {
  const head = await client.find('/commits/{ref}', Head, { ref: `heads/${branch}`, per_page: 1 });
  if (head === null) return 'there is no such branch';
  const basehead = `${head.sha}...${commit}`;
  const found = await client.get('/compare/{basehead}', Relation, { basehead, per_page: 1, page: 1 });
  return found.status === 'behind' || found.status === 'identical';
}

/** Two commits without a common past are both there, and neither is in the other. */
function asFailed(error: unknown): false | string {
  if (!(error instanceof Failed)) throw error;
  return /no common ancestor/i.test(error.failure.message) ? false : error.failure.message;
}
