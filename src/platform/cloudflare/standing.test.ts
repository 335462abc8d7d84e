import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { Envelope, WorkerDeployments } from './schema.ts';
import { standingOf, tableOf } from './standing.ts';

const OLD = 'aaaaaaaa-0000-4000-8000-000000000001';
const NEW = 'bbbbbbbb-0000-4000-8000-000000000002';
const names = (id: string) => ({ name: id === OLD ? 'v1' : 'v2', commit: null });
const at = { atMs: 1, url: 'https://api.example.com' };

/** As the API answers `GET …/deployments`, newest first. */
const recorded = {
  success: true,
  errors: [],
  messages: [],
  result: {
    deployments: [
      {
        id: 'd2',
        created_on: '2026-11-20T10:00:00Z',
        source: 'api',
        strategy: 'percentage',
        versions: [
          { version_id: NEW, percentage: 12.5 },
          { version_id: OLD, percentage: 87.5 },
        ],
        annotations: { 'workers/message': 'd-7f3a9k2m/route-13.api/staging/forward/1' },
      },
      {
        id: 'd1',
        created_on: '2026-11-20T09:00:00Z',
        source: 'api',
        strategy: 'percentage',
        versions: [
          { version_id: OLD, percentage: 100 },
          { version_id: NEW, percentage: 0 },
        ],
        annotations: { 'workers/message': 'd-7f3a9k2m/release.api/staging/forward/1' },
      },
      {
        id: 'd0',
        created_on: '2026-11-19T09:00:00Z',
        source: 'wrangler',
        strategy: 'percentage',
        versions: [{ version_id: OLD, percentage: 100 }],
        annotations: { 'workers/message': 'Automatic deployment on upload.' },
      },
    ],
  },
};

function standingFrom(answer: unknown) {
  const read = Envelope(WorkerDeployments).safeParse(answer);
  if (!read.success || !read.data.success) return null;
  return standingOf(read.data.result.deployments, names, at);
}

describe('what a Worker serves', () => {
  test('is the first deployment of the list, each version with its share', () => {
    expect(standingFrom(recorded)?.releases).toMatchObject([
      { releaseId: NEW, version: { name: 'v2' }, trafficPercent: 12.5, health: 'healthy' },
      { releaseId: OLD, version: { name: 'v1' }, trafficPercent: 87.5, health: 'healthy' },
    ]);
  });

  test('carries the intent that brought each version into the table, and none for what somebody else deployed', () => {
    expect(standingFrom(recorded)?.releases.map(({ intentId }) => intentId)).toEqual([
      'd-7f3a9k2m/release.api/staging/forward/1',
      null,
    ]);
  });

  test('is nothing where nothing was ever deployed', () => {
    expect(standingOf([], names, at).releases).toEqual([]);
  });

  test.each([
    ['another strategy', { strategy: 'cohorts' }],
    ['shares that do not make a hundred', { versions: [{ version_id: OLD, percentage: 90 }] }],
    [
      'a version that is named twice',
      {
        versions: [
          { version_id: OLD, percentage: 50 },
          { version_id: OLD, percentage: 50 },
        ],
      },
    ],
  ])('is unknown with %s', (_, change) => {
    const [first, ...others] = recorded.result.deployments;
    const changed = [{ ...first!, ...change }, ...others];
    expect(tableOf(changed)).toBeNull();
    expect(new Set(standingOf(changed, names, at).releases.map(({ health }) => health))).toEqual(
      new Set(['unknown']),
    );
  });
});

describe('an answer that was changed on its way', () => {
  const tables = [
    [{ version_id: OLD, percentage: 100 }],
    [{ version_id: NEW, percentage: 60 }],
    [
      { version_id: OLD, percentage: 30 },
      { version_id: NEW, percentage: 70 },
    ],
  ];

  test('never makes a version healthy with traffic unless it says so', () => {
    let healthy = 0;
    fc.assert(
      fc.property(changedAnswers(recorded, ['percentage', 'cohorts', ...tables]), (changed) => {
        const answer = changed as typeof recorded;
        const served = standingFrom(answer)?.releases.filter(
          ({ health, trafficPercent }) => health === 'healthy' && trafficPercent > 0,
        );
        if (served === undefined || served.length === 0) return;
        healthy += 1;
        const [first] = answer.result.deployments;
        const sum = first!.versions.reduce((total, { percentage }) => total + percentage, 0);
        expect(answer.success).toBe(true);
        expect(first!.strategy).toBe('percentage');
        expect(sum).toBeCloseTo(100, 2);
        for (const { releaseId, trafficPercent } of served) {
          expect(first!.versions).toContainEqual({ version_id: releaseId, percentage: trafficPercent });
        }
      }),
      { numRuns: 10_000, seed: 20_261_120 },
    );
    expect(healthy).toBeGreaterThan(1_000);
  });
});
