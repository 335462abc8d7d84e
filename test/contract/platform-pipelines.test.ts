import { afterEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import { githubActions, gitlabCi, jenkins } from '../../src/platform/pipeline/index.ts';
import type { Intent, LogQuery, Site, Sought } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import { TOKEN as GITHUB_TOKEN, type GitHub, openGitHub } from '../stand-in/github/index.ts';
import { TOKEN as GITLAB_TOKEN, openGitLab } from '../stand-in/gitlab/index.ts';
import { TOKEN as JENKINS_TOKEN, openJenkins, USER } from '../stand-in/jenkins/index.ts';
import { openStandIn } from '../support/stand-in/index.ts';

const target = 'api/staging';
const everyLine: LogQuery = { releaseId: null, sinceMs: 0, linesMax: 100, contains: null, level: null };
/** As a workflow writes it. */
const input = (name: string) => `$\{{ inputs.${name} }}`;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

let counted = 0;
function intent(of = target): Intent {
  counted += 1;
  return { id: `d-00000001/replace.${of}/forward/${counted}`, deploymentId: 'd-00000001' };
}
const version = (name: string) => ({ name, commit: null });
const sought = (name: string): Sought => ({
  doing: 'replace',
  version: version(name),
  sinceMs: Date.now() - 1_000,
});

async function failureOf(doing: Promise<unknown> | undefined): Promise<Failure> {
  const error = await doing?.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}
const shown = async (site: Site) =>
  (await site.look()).releases.map(
    ({ version: { name }, trafficPercent, health }) => `${name} ${trafficPercent} ${health}`,
  );

async function openActions(
  address: object = {},
  runName = `Deploy ${input('version')} (${input('slipway')})`,
) {
  const world: GitHub = await openGitHub();
  ends.push(() => world.close());
  for (const file of ['deploy.yml', 'rollback.yml']) {
    world.actions.workflows.set(file, { inputs: ['version', 'sha', 'slipway', 'to'], runName });
  }
  const platform = githubActions.open('ci', { token: 'env:T', url: world.url }, aroundWith(GITHUB_TOKEN));
  const read = { repository: 'acme/shop', workflow: 'deploy.yml', ...address };
  const siteAt = (id: string) => platform.site({ id, address: read });
  return { world, actions: world.actions, site: siteAt(target), siteAt };
}

describe('GitHub Actions', () => {
  test('is told the version, the commit, what is fixed and our mark, and says which run it is', async () => {
    const { world, actions, site } = await openActions({ commitInput: 'sha', inputs: { to: 'staging' } });
    const order = intent();
    const sha = 'c'.repeat(40);
    const { releaseId } = await site.replace!(order, { name: 'v2', commit: sha });
    expect(releaseId).toBe(String(actions.runs[0]?.id));
    const [call] = world.calls({ method: 'POST' });
    expect(call?.body).toEqual({
      ref: 'main',
      inputs: { to: 'staging', version: 'v2', sha, slipway: `slipway ${order.id} v2 ${sha}` },
      return_run_details: true,
    });
    actions.settle();
    expect((await site.look()).releases).toMatchObject([
      { version: { name: 'v2', commit: sha }, intentId: order.id, health: 'healthy' },
    ]);
  });

  test('of an older age answers 204, and the run is found by its name', async () => {
    const { actions, site } = await openActions();
    actions.isOld = true;
    actions.start('deploy.yml', { version: 'v9' });
    const { releaseId } = await site.replace!(intent(), version('v2'));
    expect(releaseId).toBe(String(actions.runs[0]?.id));
  });

  test('of an older age, whose run is not listed yet, is not guessed at, and nothing is sent again', async () => {
    const { world, actions, site } = await openActions();
    actions.isOld = true;
    actions.start('deploy.yml', { version: 'v9' });
    actions.isListedAtOnce = false;
    const order = intent();
    expect(await failureOf(site.replace!(order, version('v2')))).toMatchObject({
      code: 'outcome-unknown',
      retryAfterMs: 5_000,
    });
    // Somebody else's run shows no mark, and ours is not there yet.
    expect((await site.find(order, sought('v2'))).kind).toBe('ambiguous');
    for (const run of actions.runs) run.isHidden = false;
    expect(await site.find(order, sought('v2'))).toMatchObject({ kind: 'found' });
    expect(world.calls({ method: 'POST' })).toHaveLength(1);
  });

  test('whose run-name does not show the mark leaves a person to decide after a lost answer', async () => {
    const { world, site } = await openActions({}, 'Deploy');
    const order = intent();
    world.failNext('lose-answer', { method: 'POST' });
    await failureOf(site.replace!(order, version('v2')));
    const found = await site.find(order, sought('v2'));
    expect(found).toMatchObject({ kind: 'ambiguous' });
    expect(found.kind === 'ambiguous' ? found.say : '').toContain('no run shows a mark of ours');
  });

  test('shows one place nothing of what the same workflow does for another', async () => {
    const { actions, site, siteAt } = await openActions({ only: 'to staging' });
    await siteAt('web/staging').replace!(intent('web/staging'), version('v7'));
    await site.replace!(intent(), version('v2'));
    actions.start('deploy.yml', {});
    actions.settle();
    expect(await shown(site)).toEqual(['v2 100 healthy']);
  });

  test('still knows what serves when many runs have failed since', async () => {
    const { actions, site } = await openActions();
    await site.replace!(intent(), version('v1'));
    actions.settle();
    for (let count = 0; count < 40; count++) actions.end(actions.start('deploy.yml', {}), 'failure');
    expect((await shown(site)).filter((line) => line.includes(' 100 '))).toEqual(['v1 100 healthy']);
  });

  test('goes back by the workflow that is for it', async () => {
    const { actions, site } = await openActions({
      rollback: { workflow: 'rollback.yml', inputs: { to: 'back' } },
    });
    const old = await site.replace!(intent(), version('v1'));
    actions.settle();
    await site.replace!(intent(), version('v2'));
    actions.settle();
    const back = { releaseId: old.releaseId, version: version('v1'), insteadOf: null };
    const { releaseId } = await site.restore!(intent(), back);
    expect(actions.runs[0]).toMatchObject({
      workflow: 'rollback.yml',
      inputs: { to: 'back', version: 'v1' },
    });
    actions.settle();
    expect((await site.look()).releases[0]).toMatchObject({
      releaseId,
      trafficPercent: 100,
      health: 'healthy',
    });
  });

  test('leaves alone what somebody else has started', async () => {
    const { actions, site } = await openActions();
    const old = await site.replace!(intent(), version('v1'));
    actions.settle();
    const theirs = actions.start('deploy.yml', {});
    await site.restore!(intent(), { releaseId: old.releaseId, version: version('v1'), insteadOf: null });
    expect(theirs.status).toBe('queued');
  });

  test('cannot go back to what nobody knows', async () => {
    const { actions, site } = await openActions();
    const theirs = actions.start('deploy.yml', {});
    actions.settle();
    await site.replace!(intent(), version('v2'));
    actions.settle();
    const back = { releaseId: String(theirs.id), version: version('run-1'), insteadOf: null };
    const failure = await failureOf(site.restore!(intent(), back));
    expect(failure).toMatchObject({ code: 'rejected', retryAfterMs: null });
    expect(failure.message).toContain('deploy a version that you name');
  });

  test('which refuses an input says which', async () => {
    const { site } = await openActions({ inputs: { region: 'eu' } });
    const failure = await failureOf(site.replace!(intent(), version('v2')));
    expect(failure.code).toBe('rejected');
    expect(failure.message).toContain('region');
  });

  test('hands out the log of what has ended, without secrets and without showing its storage who we are', async () => {
    const { world, actions, site } = await openActions();
    await site.replace!(intent(), version('v2'));
    expect(await site.logs(everyLine)).toEqual([]);
    actions.settle();
    const lines = await site.logs(everyLine);
    expect(lines.map(({ text }) => text)).toContain('with Bearer [redacted]');
    expect(lines.at(-1)).toMatchObject({ level: 'error', text: 'it ended', version: 'v2' });
    expect(world.calls({ path: /^\/_logs/ })[0]?.headers['authorization']).toBeUndefined();
  });

  test.each([
    { workflow: 'deploy.yml/../../x.yml' },
    { workflow: 'deploy' },
    { repository: 'acme/..' },
    { repository: 'acme' },
    { ref: '../main' },
    { proof: { url: 'ftp://example.com', header: 'x' } },
    { proof: { url: 'https://example.com' } },
    { region: 'eu' },
  ])('does not take %j for an address', (wrong) => {
    const address = { repository: 'acme/shop', workflow: 'deploy.yml', ...wrong };
    expect(githubActions.Address.safeParse(address).success).toBe(false);
  });
});

describe('an address that proves what answers', () => {
  async function openProven(json: unknown, headers: Record<string, string> = {}) {
    const world = { json, headers, status: 200 };
    const front = await openStandIn({ spec: null, basePath: '', handle: () => ({ ...world }) });
    ends.push(() => front.close());
    return { world, front };
  }

  test('is asked for a header, or for a place in its JSON', async () => {
    const { world, front } = await openProven({ build: { commit: 'v2' } }, { 'x-version': 'v1' });
    const { actions, site } = await openActions({
      proof: { url: `${front.url}/health`, json: 'build.commit' },
    });
    await site.replace!(intent(), version('v2'));
    actions.settle();
    expect(await shown(site)).toEqual(['v2 100 healthy']);
    world.json = { build: { commit: { no: 'text' } } };
    expect(await shown(site)).toEqual(['v2 100 unknown']);
    world.status = 503;
    expect(await shown(site)).toEqual(['v2 100 unhealthy']);
    expect(front.calls()[0]?.headers['authorization']).toBeUndefined();
  });

  test('has the last word over a run that succeeded', async () => {
    const { front } = await openProven({}, { 'x-version': 'v1' });
    const { actions, site } = await openActions({ proof: { url: `${front.url}/`, header: 'X-Version' } });
    await site.replace!(intent(), version('v1'));
    actions.settle();
    await site.replace!(intent(), version('v2'));
    actions.settle();
    expect(await shown(site)).toEqual(['v2 0 starting', 'v1 100 healthy']);
    expect((await site.capabilities()).replace).toMatchObject({ can: true, caveats: [] });
  });

  test('spares a run for going back when what was before answers still', async () => {
    const { front } = await openProven({}, { 'x-version': 'v1' });
    const { actions, site } = await openActions({ proof: { url: `${front.url}/`, header: 'x-version' } });
    const old = await site.replace!(intent(), version('v1'));
    actions.settle();
    await site.replace!(intent(), version('v2'));
    actions.end(actions.runs[0]!, 'failure');
    const back = { releaseId: old.releaseId, version: version('v1'), insteadOf: null };
    expect(await site.restore!(intent(), back)).toEqual(old);
    expect(actions.runs).toHaveLength(2);
  });

  test('does not vouch for what a run may have half replaced when it was called off', async () => {
    const { front } = await openProven({}, { 'x-version': 'v1' });
    const { actions, site } = await openActions({ proof: { url: `${front.url}/`, header: 'x-version' } });
    const old = await site.replace!(intent(), version('v1'));
    actions.settle();
    await site.replace!(intent(), version('v2'));
    actions.runs[0]!.status = 'in_progress';
    const back = { releaseId: old.releaseId, version: version('v1'), insteadOf: null };
    expect(await site.restore!(intent(), back)).not.toEqual(old);
    expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual([null, 'cancelled', 'success']);
  });

  test('where it is missing, that is said before anybody approves', async () => {
    const { site } = await openActions();
    const { replace } = await site.capabilities();
    expect(replace?.can === true ? replace.caveats.join() : '').toContain(
      'nothing proves which version answers',
    );
  });
});

describe('GitLab CI', () => {
  async function open(address: object = {}) {
    const world = await openGitLab();
    ends.push(() => world.close());
    const platform = gitlabCi.open('ci', { token: 'env:T', url: world.url }, aroundWith(GITLAB_TOKEN));
    const site = platform.site({ id: target, address: { project: 'acme/shop', ...address } });
    return { world, state: world.state, site };
  }

  test('is told everything in variables, and what pushes start is no deployment', async () => {
    const { state, site } = await open({ variables: { DEPLOY_TO: 'staging' }, commitVariable: 'SHA' });
    state.start({}, 'push');
    state.start({ DEPLOY_TO: 'production', VERSION: 'v9' }, 'web');
    const order = intent();
    await site.replace!(order, version('v2'));
    expect(state.pipelines[0]?.variables).toEqual({
      DEPLOY_TO: 'staging',
      SHA: '',
      VERSION: 'v2',
      SLIPWAY: `slipway ${order.id} v2 -`,
    });
    state.settle();
    expect(await shown(site)).toEqual(['v2 100 healthy']);
  });

  test('is asked for the variables of each pipeline once, and for none where its name shows the mark', async () => {
    const { world, state, site } = await open();
    await site.replace!(intent(), version('v2'));
    state.settle();
    for (let look = 0; look < 3; look++) await site.look();
    expect(world.calls({ path: /variables$/ })).toHaveLength(1);
    state.workflowName = 'Deploy $SLIPWAY';
    await site.replace!(intent(), version('v3'));
    state.maysReadVariables = false;
    state.settle();
    expect((await shown(site))[0]).toBe('v3 100 healthy');
  });

  test('that may not read variables says so instead of taking our run for nobody’s', async () => {
    const { state, site } = await open();
    await site.replace!(intent(), version('v2'));
    state.maysReadVariables = false;
    expect(await failureOf(site.look())).toMatchObject({ code: 'unauthorized' });
  });

  test('goes back with other variables, and stays at its place', async () => {
    const { state, site } = await open({
      variables: { DEPLOY_TO: 'staging' },
      rollback: { variables: { MODE: 'back' } },
    });
    const old = await site.replace!(intent(), version('v1'));
    state.settle();
    await site.replace!(intent(), version('v2'));
    state.pipelines[0]!.status = 'running';
    await site.restore!(intent(), { releaseId: old.releaseId, version: version('v1'), insteadOf: null });
    expect(state.pipelines[1]?.status).toBe('canceled');
    expect(state.pipelines[0]?.variables).toMatchObject({
      DEPLOY_TO: 'staging',
      MODE: 'back',
      VERSION: 'v1',
    });
    state.settle();
    expect((await site.look()).releases[0]).toMatchObject({ version: { name: 'v1' }, trafficPercent: 100 });
  });

  test('hands out logs without colours and secrets', async () => {
    const { state, site } = await open();
    await site.replace!(intent(), version('v2'));
    state.settle();
    expect((await site.logs(everyLine)).map(({ level, text }) => [level, text])).toEqual([
      ['info', 'deploy: $ deploy v2'],
      ['info', 'deploy: with Bearer [redacted]'],
      ['error', 'deploy: ERROR: Job ended'],
    ]);
  });
});

describe('Jenkins', () => {
  async function open(address: object = {}) {
    const world = await openJenkins();
    ends.push(() => world.close());
    const settings = { url: world.url, user: USER, token: 'env:T' };
    const platform = jenkins.open('ci', settings, aroundWith(JENKINS_TOKEN));
    const siteAt = (id: string) => platform.site({ id, address: { job: 'shop/deploy', ...address } });
    return { world, state: world.state, site: siteAt(target), siteAt };
  }

  test('makes one of two equal orders that wait, and two of two of ours', async () => {
    const { state, site, siteAt } = await open();
    const somebody = [1, 2].map(() => state.enqueue('shop/deploy', { VERSION: 'v1' }).queueId);
    expect(new Set(somebody).size).toBe(1);
    const ours = [await site.replace!(intent(), version('v2')), await site.replace!(intent(), version('v2'))];
    expect(new Set(ours.map(({ releaseId }) => releaseId)).size).toBe(2);
    await siteAt('api/production').replace!(intent('api/production'), version('v2'));
    expect(state.all).toHaveLength(4);
  });

  test('shows what waits, what is built and what has ended under one name', async () => {
    const { state, site } = await open();
    const { releaseId } = await site.replace!(intent(), version('v2'));
    const health = async () =>
      (await site.look()).releases.map((one) => [one.releaseId, one.health, one.say] as const);
    expect(await health()).toEqual([[releaseId, 'starting', 'Waiting for next available executor']]);
    state.begin(state.all[0]!);
    expect(await health()).toEqual([[releaseId, 'starting', 'its build is under way']]);
    state.settle();
    expect(await health()).toEqual([[releaseId, 'healthy', 'its build succeeded']]);
  });

  test('calls off what waits, and aborts what is built', async () => {
    const { state, site } = await open();
    const old = await site.replace!(intent(), version('v1'));
    state.settle();
    const back = { releaseId: old.releaseId, version: version('v1'), insteadOf: null };
    await site.replace!(intent(), version('v2'));
    expect(await site.restore!(intent(), back)).toEqual(old);
    expect(state.all[0]?.result).toBe('ABORTED');
    await site.replace!(intent(), version('v3'));
    state.begin(state.all[0]!);
    // What was built already may be half done, so that the version of before is deployed again.
    expect(await site.restore!(intent(), back)).not.toEqual(old);
    expect(state.all[1]).toMatchObject({ result: 'ABORTED', parameters: { VERSION: 'v3' } });
  });

  test('says of what somebody cancelled in the queue, which leaves no build, that it is gone', async () => {
    const { state, site } = await open();
    await site.replace!(intent(), version('v2'));
    state.end(state.all[0]!, 'ABORTED');
    expect((await site.look()).releases).toMatchObject([
      { health: 'gone', say: 'was cancelled while it waited in the queue' },
    ]);
  });

  test('drops parameters that the job does not declare, and a lost answer is then for a person', async () => {
    const { world, state, site } = await open();
    state.jobs.set('shop/deploy', ['VERSION']);
    const order = intent();
    world.failNext('lose-answer', { method: 'POST' });
    expect((await failureOf(site.replace!(order, version('v2')))).code).toBe('outcome-unknown');
    expect(await site.find(order, sought('v2'))).toMatchObject({ kind: 'ambiguous' });
  });

  test('is signed in to with a user and a token, and hands out logs', async () => {
    const { state, site } = await open();
    await site.replace!(intent(), version('v2'));
    state.settle();
    expect((await site.logs({ ...everyLine, contains: 'Bearer' })).map(({ text }) => text)).toEqual([
      'with Bearer [redacted]',
    ]);
  });

  test.each(['shop/../admin', '/shop', 'shop/', '..', 'shop//deploy', 'shop/deploy?x', '%2e%2e'])(
    'does not take %j for a job',
    (job) => expect(jenkins.Address.safeParse({ job }).success).toBe(false),
  );
});
