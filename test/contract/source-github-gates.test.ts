import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import type { Source } from '../../src/source/source.ts';
import type { GitHub } from '../stand-in/github/index.ts';
import { zipOf } from '../support/zip.ts';
import { type OpenedGitHub, openGitHubSource, shaOf } from './source-github.ts';

/** What gates ask of GitHub: everything that is there, or a word for what could not be read. */

let world: GitHub;
let source: Required<Omit<Source, 'record'>>;
let opened: OpenedGitHub | null = null;

async function end(): Promise<void> {
  const last = opened;
  opened = null;
  await last?.close();
}
beforeEach(async () => {
  opened = await openGitHubSource();
  world = opened.world;
  source = opened.source as typeof source;
});
afterEach(end);

const done = (name: string, conclusion: string, more: object = {}) => ({
  name,
  status: 'completed',
  conclusion,
  ...more,
});

describe('what was checked', () => {
  test('is the newest of each app and name, from whichever suite it came', async () => {
    world.state.runs.set(shaOf(2), [
      done('ci', 'failure', { suite: 1 }),
      done('ci', 'success', { suite: 2 }),
      done('ci', 'failure', { app: { id: 9, slug: 'other' } }),
    ]);
    world.state.statuses.set(shaOf(2), [{ context: 'ci', state: 'success' }]);
    expect((await source.checked(shaOf(2))).checks).toEqual([
      { name: 'ci', app: null, how: 'pass' },
      { name: 'ci', app: { id: '15368', name: 'github-actions' }, how: 'pass' },
      { name: 'ci', app: { id: '9', name: 'other' }, how: 'fail' },
    ]);
  });

  test('goes on over all pages, and says when there are more than are read', async () => {
    const many = Array.from({ length: 250 }, (_, at) => done(`job ${at}`, 'success'));
    world.state.runs.set(shaOf(2), many);
    expect((await source.checked(shaOf(2))).checks).toHaveLength(250);
    world.state.runs.set(
      shaOf(2),
      Array.from({ length: 1_050 }, (_, at) => done(`job ${at}`, 'success')),
    );
    expect((await source.checked(shaOf(2))).unread).toEqual(['more than 1000 check runs']);
  });

  test('what could not be read is named, and so is what nobody may know to be required', async () => {
    world.state.forbidden = /check-runs/;
    world.state.required = { rules: null, classic: null };
    const found = await source.checked(shaOf(2));
    expect(found.required).toBeNull();
    world.state.required = { rules: [], classic: null };
    expect(await source.checked(shaOf(2))).toMatchObject({ required: [], mayRequireMore: true });
    world.state.required = { rules: [], classic: [] };
    world.state.hidesProtection = true;
    expect(await source.checked(shaOf(2))).toMatchObject({ required: [], mayRequireMore: true });
    world.state.hidesProtection = false;
    expect(await source.checked(shaOf(2))).toMatchObject({ required: [], mayRequireMore: false });
    expect(found.unread).toEqual([expect.stringContaining('check runs')]);
  });

  test('of a commit that is not there is no list without a word', async () => {
    expect((await source.checked('f'.repeat(40))).unread).toEqual(['the commit ffffffffffff']);
  });
});

