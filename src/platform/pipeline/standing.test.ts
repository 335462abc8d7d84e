import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runOf as runOfWorkflow, stageOf as stageOfWorkflow, WorkflowRun } from './github-actions/run-of.ts';
import { Address as GitLabAddress } from './gitlab-ci/address.ts';
import { FoundPipeline, runOf as runOfPipeline, stageOf as stageOfPipeline } from './gitlab-ci/run-of.ts';
import { Address as JenkinsAddress } from './jenkins/address.ts';
import { Build, runOfBuild, stageOf as stageOfBuild } from './jenkins/run-of.ts';
import type { Run } from './pipeline.ts';
import { isSaidBy, type Proven } from './proof.ts';
import { standingOf } from './standing.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const SHA = '0f3a9c1d2b4e5f60718293a4b5c6d7e8f9012345';
const markFor = (name: string, number = 1) =>
  `slipway d-7f3a9k2m/replace.api/staging/forward/${number} ${name} ${name === 'v2' ? SHA : '-'}`;

let counted = 0;
function run(stage: Run['stage'], name: string, more: Partial<Run> = {}): Run {
  counted += 1;
  const endedAtMs = stage === 'succeeded' || stage === 'ended' ? NOW - 100_000 + counted : null;
  return {
    id: `${counted}`,
    mark: { intentId: `d-7f3a9k2m/replace.api/staging/forward/${counted}`, version: { name, commit: null } },
    version: { name, commit: name === 'v2' ? SHA : null },
    isVersionKnown: true,
    isByHand: true,
    stage,
    say: `its run ${stage}`,
    url: null,
    startedAtMs: NOW - 200_000 + counted,
    endedAtMs,
    ...more,
  };
}
const seen = (says: string): Proven => ({ kind: 'seen', says });
const notAsked: Proven = { kind: 'not-asked' };
const shown = (runs: readonly Run[], proven: Proven = notAsked) =>
  standingOf(runs, proven, null, NOW).releases.map(
    ({ version, trafficPercent, health }) => `${version.name} ${trafficPercent} ${health}`,
  );

describe('without a proof', () => {
  test('what the last successful run deployed serves', () => {
    const [old, fresh] = [run('succeeded', 'v1'), run('succeeded', 'v2')];
    expect(shown([fresh, old])).toEqual(['v2 100 healthy', 'v1 0 gone']);
  });
  test('the last is the one that ended last, whichever began first', () => {
    const [old, fresh] = [run('succeeded', 'v1', { endedAtMs: NOW }), run('succeeded', 'v2')];
    expect(shown([fresh, old])).toEqual(['v2 0 gone', 'v1 100 healthy']);
  });
  test('a run that failed since leaves a doubt that is said', () => {
    const [old, fresh] = [run('succeeded', 'v1'), run('ended', 'v2')];
    expect(shown([fresh, old])).toEqual(['v2 0 gone', 'v1 100 healthy']);
    expect(standingOf([fresh, old], notAsked, null, NOW).releases[1]?.say).toContain('left behind');
  });
  test('nothing serves where nothing ever succeeded', () => {
    expect(shown([run('running', 'v2'), run('ended', 'v1')])).toEqual(['v2 0 starting', 'v1 0 gone']);
  });
  test("what somebody else's run deployed, without saying what, is not healthy", () => {
    const theirs = run('succeeded', 'run-7', { mark: null, isVersionKnown: false });
    expect(shown([theirs])).toEqual(['run-7 100 unknown']);
  });
  test('what has ended is shown for a day, and what serves for ever', () => {
    const long = { startedAtMs: NOW - 9e8, endedAtMs: NOW - 8e8 };
    expect(shown([run('ended', 'v2', long), run('succeeded', 'v1', long)])).toEqual(['v1 100 healthy']);
  });
});

