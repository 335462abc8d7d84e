import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { nameNonsense } from '../../http/name-failure.ts';
import type { Around } from '../source.ts';
import { nameError } from './name-error.ts';
import { type Repository, repositoryOf, type Settings } from './settings.ts';
import { openSignIn, type SignIn } from './sign-in.ts';

/** One repository at GitHub. Every method rejects with `Failed`, and every answer is checked. */
export type Client = {
  readonly repository: Repository;
  /** Below `/repos/{owner}/{repo}`; what the path names in braces is among the values. */
  get<T>(path: string, Answer: z.ZodType<T>, values?: Values): Promise<T>;
  /** As `get`, and null where that is not there: 404, and 422 for what GitHub does not take for a commit. */
  find<T>(path: string, Answer: z.ZodType<T>, values?: Values): Promise<T | null>;
  /** Sent once, whatever becomes of it. */
  post<T>(path: string, Answer: z.ZodType<T>, values: Values): Promise<{ status: number; value: T }>;
};

export type Values = Readonly<Record<string, unknown>>;

/** The version of the API that the answers are read by. */
const API_VERSION = '2022-11-28';

export function openClient(settings: Settings, around: Around): Client {
  const repository = repositoryOf(settings);
  // Octokit is loaded when somebody asks for the first time: most processes never do.
  let opening: Promise<Opened> | null = null;
  const opened = () => {
    opening ??= openOnce(settings, around);
    return opening;
  };
  const nowMs = () => around.clock.nowMs();

  async function send<T>(how: 'GET' | 'POST', path: string, Answer: z.ZodType<T>, values: Values) {
    const asked = {
      request: `${how} GitHub ${repository.owner}/${repository.repo}${path}`,
      isMutating: how !== 'GET',
    };
    const once = async (again?: 'again') => {
      const { octokit, signIn } = await opened();
      // Octokit's retries know no difference between a question and a change.
      const request = how === 'GET' ? {} : { retries: 0 };
      const headers = { authorization: await signIn(again), 'x-github-api-version': API_VERSION };
      return octokit.request(`${how} /repos/{owner}/{repo}${path}`, {
        ...values,
        ...repository,
        headers,
        request,
      });
    };
    try {
      // A token that was turned away may have been another one a moment ago; nothing was done with it.
      const answer = await once().catch((error: unknown) =>
        isTurnedAway(error) ? once('again') : raise(error),
      );
      const value = Answer.safeParse(answer.data);
      if (!value.success) throw new Failed(nameNonsense(asked, whereIn(value.error)));
      return { status: answer.status as number, value: value.data };
    } catch (error) {
      throw nameError(error, asked, { redact: around.redact, nowMs });
    }
  }

  const get: Client['get'] = async (path, Answer, values = {}) =>
    (await send('GET', path, Answer, values)).value;
  return {
    repository,
    get,
    find: (path, Answer, values) =>
      get(path, Answer, values).catch((error: unknown) => {
        if (error instanceof Failed && isNothing(error)) return null;
        throw error;
      }),
    post: (path, Answer, values) => send('POST', path, Answer, values),
  };
}

type Opened = { readonly octokit: Octokit; readonly signIn: SignIn };

async function openOnce(settings: Settings, around: Around): Promise<Opened> {
  const { openOctokit } = await import('./octokit.ts');
  const octokit = openOctokit(settings, around);
  return { octokit, signIn: openSignIn(settings, around, octokit.request) };
}

function isTurnedAway(error: unknown): boolean {
  return (Object(error) as { readonly status?: unknown }).status === 401;
}

/** 422: "No commit found for SHA". */
function isNothing({ failure }: Failed): boolean {
  return (
    failure.code === 'not-found' || (failure.code === 'rejected' && / answered 422\b/.test(failure.message))
  );
}

function whereIn({ issues }: z.ZodError): string {
  const where = issues.slice(0, 3).map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`);
  return `unexpected at ${where.join(', ')}`;
}

function raise(error: unknown): never {
  throw error;
}
