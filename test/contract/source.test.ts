import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import { openSource, sourceKinds } from '../../src/source/index.ts';
import type { Source } from '../../src/source/source.ts';
import { sourceAround } from '../support/source-around.ts';
import { openGitHubSource } from './source-github.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** v1 ← v2 ← v3, the same history in every member. v2 has two commits, v3 one; v3's lint failed. */
const HISTORY = `releases:
  - version: v3
    commit: 3333333333333333333333333333333333333333
    at: 2026-11-03T10:00:00Z
    commits:
      - { id: '33', author: { name: Ada, account: U0ADA }, title: Drop the old column }
    files: [orders.ts]
    migrations: [{ id: 0002-drop, phase: contract, isReversible: false }]
    configuration: { added: [], removed: [OLD_URL], changed: [LIMIT] }
    checks: [{ name: lint, state: fail }, { name: types, state: pass }]
  - version: v2
    commit: 2222222222222222222222222222222222222222
    at: 2026-11-02T10:00:00Z
    commits:
      - { id: '22', author: { name: Ben }, title: Read both columns, at: 2026-11-02T09:00:00Z }
      - { id: '21', author: { name: Ada, account: U0ADA }, title: Add a column, at: 2026-11-01T09:00:00Z }
    files: [orders.ts, lines.ts]
    migrations: [{ id: 0001-add, phase: expand, isReversible: true }]
    configuration: { added: [LIMIT], removed: [], changed: [] }
    checks: [{ name: lint, state: pass }]
  - version: v1
    commit: 1111111111111111111111111111111111111111
    commits: []
    files: []
    migrations: []
    configuration: { added: [], removed: [], changed: [] }
`;

let files = 0;
function changelog(text: string, ending = 'yml'): Source {
  files += 1;
  const file = `${files}.${ending}`;
  writeFileSync(join(folder, file), text);
  return openSource({ kind: 'changelog', settings: { file } }, sourceAround(folder));
}

type Opened = { readonly source: Source; close(): Promise<void> };
const members: { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  { name: 'changelog', open: async () => ({ source: changelog(HISTORY), close: async () => undefined }) },
  { name: 'github', open: () => openGitHubSource() },
];

test('every kind of source is held to the contract', () => {
  expect(members.map(({ name }) => name)).toEqual(sourceKinds.map(({ id }) => id));
});

describe.each(members)('the source $name', ({ open }) => {
  let source: Source;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ source, close } = await open());
  });
  afterAll(() => close());

  test('knows a version by its name, by its commit and by seven letters of that', async () => {
    const v2 = { name: 'v2', commit: '2222222222222222222222222222222222222222' };
    expect(await source.resolve('v2')).toEqual(v2);
    expect(await source.resolve(v2.commit)).toMatchObject({ commit: v2.commit });
    expect(await source.resolve('2222222')).toMatchObject({ commit: v2.commit });
  });

  test('answers null for what does not exist, and for too few letters of a commit', async () => {
    expect(await source.resolve('v9')).toBeNull();
    expect(await source.resolve('222222')).toBeNull();
  });

  test('names what there is, newest first and at most as many as asked for', async () => {
    expect(await source.names(2)).toEqual(['v3', 'v2']);
  });

  test('tells what the later version has: commits newest first, authors, files', async () => {
    const found = await source.compare('v1', 'v3');
    expect(found).toMatchObject({ relation: 'ahead', aheadBy: 3, behindBy: 0, isTruncated: false });
    expect(found.commits.map(({ title }) => title)).toEqual([
      'Drop the old column',
      'Read both columns',
      'Add a column',
    ]);
    expect(found.authors.map(({ name }) => name)).toEqual(['Ada', 'Ben']);
    expect(found.filesChanged).toBe(2);
    expect(found.commits.map(({ atMs }) => atMs)).toEqual([
      Date.UTC(2026, 10, 3, 10),
      Date.UTC(2026, 10, 2, 9),
      Date.UTC(2026, 10, 1, 9),
    ]);
  });

  test('says of a reversed range that it is behind, and how far, and lists nothing', async () => {
    expect(await source.compare('v3', 'v2')).toMatchObject({
      relation: 'behind',
      aheadBy: 0,
      behindBy: 1,
      commits: [],
      authors: [],
    });
  });

  test('finds no difference between a version and itself', async () => {
    expect(await source.compare('v2', 'v2')).toMatchObject({ relation: 'identical', commits: [] });
  });

  test('fails with not-found, and with nothing else, for what it cannot compare', async () => {
    for (const [base, head] of [
      ['v9', 'v1'],
      ['v1', 'v9'],
    ] as const) {
      const error = await source.compare(base, head).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Failed);
      expect((error as Failed).failure.code).toBe('not-found');
    }
  });

  test('says pass, fail or unknown of checks, and never pass for what nobody checked', async () => {
    expect(await source.checks('2222222222222222222222222222222222222222')).toMatchObject({ state: 'pass' });
    expect(await source.checks('3333333333333333333333333333333333333333')).toMatchObject({
      state: 'fail',
      failing: ['lint'],
    });
    expect(await source.checks('1111111111111111111111111111111111111111')).toMatchObject({
      state: 'unknown',
    });
    expect(await source.checks('9999999999999999999999999999999999999999')).toMatchObject({
      state: 'unknown',
    });
  });
});

