import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeploymentPage, fromList, Project, Rolling } from './schema.ts';
import { standingOf } from './standing.ts';
import { trafficOf } from './traffic.ts';

const NOW = 1_800_000_000_000;
const SHA = '0f3a9c1d2b4e5f60718293a4b5c6d7e8f9012345';

function listed(uid: string, more: object = {}) {
  return {
    uid,
    created: NOW - 60_000,
    readyState: 'READY',
    readySubstate: 'PROMOTED' as string | undefined,
    aliasAssigned: NOW - 30_000,
    target: 'production',
    meta: { githubCommitSha: SHA },
    ...more,
  };
}
const fresh = listed('dpl_new', { created: NOW - 1_000, readySubstate: 'STAGED', aliasAssigned: false });
const project = {
  id: 'prj_1',
  name: 'web',
  autoAssignCustomDomains: false,
  targets: { production: { id: 'dpl_old', alias: ['web.example.com'] } },
  lastAliasRequest: {
    fromDeploymentId: 'dpl_older',
    toDeploymentId: 'dpl_old',
    jobStatus: 'succeeded',
    requestedAt: NOW - 30_000,
    type: 'promote',
  },
};
const underway = {
  state: 'ACTIVE',
  currentDeployment: { id: 'dpl_old' },
  canaryDeployment: { id: 'dpl_new' },
  stages: [
    { index: 0, targetPercentage: 10 },
    { index: 1, targetPercentage: 100 },
  ],
  activeStage: { index: 0, targetPercentage: 10 },
};

type Answers = { project: object; deployments: object[]; rolling: object | null };

/** As an adapter reads it; null where the answers are no answers. */
function read({ project, deployments, rolling }: Answers) {
  const answers = {
    project: Project.safeParse(project),
    page: DeploymentPage.safeParse({ deployments, pagination: {} }),
    rolling: Rolling.safeParse({ rollingRelease: rolling }),
  };
  if (!answers.project.success || !answers.page.success || !answers.rolling.success) return null;
  const traffic = trafficOf(answers.project.data, answers.rolling.data.rollingRelease);
  return standingOf(answers.project.data, answers.page.data.deployments.map(fromList), traffic, NOW).releases;
}
const one = (deployment: object, of: object = project) =>
  read({ project: of, deployments: [deployment], rolling: null })?.[0];

describe('what Vercel says of a deployment that serves', () => {
  test.each([
    ['READY', 'healthy'],
    ['QUEUED', 'starting'],
    ['BUILDING', 'starting'],
    ['INITIALIZING', 'starting'],
    ['BLOCKED', 'unhealthy'],
    ['ERROR', 'gone'],
    ['CANCELED', 'gone'],
    ['DELETED', 'gone'],
    ['ready', 'unknown'],
    ['SUCCEEDED', 'unknown'],
    ['toString', 'unknown'],
  ])('“%s” is %s', (readyState, health) => {
    expect(one(listed('dpl_old', { readyState }))?.health).toBe(health);
  });

  test.each([
    [{ readySubstate: 'SHINY' }, 'unknown'],
    [{ readySubstate: 'STAGED' }, 'unknown'],
    [{ checksState: 'running' }, 'starting'],
    [{ checksState: 'completed', checksConclusion: 'succeeded' }, 'healthy'],
    [{ checksState: 'completed', checksConclusion: 'failed' }, 'unhealthy'],
    [{ checksState: 'completed', checksConclusion: 'neutral' }, 'unknown'],
    [{ checksState: 'dreaming' }, 'unknown'],
    [{ aliasAssigned: false }, 'starting'],
    [{ aliasError: { code: 'cert', message: 'no certificate' } }, 'unhealthy'],
  ])('%j makes it %s', (more, health) => {
    expect(one(listed('dpl_old', more))?.health).toBe(health);
  });

  test('is called by our mark, by its commit, or by its id', () => {
    const marked = { meta: { githubCommitSha: SHA, slipwayVersion: 'v2', slipwayIntent: 'd-1/x' } };
    expect(one(listed('dpl_old', marked))).toMatchObject({
      version: { name: 'v2', commit: SHA },
      intentId: 'd-1/x',
    });
    expect(one(listed('dpl_old'))?.version).toEqual({ name: '0f3a9c1d2b4e', commit: SHA });
    expect(one(listed('dpl_old', { meta: null }))?.version).toEqual({ name: 'dpl_old', commit: null });
  });
});

