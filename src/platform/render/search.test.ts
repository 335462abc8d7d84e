import { expect, test } from 'vitest';
import { openKnownDeploys } from './known-deploys.ts';
import type { Deploy } from './schema.ts';
import { candidatesOf, foundAmong } from './search.ts';
import { imageOf, isOfVersion } from './version.ts';

const SINCE = Date.parse('2026-11-20T12:00:00Z');
const good = { name: 'v1', commit: '1'.repeat(40) };

function deploy(id: string, more: Partial<Deploy> = {}): Deploy {
  return { id, trigger: 'api', commit: { id: good.commit }, createdAt: '2026-11-20T12:00:05Z', ...more };
}

test('only what was started over the API, in its time and of this commit, may be ours', () => {
  const deploys = [
    deploy('ours'),
    deploy('pushed', { trigger: 'new_commit' }),
    deploy('early', { createdAt: '2026-11-20T11:50:00Z' }),
    deploy('timeless', { createdAt: undefined }),
    deploy('other', { commit: { id: '2'.repeat(40) } }),
    deploy('back', { trigger: 'rollback' }),
  ];
  const ids = (doing: 'replace' | 'restore') =>
    candidatesOf(deploys, { doing, version: good, sinceMs: SINCE }).map(({ id }) => id);
  expect(ids('replace')).toEqual(['ours']);
  expect(ids('restore')).toEqual(['back']);
});

test('two that may be ours are named, with what to do about them', () => {
  const found = foundAmong([deploy('dep-1'), deploy('dep-2')], {
    doing: 'replace',
    version: good,
    sinceMs: SINCE,
  });
  expect(found).toMatchObject({ kind: 'ambiguous', say: expect.stringMatching(/dep-1 .*dep-2 .*resolve/) });
});

test('an image keeps its host and its name, and changes its tag or digest', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const service = (imagePath: string) => ({ imagePath }) as Parameters<typeof imageOf>[0];
  expect(imageOf(service('ghcr.io:443/acme/shop'), 'v2')).toBe('ghcr.io:443/acme/shop:v2');
  expect(imageOf(service('docker.io/acme/shop:v1'), digest)).toBe(`docker.io/acme/shop@${digest}`);
  expect(imageOf(service(`docker.io/acme/shop@${digest}`), 'v2')).toBe('docker.io/acme/shop:v2');
  expect(
    isOfVersion(deploy('x', { commit: null, image: { ref: `a/b@${digest}` } }), {
      name: digest,
      commit: null,
    }),
  ).toBe(true);
});

test('what this process made for another call is not taken for this one', () => {
  const known = openKnownDeploys();
  known.note('dep-1', 'a');
  expect([
    known.isOfAnother('dep-1', 'a'),
    known.isOfAnother('dep-1', 'b'),
    known.isOfAnother('dep-2', 'b'),
  ]).toEqual([false, true, false]);
  for (let index = 0; index < 1_000; index++) known.note(`later-${index}`, 'a');
  expect(known.isOfAnother('dep-1', 'b')).toBe(false);
});