describe('what brought a commit', () => {
  test('is its pull request, with everybody who wrote it and everything that was said of it', async () => {
    world.state.pulls.push({
      number: 7,
      commits: ['2a'.repeat(20), shaOf(2)],
      headSha: shaOf(2),
      mergeSha: shaOf(3),
      author: 'cat',
      reviews: [
        { login: 'dan', state: 'COMMENTED', commit: shaOf(2) },
        { login: 'dan', state: 'APPROVED', commit: '2a'.repeat(20) },
        { login: 'eve', state: 'CHANGES_REQUESTED', commit: shaOf(2) },
      ],
    });
    expect(await source.change(shaOf(2))).toEqual({
      name: '#7',
      authors: ['github:cat', 'github:ada'],
      anonymous: [shaOf(2).slice(0, 7)],
      head: shaOf(2),
      reviews: [
        { by: 'github:dan', says: 'approved', of: '2a'.repeat(20) },
        { by: 'github:eve', says: 'changes-requested', of: shaOf(2) },
      ],
      isTruncated: false,
    });
  });

  test('is approved by nobody who is a stranger or a program', async () => {
    const [commit, state] = [shaOf(2), 'APPROVED'];
    const reviews = [
      { login: 'mallory', state, commit, association: 'NONE' },
      { login: 'once', state, commit, association: 'CONTRIBUTOR' },
      { login: 'approver[bot]', state, commit },
      { login: 'dan', state, commit, association: 'COLLABORATOR' },
    ];
    world.state.pulls.push({ number: 7, commits: [commit], headSha: commit, mergeSha: commit, reviews });
    expect((await source.change(commit))?.reviews.map(({ by }) => by)).toEqual(['github:dan']);
  });

  test('is nothing where somebody pushed it', async () => {
    expect(await source.change(shaOf(1))).toBeNull();
  });

  test('cannot be known whole where it has more commits than GitHub lists', async () => {
    const commits = Array.from({ length: 260 }, (_, at) => `c${at.toString(16).padStart(39, '0')}`);
    const author = { name: 'Ada', login: 'ada' };
    for (const sha of commits)
      world.state.history.commits.push({
        sha,
        parents: [],
        message: 'x',
        author,
        at: '2026-11-04T09:00:00Z',
        files: [],
      });
    const [first = ''] = commits;
    world.state.pulls.push({
      number: 8,
      commits,
      headSha: first,
      mergeSha: first,
      author: 'ada',
      reviews: [],
    });
    expect(await source.change(first)).toMatchObject({ isTruncated: true });
  });
});

