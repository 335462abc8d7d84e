import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import { openSource } from '../../src/source/index.ts';
import type { DeploymentRecord, Source } from '../../src/source/source.ts';
import { type GitHub, REPOSITORY, TOKEN } from '../stand-in/github/index.ts';
import { sourceAround } from '../support/source-around.ts';
import { type OpenedGitHub, openGitHubSource, shaOf } from './source-github.ts';

let world: GitHub;
let source: Source;
let opened: OpenedGitHub | null = null;

async function end(): Promise<void> {
  const last = opened;
  opened = null;
  await last?.close();
}
async function begin(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await end();
  opened = await openGitHubSource(settings);
  ({ world, source } = opened);
}
beforeEach(() => begin());
afterEach(end);

async function failureOf(doing: Promise<unknown> | undefined): Promise<Failure> {
  const error = await doing?.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

describe('what a name stands for', () => {
  test('is a tag before a branch of the same name, and a name before letters of a commit', async () => {
    world.state.history.branches.set('v1', shaOf(3));
    expect((await source.resolve('v1'))?.commit).toBe(shaOf(1));
    world.state.history.tags.set('3333333', { commit: shaOf(1), isAnnotated: false });
    expect(await source.resolve('3333333')).toEqual({ name: '3333333', commit: shaOf(1) });
  });

  test('may hold a slash', async () => {
    world.state.history.branches.set('feature/lines', shaOf(2));
    expect((await source.resolve('feature/lines'))?.commit).toBe(shaOf(2));
  });

  test('cannot be told in a repository that the token does not see, which is not "no such version"', async () => {
    world.state.isVisible = false;
    const failure = await failureOf(source.resolve('v1'));
    expect(failure).toMatchObject({ code: 'not-found', retryAfterMs: null });
    expect(failure.message).toContain('shows no repository acme/shop to this token');
  });
});

test('names put v10 before v9 and a release before its candidates, then come the branches', async () => {
  const { tags } = world.state.history;
  tags.clear();
  for (const name of ['v9.0.0', 'v10.0.0-rc.1', 'v10.0.0', 'v10.0.0-rc.2'])
    tags.set(name, { commit: shaOf(1), isAnnotated: false });
  expect(await source.names(9)).toEqual(['v10.0.0', 'v10.0.0-rc.2', 'v10.0.0-rc.1', 'v9.0.0', 'main']);
});

describe('a comparison', () => {
  function write(count: number): void {
    const { history } = world.state;
    const sha = (number: number) => `e${number.toString(16).padStart(39, '0')}`;
    for (let number = 1; number <= count; number++) {
      history.commits.push({
        sha: sha(number),
        parents: [number === 1 ? shaOf(3) : sha(number - 1)],
        message: `Change ${number}`,
        author: { name: 'Ada', login: 'ada' },
        at: '2026-11-04T09:00:00Z',
        files: [{ filename: `file-${number}`, status: 'added' }],
      });
    }
    history.branches.set('main', sha(count));
  }

  test('knows authors by their accounts, as people in slipway.yml does', async () => {
    expect((await source.compare('v1', 'v3')).authors).toEqual([
      { name: 'Ada', account: 'github:ada' },
      { name: 'Ben', account: null },
    ]);
  });

  test('of 250 commits lists all of them, newest first', async () => {
    write(250);
    const found = await source.compare('v3', 'main');
    expect(found.commits.map(({ title }) => title).slice(0, 2)).toEqual(['Change 250', 'Change 249']);
    expect(found).toMatchObject({ aheadBy: 250, isTruncated: false, filesChanged: 250 });
    expect(found.commits).toHaveLength(250);
  });

  test('of very many lists the newest, counts all of them, and says so', async () => {
    write(1_234);
    const found = await source.compare('v3', 'main');
    expect(found).toMatchObject({ aheadBy: 1_234, isTruncated: true, filesChanged: null });
    expect(found.commits.map(({ title }) => title).at(0)).toBe('Change 1234');
    expect(found.commits.map(({ title }) => title).at(-1)).toBe('Change 801');
  });

  test('of two that have parted says so, and of two without a common past that nothing can be said', async () => {
    const { history } = world.state;
    const author = { name: 'Ada', login: 'ada' };
    const more = { message: 'Aside', author, at: '2026-11-04T09:00:00Z', files: [] };
    history.commits.push({ sha: 'a'.repeat(40), parents: [shaOf(1)], ...more });
    history.commits.push({ sha: 'b'.repeat(40), parents: [], ...more });
    expect(await source.compare('a'.repeat(40), 'v2')).toMatchObject({
      relation: 'diverged',
      aheadBy: 2,
      behindBy: 1,
    });
    expect(await source.compare('b'.repeat(40), 'v2')).toMatchObject({
      relation: 'unrelated',
      aheadBy: null,
    });
  });

  test('knows migrations only where it was told which files those are', async () => {
    expect((await source.compare('v1', 'v3')).migrations).toBeNull();
    await begin({ migrations: ['supabase/migrations/**'] });
    expect((await source.compare('v1', 'v3')).migrations).toEqual([
      { id: '0001_add', phase: null, isReversible: null },
    ]);
    expect((await source.compare('v2', 'v3')).migrations).toEqual([]);
    write(400);
    // Not all files were named, so that none is not known to be none.
    expect((await source.compare('v3', 'main')).migrations).toBeNull();
  });

  test('knows keys of the configuration only where it was told where they are listed', async () => {
    expect((await source.compare('v1', 'v3')).configurationKeys).toBeNull();
    await begin({ configuration: ['.env.example'] });
    world.state.contents.set(`${shaOf(1)} .env.example`, 'PORT=80\nOLD_URL=x\n');
    world.state.contents.set(`${shaOf(3)} .env.example`, 'PORT=81\nNEW_URL=\n');
    expect((await source.compare('v1', 'v3')).configurationKeys).toEqual({
      added: ['NEW_URL'],
      removed: ['OLD_URL'],
      changed: ['PORT'],
    });
  });
});

describe('checks', () => {
  const done = (name: string, conclusion: string) => ({ name, status: 'completed', conclusion });

  test('of nothing but a combined status, which says pending of no statuses at all, are unknown', async () => {
    expect(await source.checks(shaOf(1))).toEqual({
      state: 'unknown',
      failing: [],
      because: 'no check of it has been heard of',
    });
  });

  test('come from both worlds', async () => {
    const { statuses, runs } = world.state;
    statuses.set(shaOf(1), [{ context: 'ci/old', state: 'success' }]);
    expect(await source.checks(shaOf(1))).toMatchObject({ state: 'pass' });
    statuses.set(shaOf(2), [{ context: 'ci/old', state: 'error' }]);
    expect(await source.checks(shaOf(2))).toMatchObject({ state: 'fail', failing: ['ci/old'] });
    runs.set(shaOf(1), [done('types', 'timed_out')]);
    expect(await source.checks(shaOf(1))).toMatchObject({ state: 'fail', failing: ['types'] });
  });

  test('count the latest of each name', async () => {
    world.state.runs.set(shaOf(2), [done('lint', 'failure'), done('lint', 'success')]);
    expect(await source.checks(shaOf(2))).toMatchObject({ state: 'pass' });
  });

  test('beyond the first page count as well', async () => {
    const many = Array.from({ length: 130 }, (_, at) =>
      done(`test ${at}`, at === 120 ? 'failure' : 'success'),
    );
    world.state.runs.set(shaOf(2), many);
    expect(await source.checks(shaOf(2))).toMatchObject({ state: 'fail', failing: ['test 120'] });
  });

  test('that are required, by rulesets or by the older protection, count alone', async () => {
    world.state.runs.set(shaOf(2), [done('lint', 'success'), done('slow', 'failure')]);
    world.state.required = { rules: ['lint'], classic: [] };
    expect(await source.checks(shaOf(2))).toMatchObject({ state: 'pass' });
    world.state.required = { rules: ['lint'], classic: ['types'] };
    expect(await source.checks(shaOf(2))).toMatchObject({
      state: 'unknown',
      because: 'required, and not heard of: types',
    });
    world.state.required = { rules: null, classic: null };
    expect(await source.checks(shaOf(2))).toMatchObject({ state: 'fail', failing: ['slow'] });
  });

  test('that may not be read are unknown, also where the rest is green', async () => {
    world.state.statuses.set(shaOf(2), [{ context: 'ci/old', state: 'success' }]);
    world.state.forbidden = /check-runs$/;
    const checks = await source.checks(shaOf(2));
    expect(checks.state).toBe('unknown');
    expect(checks.because).toContain('not readable: check runs');
  });

  test('of a word that nobody has heard of are unknown', async () => {
    const splendid = (json: unknown) => JSON.parse(JSON.stringify(json).replace('"success"', '"splendid"'));
    world.failNext({ mutate: splendid }, { path: /check-runs$/ });
    expect(await source.checks(shaOf(2))).toMatchObject({ state: 'unknown' });
  });
});

describe('reviews', () => {
  const pull = (reviews: readonly (readonly [string, string, string])[]) => {
    const said = reviews.map(([login, state, commit]) => ({ login, state, commit }));
    const [commits, headSha, mergeSha] = [[shaOf(2)], shaOf(8), shaOf(2)];
    world.state.pulls.splice(0, 9, { number: 7, commits, headSha, mergeSha, reviews: said });
  };

  test('count when they are of what was merged, the latest of each reviewer', async () => {
    pull([
      ['cleo', 'CHANGES_REQUESTED', shaOf(7)],
      ['cleo', 'APPROVED', shaOf(8)],
      ['cleo', 'COMMENTED', shaOf(8)],
    ]);
    expect(await source.reviews?.(shaOf(2))).toMatchObject({
      state: 'approved',
      approvedBy: [{ name: 'cleo', account: 'github:cleo' }],
      because: 'cleo approved #7',
    });
  });

  test('of something older than what was merged do not count', async () => {
    pull([['cleo', 'APPROVED', shaOf(7)]]);
    expect(await source.reviews?.(shaOf(2))).toMatchObject({ state: 'not-approved', approvedBy: [] });
  });

  test('that were dismissed do not count, and one that asks for changes stands', async () => {
    pull([
      ['cleo', 'APPROVED', shaOf(8)],
      ['cleo', 'DISMISSED', shaOf(8)],
    ]);
    expect((await source.reviews?.(shaOf(2)))?.state).toBe('not-approved');
    pull([
      ['cleo', 'APPROVED', shaOf(8)],
      ['dana', 'CHANGES_REQUESTED', shaOf(8)],
    ]);
    expect((await source.reviews?.(shaOf(2)))?.state).toBe('changes-requested');
  });

  test('of a commit that no pull request brought, and those that may not be read, are unknown', async () => {
    expect((await source.reviews?.(shaOf(1)))?.state).toBe('unknown');
    pull([['cleo', 'APPROVED', shaOf(8)]]);
    world.state.forbidden = /reviews$/;
    expect((await source.reviews?.(shaOf(2)))?.state).toBe('unknown');
  });
});

describe('alerts', () => {
  test('are clean only where all three were looked for and nothing was found', async () => {
    expect(await source.alerts?.()).toMatchObject({ state: 'clean' });
  });

  test.each(['code', 'dependencies', 'secrets'] as const)(
    'of %s that are switched off are not clean',
    async (kind) => {
      world.state.alerts[kind] = null;
      const alerts = await source.alerts?.();
      expect(alerts?.state).toBe('unknown');
      expect(alerts?.say).toContain(`alerts of ${kind} not available`);
      expect(alerts?.kinds.find(({ name }) => name === kind)?.open).toBeNull();
    },
  );

  test('are counted, and no secret is ever sent to us', async () => {
    const secret = 'AKIA0000000000000000';
    world.state.alerts.secrets = [{ secret }];
    world.state.alerts.code = [{ severity: 'critical' }, { severity: 'low' }];
    const alerts = await source.alerts?.();
    expect(alerts).toMatchObject({
      state: 'open',
      say: '2 open alerts of code (1 high or critical), no open alerts of dependencies, 1 open alerts of secrets',
    });
    const [call] = world.calls({ path: /secret-scanning/ });
    expect(call?.query.get('hide_secret')).toBe('true');
  });
});

describe('the record of deployments', () => {
  const told = (
    state: DeploymentRecord['state'],
    intent = 'd-00000001/web/production',
  ): DeploymentRecord => ({
    intent,
    commit: shaOf(2),
    environment: 'production',
    state,
    say: `v2 to production by U0ADA (${state})`,
  });
  const posts = () => world.calls({ method: 'POST' }).map(({ path }) => path.replace(/\d{3,}/, '{id}'));
  beforeEach(() => begin({ record: true, environments: { production: 'Production' } }));

  test('is kept only where that is wanted', async () => {
    await begin();
    expect(source.record).toBeUndefined();
  });

  test('merges nothing, waits for no checks, and is one deployment with its states', async () => {
    await source.record?.(told('in-progress'));
    await source.record?.(told('in-progress'));
    await source.record?.(told('success'));
    expect(world.state.deployments).toMatchObject([
      {
        sha: shaOf(2),
        environment: 'Production',
        task: 'deploy',
        payload: { intent: 'd-00000001/web/production' },
        statuses: [{ state: 'success' }, { state: 'in_progress' }],
      },
    ]);
    const [call] = world.calls({ method: 'POST', path: /\/deployments$/ });
    expect(call?.body).toMatchObject({ auto_merge: false, required_contexts: [] });
  });

  test('is made once, whatever becomes of the answer', async () => {
    world.failNext('lose-answer', { method: 'POST', path: /\/deployments$/ });
    expect(await failureOf(source.record?.(told('in-progress')))).toMatchObject({ code: 'outcome-unknown' });
    expect(posts()).toEqual(['/repos/acme/shop/deployments']);
    await source.record?.(told('in-progress'));
    expect(world.state.deployments).toHaveLength(1);
    await source.record?.(told('in-progress', 'd-00000002/web/production'));
    expect(world.state.deployments).toHaveLength(2);
  });

  test.each([500, 503, 'lose-call', 'truncate', 'nonsense'] as const)(
    'sends a change once when it meets %s, and does not believe that nothing happened',
    async (fault) => {
      world.failNext(fault, { method: 'POST', path: /\/deployments$/ });
      expect(await failureOf(source.record?.(told('in-progress')))).toMatchObject({
        code: 'outcome-unknown',
      });
      expect(posts()).toHaveLength(1);
    },
  );

  test('is not there after 202, which makes nothing', async () => {
    const merged = { status: 202, json: { message: 'Auto-merged main into topic-branch' } };
    world.failNext(merged, { method: 'POST', path: /\/deployments$/ });
    expect(await failureOf(source.record?.(told('in-progress')))).toMatchObject({
      code: 'rejected',
      message: 'GitHub answered 202 and made no deployment: Auto-merged main into topic-branch',
    });
  });

  test('says nothing of what was called off before it was kept', async () => {
    await source.record?.(told('inactive'));
    expect(world.state.deployments).toEqual([]);
  });
});

describe('signing in', () => {
  test('takes a token that has been changed meanwhile', async () => {
    const read: string[] = [];
    const settings = { repository: REPOSITORY, token: 'env:GITHUB_TOKEN', url: world.url };
    const renewed = openSource(
      { kind: 'github', settings },
      {
        ...sourceAround('/nowhere'),
        secret: async (_, how) => {
          read.push(how ?? 'remembered');
          return { open: () => (how === 'again' ? TOKEN : 'old-token-old-token') };
        },
      },
    );
    expect((await renewed.resolve('v1'))?.commit).toBe(shaOf(1));
    expect(read).toEqual(['remembered', 'again']);
  });

  test('as an App asks for a token once, and again when it is turned away', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const app = { id: 12, installation: 34, key: 'file:/run/secrets/app.pem' };
    const settings = { repository: REPOSITORY, app, url: world.url };
    const opened = openSource({ kind: 'github', settings }, sourceAround('/nowhere', key));
    await opened.resolve('v1');
    await opened.resolve('v2');
    const asked = () => world.calls({ path: '/app/installations/34/access_tokens' }).length;
    expect(asked()).toBe(1);
    world.tokens.clear();
    expect((await opened.resolve('v2'))?.commit).toBe(shaOf(2));
    expect(asked()).toBe(2);
  });

  test('with what is no key says so and calls nobody', async () => {
    const app = { id: 12, installation: 34, key: 'env:APP_KEY' };
    const settings = { repository: REPOSITORY, app, url: world.url };
    const opened = openSource({ kind: 'github', settings }, sourceAround('/nowhere', 'not-a-key-at-all'));
    expect(await failureOf(opened.resolve('v1'))).toMatchObject({ code: 'rejected' });
    expect(world.calls()).toEqual([]);
  });

  test.each([
    [{}, 'either a token or an app'],
    [{ token: 'env:A', app: { id: 1, installation: 2, key: 'env:B' } }, 'either a token or an app'],
    [{ token: 'env:A', repository: 'acme/..' }, 'an owner and a name'],
    [{ token: 'env:A', repository: 'acme/shop/../other' }, 'an owner and a name'],
    [{ token: 'gh_theTokenItself' }, 'where the secret is kept'],
  ])('%j is refused: %s', (settings, because) => {
    const asked = { repository: REPOSITORY, ...settings };
    expect(() => openSource({ kind: 'github', settings: asked }, sourceAround('/'))).toThrow(because);
  });
});

