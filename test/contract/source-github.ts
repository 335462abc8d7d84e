import { openSource } from '../../src/source/index.ts';
import type { Source } from '../../src/source/source.ts';
import { type GitHub, openGitHub, REPOSITORY, TOKEN } from '../stand-in/github/index.ts';
import { sourceAround } from '../support/source-around.ts';

export const shaOf = (digit: number | string) => String(digit).repeat(40).slice(0, 40);

/** The history of `source.test.ts`, in a repository. v2 is an annotated tag. */
export function writeHistory({ state }: GitHub): void {
  const { history, runs } = state;
  const ada = { name: 'Ada', login: 'ada' };
  const ben = { name: 'Ben', login: null };
  const commit = (
    sha: string,
    parents: readonly string[],
    message: string,
    author: typeof ada | typeof ben,
    at: string,
    files: readonly string[],
  ) =>
    history.commits.push({
      sha,
      parents,
      message: `${message}\n\nWhy.`,
      author,
      at,
      files: files.map((filename) => ({
        filename,
        status: filename.includes('migrations/') ? 'added' : 'modified',
      })),
    });
  commit(shaOf(1), [], 'Begin', ada, '2026-10-01T09:00:00Z', ['orders.ts']);
  commit('2a'.repeat(20), [shaOf(1)], 'Add a column', ada, '2026-11-01T09:00:00Z', [
    'supabase/migrations/0001_add.sql',
  ]);
  commit(shaOf(2), ['2a'.repeat(20)], 'Read both columns', ben, '2026-11-02T09:00:00Z', ['orders.ts']);
  commit(shaOf(3), [shaOf(2)], 'Drop the old column', ada, '2026-11-03T10:00:00Z', ['orders.ts']);
  for (const [name, isAnnotated] of [
    ['v1', false],
    ['v2', true],
    ['v3', false],
  ] as const) {
    history.tags.set(name, { commit: shaOf(name.slice(1)), isAnnotated });
  }
  history.branches.set('main', shaOf(3));
  const done = (name: string, conclusion: string) => ({ name, status: 'completed', conclusion });
  runs.set(shaOf(2), [done('lint', 'success')]);
  runs.set(shaOf(3), [done('lint', 'failure'), done('types', 'success')]);
}

export type OpenedGitHub = { readonly world: GitHub; readonly source: Source; close(): Promise<void> };

export async function openGitHubSource(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<OpenedGitHub> {
  const world = await openGitHub();
  writeHistory(world);
  const source = openSource(
    {
      kind: 'github',
      settings: { repository: REPOSITORY, token: 'env:GITHUB_TOKEN', url: world.url, ...settings },
    },
    sourceAround('/nowhere', TOKEN),
  );
  return { world, source, close: () => world.close() };
}