describe('what a branch demands', () => {
  test('is what its rulesets and its older protection demand together', async () => {
    world.state.rules.push(
      {
        type: 'pull_request',
        parameters: {
          required_approving_review_count: 2,
          dismiss_stale_reviews_on_push: true,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
      { type: 'non_fast_forward' },
    );
    world.state.protection = {
      required_status_checks: { contexts: ['ci'], checks: [] },
      required_pull_request_reviews: {
        required_approving_review_count: 1,
        dismiss_stale_reviews: false,
        require_code_owner_reviews: false,
      },
      allow_force_pushes: { enabled: true },
      allow_deletions: { enabled: false },
    };
    expect(await source.protection(null)).toEqual({
      branch: 'main',
      approvals: 2,
      forgetsStale: true,
      requiredChecks: ['ci'],
      forbidsForce: true,
      forbidsDeletion: true,
      demandsSignatures: false,
      unread: [],
    });
  });

  test('is nothing where nothing was set up, and is known to be nothing', async () => {
    expect(await source.protection('main')).toMatchObject({ approvals: 0, forbidsForce: false, unread: [] });
  });

  test('is not known where the token must not see it, but for what was seen', async () => {
    world.state.required = { rules: [], classic: null };
    world.state.rules.push({ type: 'non_fast_forward' });
    expect(await source.protection('main')).toMatchObject({
      approvals: null,
      requiredChecks: null,
      forbidsForce: true,
      unread: ['the branch protection, which takes an administrator'],
    });
  });
});

describe('whether a commit is in a branch', () => {
  test('is told by the branch, and never by a tag of the same name', async () => {
    const { history } = world.state;
    history.branches.set('main', shaOf(1));
    history.tags.set('main', { commit: shaOf(3), isAnnotated: false });
    expect(await source.reaches(['main'], shaOf(3))).toEqual({ branch: null, looked: ['main'], unread: [] });
    expect(await source.reaches(['main'], shaOf(1))).toMatchObject({ branch: 'main' });
  });

  test('may be asked of many by a pattern', async () => {
    const { history } = world.state;
    history.branches.set('main', shaOf(1));
    history.branches.set('release/2', shaOf(2));
    history.branches.set('release/2/fix', shaOf(3));
    expect(await source.reaches(['release/*'], shaOf(2))).toMatchObject({ branch: 'release/2' });
    expect(await source.reaches(['release/*'], shaOf(3))).toEqual({
      branch: null,
      looked: ['release/2'],
      unread: [],
    });
  });

  test('is not known where a branch is not there or cannot be compared', async () => {
    expect((await source.reaches(['mian'], shaOf(1))).unread).toEqual(['mian (there is no such branch)']);
    world.state.forbidden = /compare/;
    expect((await source.reaches(['main'], shaOf(1))).unread).toEqual([expect.stringMatching(/^main \(/)]);
  });

  test('is a no where they have no common past', async () => {
    const author = { name: 'Ada', login: 'ada' };
    const sha = 'b'.repeat(40);
    world.state.history.commits.push({
      sha,
      parents: [],
      message: 'x',
      author,
      at: '2026-11-04T09:00:00Z',
      files: [],
    });
    expect(await source.reaches(['main'], sha)).toEqual({ branch: null, looked: ['main'], unread: [] });
  });
});

describe('who signed a commit', () => {
  test('is GitHub’s word, for one commit and for each of a range', async () => {
    const { history } = world.state;
    history.commits.splice(
      0,
      history.commits.length,
      ...history.commits.map((one) => ({
        ...one,
        signature: one.sha === shaOf(2) ? 'unknown_key' : 'valid',
      })),
    );
    expect(await source.signature(shaOf(3))).toEqual({ isVerified: true, because: 'valid' });
    const { commits } = await source.compare('v1', 'v3');
    expect(commits.map(({ signature }) => signature?.because)).toEqual(['valid', 'unknown_key', 'valid']);
  });

  test('of a commit that is not there is no answer', async () => {
    await expect(source.signature('f'.repeat(40))).rejects.toThrow(Failed);
  });
});

describe('what is known to be unsafe', () => {
  const of = async (kind: string, commit = shaOf(3)) =>
    (await source.findings(commit)).find((each) => each.kind === kind);
  const look = (commit: string, more: object = {}) => ({
    commit,
    tool: 'CodeQL',
    at: commit === shaOf(3) ? '2026-11-03T11:00:00Z' : '2026-11-02T11:00:00Z',
    ...more,
  });

  test('in the code is what is open, once every tool has looked at this very commit', async () => {
    world.state.alerts.code = [{ severity: 'critical' }, { severity: '', level: 'warning' }];
    expect(await of('code')).toEqual({ kind: 'code', open: null, doubt: 'nothing has looked at it' });
    world.state.analyses.push(look(shaOf(3)), look(shaOf(2)));
    expect(await of('code')).toEqual({ kind: 'code', open: ['critical', 'medium'], doubt: null });
    world.state.analyses.unshift(look(shaOf(2), { category: '/language:go' }));
    expect(await of('code')).toMatchObject({
      open: null,
      doubt: 'CodeQL /language:go has not looked at 333333333333',
    });
  });

  test('a word for a severity that nobody knows is not the mildest', async () => {
    world.state.analyses.push(look(shaOf(3)));
    world.state.alerts.code = [{ severity: 'low' }];
    const mutate = (json: unknown) =>
      JSON.parse(
        JSON.stringify(json).replace('"security_severity_level":"low"', '"security_severity_level":"dire"'),
      );
    world.failNext({ mutate }, { path: /code-scanning\/alerts/ });
    expect(await of('code')).toMatchObject({ open: ['unknown'] });
  });

  test('in the code of an older commit is also what was fixed only afterwards', async () => {
    world.state.analyses.push(look(shaOf(3)), look(shaOf(2)));
    world.state.alerts.code = [
      { severity: 'high', fixedAt: '2026-11-03T11:00:00Z' },
      { severity: 'critical', fixedAt: '2026-11-01T11:00:00Z' },
    ];
    expect(await of('code', shaOf(2))).toEqual({ kind: 'code', open: ['high'], doubt: null });
    expect(await of('code', shaOf(3))).toEqual({ kind: 'code', open: [], doubt: null });
  });

  test('a look that broke is none', async () => {
    world.state.analyses.push(look(shaOf(3), { error: 'out of memory' }));
    expect(await of('code')).toMatchObject({ open: null, doubt: expect.stringContaining('out of memory') });
  });

  test('in dependencies is what the head has, and what has gone since', async () => {
    world.state.alerts.dependencies = [{ severity: 'high' }, { severity: 'low' }];
    expect(await of('dependencies')).toEqual({ kind: 'dependencies', open: ['high', 'low'], doubt: null });
    world.state.dependencyChanges = new Map([
      [
        `${shaOf(2)}...${shaOf(3)}`,
        [
          { change: 'removed', severity: 'moderate' },
          { change: 'added', severity: 'critical' },
        ],
      ],
    ]);
    expect(await of('dependencies', shaOf(2))).toMatchObject({
      open: ['high', 'low', 'medium'],
      doubt: null,
    });
    world.state.dependencyChanges = null;
    expect(await of('dependencies', shaOf(2))).toMatchObject({
      doubt: expect.stringContaining('main, which has gone on since'),
    });
  });

  test('a full page is not known to be all', async () => {
    world.state.alerts.dependencies = Array.from({ length: 130 }, () => ({ severity: 'low' }));
    expect(await of('dependencies')).toMatchObject({ doubt: 'there are 100 or more of low severity' });
  });

  test('secrets are counted, and never read', async () => {
    const secret = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
    world.state.alerts.secrets = [{ secret }];
    expect(await of('secrets')).toEqual({ kind: 'secrets', open: ['critical'], doubt: null });
    expect(
      world.calls({ path: /secret-scanning/ }).every(({ query }) => query.get('hide_secret') === 'true'),
    ).toBe(true);
  });

  test.each(['code', 'dependencies', 'secrets'] as const)(
    '%s that is switched off is not clean',
    async (kind) => {
      world.state.alerts[kind] = null;
      expect(await of(kind)).toMatchObject({ open: null, doubt: expect.stringMatching(/403|404/) });
    },
  );
});

describe('what a run has left behind', () => {
  const report = { 'reports/trivy.json': '{"SchemaVersion":2}', 'README.md': 'x'.repeat(5_000) };
  const artefact = (more: object = {}) => ({
    id: 5,
    name: 'trivy',
    commit: shaOf(3),
    zip: zipOf(report),
    ...more,
  });
  const read = (path = 'reports/trivy.json') => source.artefact(shaOf(3), 'trivy', path);

  test('is read by its name and path, the newest of this commit', async () => {
    world.state.artefacts.push(
      artefact({ id: 4, zip: zipOf({ 'reports/trivy.json': 'older' }) }),
      artefact(),
    );
    expect(await read()).toEqual({ text: '{"SchemaVersion":2}', madeAtMs: Date.UTC(2026, 10, 20, 10) });
    expect((await read('README.md'))?.text).toHaveLength(5_000);
  });

  test.each<[string, object]>([
    ['another commit', { commit: shaOf(2) }],
    ['a fork', { isOfFork: true }],
    ['a time that is over', { expired: true }],
    ['another name', { name: 'trivy-old' }],
  ])('of %s does not count', async (_, more) => {
    world.state.artefacts.push(artefact(more));
    expect(await read()).toBeNull();
  });

  test('without the file is none', async () => {
    world.state.artefacts.push(artefact());
    expect(await read('trivy.json')).toBeNull();
  });

  test.each<[string, Buffer]>([
    ['is cut off', zipOf(report).subarray(0, 90)],
    ['is empty', Buffer.alloc(0)],
    ['is something else', Buffer.from('no archive at all, but long enough to look into')],
    [
      'has broken bytes',
      Buffer.concat([zipOf(report).subarray(0, 50), Buffer.alloc(10), zipOf(report).subarray(60)]),
    ],
    ['has other words than it was packed with', zipOf(report, { sum: 7 })],
  ])('that %s is a failure with a name', async (_, zip) => {
    world.state.artefacts.push(artefact({ zip }));
    await expect(read()).rejects.toThrow(Failed);
  });

  test('that is too large is not even fetched', async () => {
    world.state.artefacts.push(artefact({ size: 50_000_000 }));
    await expect(read()).rejects.toThrow('is larger than 20 MB');
    expect(world.calls({ path: /_artefacts/ })).toHaveLength(0);
  });
});