test('migrations come in the order in which they run, with what is known of them', async () => {
  expect((await changelog(HISTORY).compare('v1', 'v3')).migrations).toEqual([
    { id: '0001-add', phase: 'expand', isReversible: true },
    { id: '0002-drop', phase: 'contract', isReversible: false },
  ]);
});

test('a key that was added on the way and changed later was added', async () => {
  expect((await changelog(HISTORY).compare('v1', 'v3')).configurationKeys).toEqual({
    added: ['LIMIT'],
    removed: ['OLD_URL'],
    changed: [],
  });
});

test('what a changelog does not speak of is not known, which is not none', async () => {
  const bare = HISTORY.replace(/^ {4}(?:files|migrations|configuration):.*\n/gm, '');
  expect(await changelog(bare).compare('v1', 'v3')).toMatchObject({
    filesChanged: null,
    migrations: null,
    configurationKeys: null,
  });
});

test('version 1.10 stays what was typed, in YAML and in JSON', async () => {
  const yaml = changelog('releases: [{ version: 1.10, commits: [] }, { version: 1.1, commits: [] }]\n');
  expect(await yaml.names(9)).toEqual(['1.10', '1.1']);
  const json = changelog('{ "releases": [{ "version": "1.10", "commits": [] }] }', 'json');
  expect(await json.resolve('1.10')).toEqual({ name: '1.10', commit: null });
});

test.each([
  ['releases: [{ version: v1, commits: [], migrations: [] }, { version: v0, commits: [] }]', 'migrations'],
  ['releases: [{ version: v1, commits: [] }, { version: v1, commits: [] }]', 'twice'],
  ['releases: [{ version: v1, comits: [] }]', 'comits'],
  ['releases: [{ version: v1, commits: [], at: yesterday }]', 'must be a day or a moment'],
  ['releases: [{ version: --force, commits: [] }]', 'releases.0.version'],
  ['a: &a [x]\nreleases: *a', 'neither YAML nor JSON'],
  ['{', 'neither YAML nor JSON'],
  ['', 'not a list of releases'],
])('the changelog %j is misunderstood: %s', async (text, because) => {
  const error = await changelog(text)
    .names(1)
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Failed);
  expect((error as Failed).failure).toMatchObject({ code: 'misunderstood', retryAfterMs: null });
  expect((error as Failed).failure.message).toContain(because);
});

test('a changelog of more than 1 MB is not read', async () => {
  const error = await changelog(`releases: [] #${'x'.repeat(1_100_000)}`)
    .names(1)
    .catch((caught: unknown) => caught);
  expect((error as Failed).message).toContain('larger than 1 MB');
});

test('a changelog that is not there is said to be missing, with its path', async () => {
  const source = openSource({ kind: 'changelog', settings: { file: 'none.yml' } }, sourceAround(folder));
  const error = await source.resolve('v1').catch((caught: unknown) => caught);
  expect((error as Failed).failure).toMatchObject({ code: 'not-found' });
  expect((error as Failed).message).toContain('none.yml');
});

test('no more than 250 commits are listed, and it is said that there are more', async () => {
  const commits = Array.from({ length: 308 }, (_, index) => ({
    id: `c${index}`,
    author: 'Ada',
    title: `Change ${index}`,
  }));
  const text = JSON.stringify({
    releases: [
      { version: 'v2', commits },
      { version: 'v1', commits: [] },
    ],
  });
  const found = await changelog(text, 'json').compare('v1', 'v2');
  expect(found).toMatchObject({ isTruncated: true, aheadBy: 308 });
  expect(found.commits).toHaveLength(250);
});
