import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deployment, Service } from './schema.ts';
import { type Names, standingOf } from './standing.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const arn = (revision: number) => `arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:${revision}`;
const names: Names = {
  taskDefinitionOf: (revision) => (/^rev[1-9]$/.test(revision) ? arn(Number(revision.slice(3))) : null),
  versionOf: (definition) => ({ name: `v${definition.at(-1)}`, commit: null }),
  intentOf: () => null,
};
const service = {
  serviceArn: 'arn',
  status: 'ACTIVE',
  taskDefinition: arn(2),
  desiredCount: 3,
  runningCount: 3,
};
const tasks = (revision: number, runningTaskCount: number, weight?: number) => ({
  arn: `rev${revision}`,
  requestedTaskCount: 3,
  runningTaskCount,
  ...(weight === undefined ? {} : { requestedProductionTrafficWeight: weight }),
});
const deployment = (status: string, more: object = {}) => ({
  serviceDeploymentArn: 'dep',
  status,
  createdAt: new Date(NOW),
  targetServiceRevision: tasks(2, 0),
  sourceServiceRevisions: [tasks(1, 3)],
  ...more,
});
const shown = (deployments: readonly object[], of: object = service) =>
  standingOf(Service.parse(of), Deployment.array().parse(deployments), names, null, NOW).releases.map(
    ({ releaseId, health, trafficPercent }) => [releaseId, health, trafficPercent],
  );

describe('what ECS says of a deployment', () => {
  test.each([
    ['PENDING', 'starting'],
    ['IN_PROGRESS', 'starting'],
    ['STOP_REQUESTED', 'unhealthy'],
    ['STOPPED', 'gone'],
    ['ROLLBACK_REQUESTED', 'unhealthy'],
    ['ROLLBACK_IN_PROGRESS', 'unhealthy'],
    ['ROLLBACK_SUCCESSFUL', 'gone'],
    ['ROLLBACK_FAILED', 'unhealthy'],
    ['SUCCESFUL', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s, and what was before has the traffic', (status, health) => {
    expect(shown([deployment(status)])).toEqual([
      ['shop:2', health, 0],
      ['shop:1', 'healthy', 100],
    ]);
  });

  test('SUCCESSFUL is healthy with all of it, and what came before is gone', () => {
    const older = deployment('SUCCESSFUL', { targetServiceRevision: tasks(1, 0) });
    expect(shown([deployment('SUCCESSFUL'), older])).toEqual([
      ['shop:2', 'healthy', 100],
      ['shop:1', 'gone', 0],
    ]);
  });

  test('a success of which no task runs is not healthy', () => {
    expect(shown([deployment('SUCCESSFUL')], { ...service, runningCount: 0 })).toEqual([
      ['shop:2', 'unhealthy', 100],
    ]);
  });

  test('a shift by ECS itself shows the shares that ECS tells, a rolling one those of the tasks', () => {
    const canary = deployment('IN_PROGRESS', { targetServiceRevision: tasks(2, 3, 10) });
    expect(shown([canary])).toEqual([
      ['shop:2', 'starting', 10],
      ['shop:1', 'healthy', 90],
    ]);
    const rolling = deployment('IN_PROGRESS', {
      targetServiceRevision: tasks(2, 1),
      sourceServiceRevisions: [tasks(1, 3)],
    });
    expect(shown([rolling])).toEqual([
      ['shop:2', 'starting', 25],
      ['shop:1', 'healthy', 75],
    ]);
  });

  test('after ninety days, when no deployment is kept, the service tells what runs', () => {
    const primary = (rolloutState?: string) => ({
      ...service,
      deployments: [{ status: 'PRIMARY', taskDefinition: arn(2), rolloutState }],
    });
    expect(shown([], primary('COMPLETED'))).toEqual([['shop:2', 'healthy', 100]]);
    expect(shown([], primary('FAILED'))).toEqual([['shop:2', 'unhealthy', 100]]);
    expect(shown([], primary())).toEqual([['shop:2', 'unknown', 100]]);
  });
});

test('of 10,000 changed answers a new version is healthy only where ECS says SUCCESSFUL and tasks run', () => {
  const word = fc.oneof(
    fc.constantFrom('SUCCESSFUL', 'successful', 'IN_PROGRESS', 'COMPLETED', 'ACTIVE', '', null, true),
    fc.string({ maxLength: 10 }),
  );
  const answers = fc.record({
    service: fc.record(
      {
        serviceArn: fc.constant('arn'),
        status: fc.oneof(fc.constant('ACTIVE'), word),
        taskDefinition: fc.constant(arn(2)),
        desiredCount: fc.nat(3),
        runningCount: fc.oneof(fc.nat(3), word),
      },
      { requiredKeys: ['serviceArn', 'taskDefinition'] },
    ),
    deployment: fc.record(
      {
        serviceDeploymentArn: fc.constant('dep'),
        status: word,
        createdAt: fc.constant(new Date(NOW)),
        targetServiceRevision: fc.constantFrom(tasks(2, 3), tasks(2, 0), tasks(2, 3, 100), {
          arn: 'strange',
        }),
        sourceServiceRevisions: fc.constantFrom([], [tasks(1, 3)], [tasks(1, 0)]),
      },
      { requiredKeys: ['serviceDeploymentArn', 'createdAt'] },
    ),
  });
  let healthy = 0;
  fc.assert(
    fc.property(answers, ({ service: changed, deployment: one }) => {
      const [read, deployments] = [Service.safeParse(changed), Deployment.array().safeParse([one])];
      if (!read.success || !deployments.success) return;
      const { releases } = standingOf(read.data, deployments.data, names, null, NOW);
      const fresh = releases.find(({ releaseId }) => releaseId === 'shop:2');
      if (fresh?.health !== 'healthy') return;
      healthy += 1;
      expect(deployments.data[0]?.status).toBe('SUCCESSFUL');
      expect(read.data.runningCount).toBeGreaterThan(0);
      expect(read.data.status).toBe('ACTIVE');
    }),
    { numRuns: 10_000 },
  );
  expect(healthy).toBeGreaterThan(0);
});