describe('with an address that proves what answers', () => {
  test('the new one is healthy only when it answers', () => {
    const [old, fresh] = [run('succeeded', 'v1'), run('succeeded', 'v2')];
    expect(shown([fresh, old], seen('v1'))).toEqual(['v2 0 starting', 'v1 100 healthy']);
    expect(shown([fresh, old], seen(SHA.slice(0, 7)))).toEqual(['v2 100 healthy', 'v1 0 gone']);
  });
  test('one whose run goes on is not healthy, though it answers', () => {
    const [old, fresh] = [run('succeeded', 'v1'), run('running', 'v2')];
    expect(shown([fresh, old], seen('v2'))).toEqual(['v2 100 starting', 'v1 0 starting']);
  });
  test('one whose run failed has to be taken back when it answers all the same', () => {
    const [old, fresh] = [run('succeeded', 'v1'), run('ended', 'v2')];
    const { releases } = standingOf([fresh, old], seen('v2'), null, NOW);
    expect(releases[0]).toMatchObject({ trafficPercent: 100, health: 'unhealthy', isHopeless: true });
  });
  test('what nobody deployed is shown, and is not ours', () => {
    expect(shown([run('succeeded', 'v1')], seen('hotfix'))).toEqual(['v1 0 starting', 'hotfix 100 unknown']);
  });
  test('an address that does not answer is no proof', () => {
    const silent = (isDown: boolean): Proven => ({ kind: 'silent', isDown, say: 'no' });
    expect(shown([run('succeeded', 'v1')], silent(true))).toEqual(['v1 100 unhealthy']);
    expect(shown([run('succeeded', 'v1')], silent(false))).toEqual(['v1 100 unknown']);
  });
  test.each([
    ['v2', true],
    [SHA, true],
    [SHA.slice(0, 7), true],
    [`${SHA}-dirty`, true],
    [SHA.slice(0, 6), false],
    ['v', false],
    ['v20', false],
    ['', false],
  ])('%j is v2: %s', (says, is) => expect(isSaidBy({ name: 'v2', commit: SHA }, says)).toBe(is));
});

test.each([
  ['queued', null, 'queued'],
  ['waiting', null, 'queued'],
  ['requested', null, 'queued'],
  ['pending', null, 'queued'],
  ['in_progress', null, 'running'],
  ['completed', 'success', 'succeeded'],
  ['completed', 'failure', 'ended'],
  ['completed', 'cancelled', 'ended'],
  ['completed', 'timed_out', 'ended'],
  ['completed', 'skipped', 'ended'],
  ['completed', 'action_required', 'ended'],
  ['completed', 'stale', 'ended'],
  ['completed', 'neutral', 'unknown'],
  ['completed', null, 'unknown'],
  ['completed', 'SUCCESS', 'unknown'],
  ['success', 'success', 'unknown'],
  [null, 'success', 'unknown'],
])('GitHub’s %s and %s is %s', (status, conclusion, stage) => {
  expect(stageOfWorkflow({ status, conclusion }).stage).toBe(stage);
});

test.each([
  ['created', 'queued'],
  ['waiting_for_resource', 'queued'],
  ['preparing', 'queued'],
  ['pending', 'queued'],
  ['scheduled', 'queued'],
  ['running', 'running'],
  ['manual', 'running'],
  ['canceling', 'running'],
  ['success', 'succeeded'],
  ['failed', 'ended'],
  ['canceled', 'ended'],
  ['skipped', 'ended'],
  ['Success', 'unknown'],
  ['constructor', 'unknown'],
])('GitLab’s %s is %s', (status, stage) => expect(stageOfPipeline(status).stage).toBe(stage));

test.each([
  [true, null, 'running'],
  [true, 'SUCCESS', 'running'],
  [false, 'SUCCESS', 'succeeded'],
  [false, 'UNSTABLE', 'ended'],
  [false, 'FAILURE', 'ended'],
  [false, 'NOT_BUILT', 'ended'],
  [false, 'ABORTED', 'ended'],
  [false, null, 'unknown'],
  [false, 'success', 'unknown'],
])('Jenkins’ building %s with %s is %s', (building, result, stage) => {
  expect(stageOfBuild({ building, result }).stage).toBe(stage);
});

