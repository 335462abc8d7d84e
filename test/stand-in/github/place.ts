import type { Answer, Call } from '../../support/stand-in/index.ts';
import { filledFrom } from '../filled.ts';
import type { GitHubState } from './state.ts';

export type Place = {
  readonly state: GitHubState;
  readonly call: Call;
  /** Below the repository, each part unescaped. */
  readonly path: readonly string[];
};

/** Null: somebody else's. */
export type Handler = (place: Place) => Answer | null;

export const REPO = '/repos/{owner}/{repo}';

export function answer(call: Call, template: string, status: number, given: unknown): Answer {
  return { status, json: filledFrom('github-rest.json', call.method, template, status, given) };
}

export function no(status: number, message: string): Answer {
  return {
    status,
    json: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
  };
}

export function page<T>({ query }: Call, all: readonly T[]): readonly T[] {
  const size = Number(query.get('per_page') ?? 30);
  const from = (Number(query.get('page') ?? 1) - 1) * size;
  return all.slice(from, from + size);
}