describe('when GitHub does not answer as it should', () => {
  test.each([
    ['lose-answer', 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    ['nonsense', 'misunderstood'],
  ] as const)('%s is %s', async (fault, code) => {
    for (let time = 0; time < 4; time++) world.failNext(fault, { path: /tags%2Fv1$/ });
    expect(await failureOf(source.resolve('v1'))).toMatchObject({ code });
  });

  test('a question is asked again once', async () => {
    world.failNext(503, { path: /tags%2Fv1$/ });
    expect((await source.resolve('v1'))?.commit).toBe(shaOf(1));
  });

  test('whoever asks too often is told when to come again', async () => {
    const limited = {
      status: 403,
      retryAfter: '90',
      json: { message: 'You have exceeded a secondary rate limit.' },
    };
    world.failNext(limited, { path: /tags%2Fv1$/ });
    expect(await failureOf(source.resolve('v1'))).toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 90_000,
    });
    world.failNext({ ...limited, retryAfter: undefined } as never, { path: /tags%2Fv2$/ });
    expect(await failureOf(source.resolve('v2'))).toMatchObject({
      code: 'rate-limited',
      retryAfterMs: 60_000,
    });
  });
});

describe('the files of a folder', () => {
  const write = (commit: string, files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) world.state.contents.set(`${commit} ${path}`, text);
  };
  const read = async (commit: string) =>
    (await source.files?.(commit, 'db/migrations/', ['.sql']))?.toSorted((a, b) =>
      a.path < b.path ? -1 : 1,
    );

  test('are those of the commit, also further down, and only those with these endings', async () => {
    write(shaOf(2), {
      'db/migrations/1_é.sql': "select 'ß'",
      'db/migrations/2/migration.sql': 'select 2',
      'db/migrations/README.md': 'no',
      'db/other.sql': 'no',
    });
    write(shaOf(3), { 'db/migrations/1_é.sql': 'select 3' });
    expect(await read(shaOf(2))).toEqual([
      { path: '1_é.sql', text: "select 'ß'" },
      { path: '2/migration.sql', text: 'select 2' },
    ]);
    expect(await read(shaOf(3))).toEqual([{ path: '1_é.sql', text: 'select 3' }]);
  });

  test('are not read again while nothing in them has changed', async () => {
    write(shaOf(2), { 'db/migrations/1.sql': 'select 1' });
    write(shaOf(3), { 'db/migrations/1.sql': 'select 1' });
    const calls = () => world.calls({ path: /contents/ }).length;
    await read(shaOf(2));
    const before = calls();
    await read(shaOf(3));
    expect(calls()).toBe(before + 1);
  });

  test('that are not there are not none', async () => {
    await expect(read(shaOf(2))).rejects.toMatchObject({ failure: { code: 'not-found' } });
  });

  test('are refused where one of them is a link: leaving it out would be a script that is never run', async () => {
    write(shaOf(2), { 'db/migrations/1.sql': 'select 1', 'db/migrations/2.sql': '../other.sql' });
    world.state.links.add(`${shaOf(2)} db/migrations/2.sql`);
    await expect(read(shaOf(2))).rejects.toThrow('db/migrations/2.sql is a link');
  });

  test('are refused where there are more than GitHub lists', async () => {
    const many = Array.from({ length: 1_000 }, (_, at) => [`db/migrations/${at}.sql`, ''] as const);
    write(shaOf(2), Object.fromEntries(many));
    await expect(read(shaOf(2))).rejects.toMatchObject({ failure: { code: 'rejected' } });
  });
});