/** One good answer of each service, how it is read, and whether an item of it says that it has succeeded. */
const kinds = [
  {
    name: 'GitHub',
    answer: [
      {
        id: 2,
        run_number: 2,
        event: 'workflow_dispatch',
        display_title: markFor('v2', 2),
        status: 'in_progress',
        conclusion: null,
        head_sha: SHA,
        html_url: 'https://github.com/acme/shop/actions/runs/2',
        created_at: '2026-11-20T11:00:00Z',
        updated_at: '2026-11-20T11:05:00Z',
      },
      {
        id: 1,
        run_number: 1,
        event: 'workflow_dispatch',
        display_title: markFor('v1'),
        status: 'completed',
        conclusion: 'success',
        head_sha: SHA,
        html_url: 'https://github.com/acme/shop/actions/runs/1',
        created_at: '2026-11-20T10:00:00Z',
        updated_at: '2026-11-20T10:05:00Z',
      },
    ],
    read(json: unknown): Run[] | null {
      const read = WorkflowRun.array().safeParse(json);
      return read.success ? read.data.map(runOfWorkflow) : null;
    },
    saysSuccess: (item: Record<string, unknown>) =>
      item['status'] === 'completed' && item['conclusion'] === 'success',
  },
  {
    name: 'GitLab',
    answer: [
      {
        id: 2,
        status: 'running',
        source: 'api',
        created_at: '2026-11-20T11:00:00Z',
        updated_at: '2026-11-20T11:05:00Z',
        web_url: null,
        name: markFor('v2', 2),
      },
      {
        id: 1,
        status: 'success',
        source: 'api',
        created_at: '2026-11-20T10:00:00Z',
        updated_at: '2026-11-20T10:05:00Z',
        web_url: null,
        name: markFor('v1'),
      },
    ],
    read(json: unknown): Run[] | null {
      const read = FoundPipeline.array().safeParse(json);
      const address = GitLabAddress.parse({ project: 'acme/shop' });
      return read.success
        ? read.data.map((one) => runOfPipeline(one, new Map(), address)).filter((one) => one !== null)
        : null;
    },
    saysSuccess: (item: Record<string, unknown>) => item['status'] === 'success',
  },
  {
    name: 'Jenkins',
    answer: [
      {
        number: 2,
        queueId: 12,
        building: true,
        result: null,
        timestamp: NOW - 3_600_000,
        duration: 0,
        url: 'https://jenkins.example.com/job/deploy/2/',
        actions: [{}, { parameters: [{ name: 'SLIPWAY', value: markFor('v2', 2) }] }],
      },
      {
        number: 1,
        queueId: 11,
        building: false,
        result: 'SUCCESS',
        timestamp: NOW - 7_200_000,
        duration: 300_000,
        url: 'https://jenkins.example.com/job/deploy/1/',
        actions: [{}, { parameters: [{ name: 'SLIPWAY', value: markFor('v1') }] }],
      },
    ],
    read(json: unknown): Run[] | null {
      const read = Build.array().safeParse(json);
      const address = JenkinsAddress.parse({ job: 'deploy' });
      return read.success
        ? read.data.map((one) => runOfBuild(one, address)).filter((one) => one !== null)
        : null;
    },
    saysSuccess: (item: Record<string, unknown>) =>
      item['building'] === false && item['result'] === 'SUCCESS',
  },
];

const junk = fc.oneof(
  fc.constantFrom('success', 'Success', 'SUCCESS', 'succeeded', 'ok', 'completed', '', null, true, false, 1),
  fc.string({ maxLength: 12 }),
  fc.jsonValue({ maxDepth: 1 }),
);

test.each(kinds)(
  'of 10,000 changed answers of $name none passes for healthy with traffic unless it says so',
  ({ answer, read, saysSuccess }) => {
    expect(read(answer)?.map(({ stage }) => stage)).toEqual(['running', 'succeeded']);
    const paths = pathsOf(answer);
    const changes = fc.array(fc.tuple(fc.nat(paths.length - 1), fc.constantFrom('drop', 'set'), junk), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, (made) => {
        const changed = structuredClone(answer) as object[];
        for (const [index, how, value] of made) change(changed, paths[index] ?? [], how, value);
        const runs = read(changed);
        if (runs === null) return;
        const { releases } = standingOf(runs, notAsked, null, NOW);
        const serving = releases.filter(({ trafficPercent }) => trafficPercent > 0);
        expect([0, 1]).toContain(serving.length);
        for (const { health, version } of serving) {
          if (health !== 'healthy') continue;
          expect(changed.some((item) => saysSuccess(item as Record<string, unknown>))).toBe(true);
          expect(version.name).not.toMatch(/^run-/);
        }
      }),
      { numRuns: 10_000 },
    );
  },
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    ...(at.length > 0 ? [at] : []),
    ...Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...at, key])),
  ];
}

function change(root: object, at: Path, how: string, value: unknown): void {
  const last = at.at(-1);
  const holder = at.slice(0, -1).reduce<unknown>((one, key) => Object(one)[key], root);
  if (last === undefined || typeof holder !== 'object' || holder === null) return;
  if (how === 'drop') Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
}
