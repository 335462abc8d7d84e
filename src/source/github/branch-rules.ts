import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';

/** A rule of a ruleset that is in force at a branch, in the fields that we read. */
export const Rule = z.object({
  type: z.string().optional(),
  parameters: z
    .object({
      required_status_checks: z
        .array(z.object({ context: z.string(), integration_id: z.int().nullish() }))
        .optional(),
      required_approving_review_count: z.int().nonnegative().optional(),
      dismiss_stale_reviews_on_push: z.boolean().optional(),
    })
    .optional(),
});
export type Rule = z.infer<typeof Rule>;

const PAGES_MAX = 3;

/** By rulesets: everybody who reads the repository may read them. @throws {Failed} */
export async function rulesAt(client: Client, branch: string): Promise<readonly Rule[]> {
  const { lines } = await everyPage(PAGES_MAX, (page) =>
    client.get('/rules/branches/{branch}', z.array(Rule), { branch, ...page }),
  );
  return lines;
}

/** What GitHub says to administrators where there is nothing of the kind; to everybody else it says "Not Found" for all. */
const NOTHING = /branch not protected|required status checks not enabled/i;

/** By the older protection; null where there is none. @throws {Failed} where the token may not know */
export async function olderAt<T>(
  client: Client,
  below: '' | '/required_status_checks',
  Answer: z.ZodType<T>,
  branch: string,
): Promise<T | null> {
  try {
    return await client.get(`/branches/{branch}/protection${below}`, Answer, { branch });
  } catch (error) {
    if (error instanceof Failed && error.failure.code === 'not-found' && NOTHING.test(error.message))
      return null;
    throw error;
  }
}

/** The branch that counts where none is named; null where it could not be read. */
export async function defaultBranch(client: Client): Promise<string | null> {
  return readable(async () => {
    const { default_branch } = await client.get('', z.object({ default_branch: z.string() }));
    return default_branch;
  });
}

/** What a token may not read, or a plan has not got, is not known. */
export async function readable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}