test('staged ones stand ready beside what serves, and old ones that nobody promoted do not', () => {
  const stale = listed('dpl_stale', { created: NOW - 90_000, readySubstate: 'STAGED', aliasAssigned: false });
  const releases = read({ project, deployments: [fresh, listed('dpl_old'), stale], rolling: null });
  expect(
    releases?.map(({ releaseId, health, trafficPercent }) => [releaseId, health, trafficPercent]),
  ).toEqual([
    ['dpl_new', 'healthy', 0],
    ['dpl_old', 'healthy', 100],
    ['dpl_stale', 'gone', 0],
  ]);
});

test.each([
  ['ACTIVE', [10, 90], ['healthy', 'healthy']],
  ['PAUSED', [0, 100], ['healthy', 'unknown']],
  ['COMPLETE', [0, 100], ['healthy', 'healthy']],
  ['ABORTED', [0, 100], ['healthy', 'healthy']],
] as const)('a rolling release that is %s', (state, shares, healths) => {
  const deployments = [
    state === 'ACTIVE' ? { ...fresh, readySubstate: 'ROLLING' } : fresh,
    listed('dpl_old'),
  ];
  const releases = read({ project, deployments, rolling: { ...underway, state } });
  expect(releases?.map(({ trafficPercent }) => trafficPercent)).toEqual(shares);
  expect(releases?.map(({ health }) => health)).toEqual(healths);
});

const junk = fc.oneof(
  fc.constantFrom(
    'READY',
    'READY ',
    'Ready',
    'ok',
    'PROMOTED',
    'STAGED',
    'ACTIVE',
    'succeeded',
    'pending',
    '',
    null,
    true,
    0,
    1,
    100,
    'dpl_new',
  ),
  fc.string({ maxLength: 12 }),
  fc.jsonValue({ maxDepth: 1 }),
);

test.each([
  ['one deployment serves', null],
  ['a rolling release is under way', underway],
])(
  'of 10,000 changed answers where %s none passes for healthy with traffic unless Vercel says so',
  (_, rolling) => {
    const answer: Answers = {
      project,
      deployments: [{ ...fresh, readyState: 'BUILDING' }, listed('dpl_old')],
      rolling,
    };
    const paths = pathsOf(answer);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(paths.length - 1), fc.boolean(), junk), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const changed = structuredClone(answer);
          for (const [index, isDropped, value] of changes)
            change(changed, paths[index] ?? [], isDropped, value);
          const releases = read(changed);
          if (releases === null) return;
          for (const { releaseId, health, trafficPercent } of releases) {
            if (health !== 'healthy' || trafficPercent === 0) continue;
            const said = changed.deployments.find((each) => Reflect.get(each, 'uid') === releaseId);
            expect(Reflect.get(said ?? {}, 'readyState') ?? Reflect.get(said ?? {}, 'state')).toBe('READY');
            expect(Reflect.get(said ?? {}, 'aliasError') ?? null).toBeNull();
            expect(JSON.stringify([changed.project, changed.rolling])).toContain(JSON.stringify(releaseId));
          }
          const sum = releases.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
          expect(sum).toBeLessThanOrEqual(100);
        },
      ),
      { numRuns: 10_000 },
    );
  },
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...at, key]));
  return [...(at.length > 1 ? [at] : []), ...inside].filter((path) => path.length > 0);
}

function change(root: object, at: Path, isDropped: boolean, value: unknown): void {
  const last = at.at(-1);
  const holder = at.slice(0, -1).reduce<unknown>((each, key) => Object(each)[key], root);
  if (last === undefined || typeof holder !== 'object' || holder === null) return;
  if (isDropped && !Array.isArray(holder)) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
}
