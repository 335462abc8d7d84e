import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { percentsOf } from './apportion.ts';
import { Rollout } from './argo/rollout.ts';
import { standingOfRollout } from './argo/standing.ts';
import { standingOf } from './deployment.ts';
import { generationsOf } from './generations.ts';
import { commitOf, imageOf, versionOf } from './image.ts';
import { levelOf } from './level.ts';
import { isSettled, refusalOf } from './route-weights.ts';
import { Deployment, HttpRoute, Pod, ReplicaSet } from './schema.ts';
import { isSameTemplate, withoutHash } from './template.ts';

const template = {
  metadata: { labels: { app: 'shop' } },
  spec: { containers: [{ name: 'api', image: 'registry/shop:v1' }] },
};
const owner = (kind: string) => [
  { apiVersion: 'apps/v1', kind, name: 'shop', uid: 'owner', controller: true },
];
const deployment = {
  metadata: { name: 'shop', uid: 'owner', resourceVersion: '7', generation: 3 },
  spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } }, template },
  status: {
    observedGeneration: 3,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
  },
};
const replicaSet = {
  metadata: {
    name: 'shop-1',
    uid: 'set',
    resourceVersion: '5',
    creationTimestamp: '2026-11-20T12:00:00Z',
    labels: { 'rollouts-pod-template-hash': 'abc' },
    ownerReferences: owner('Deployment'),
  },
  spec: {
    replicas: 2,
    template: { ...template, metadata: { labels: { app: 'shop', 'pod-template-hash': '1' } } },
  },
  status: { replicas: 2, readyReplicas: 2 },
};
const pods = ['a', 'b'].map((name) =>
  Pod.parse({
    metadata: { name, uid: name, resourceVersion: '1', ownerReferences: [{ uid: 'set' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }),
);
const containerOf = (of: { spec: { containers: readonly object[] } }) => of.spec.containers[0] as never;

function look(answer: unknown) {
  const read = Deployment.safeParse(answer);
  if (!read.success) return [];
  const generations = generationsOf(
    read.data,
    [ReplicaSet.parse(replicaSet)],
    containerOf,
    'registry/shop:{version}',
  );
  return standingOf({ deployment: read.data, generations, pods }, () => 100);
}

/** The rule of `kubectl rollout status`, written once more and in its own way. */
function isTerminal(answer: unknown): boolean {
  const { metadata, spec, status } = answer as typeof deployment;
  const wanted = spec.replicas;
  const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  const isStopped = progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded';
  return (
    status.observedGeneration >= metadata.generation &&
    wanted > 0 &&
    counts.every((count) => count === wanted) &&
    !isStopped
  );
}

describe('of ten thousand answers that differ in one place from a good one', () => {
  const words = ['ProgressDeadlineExceeded', 'Unknown', 'True', 'False', 2, 3, 4];

  test('none makes a Deployment healthy unless it says that it is done', () => {
    let healthy = 0;
    fc.assert(
      fc.property(changedAnswers(deployment, words), (answer) => {
        const wanted = look(answer).filter(
          ({ health, releaseId }) => health === 'healthy' && releaseId === 'shop-1',
        );
        if (wanted.length === 0) return;
        healthy += 1;
        expect(isTerminal(answer)).toBe(true);
      }),
      { numRuns: 10_000 },
    );
    expect(healthy).toBeGreaterThan(100);
  });

  test('none makes a Rollout healthy unless its controller says so', () => {
    const rollout = {
      metadata: deployment.metadata,
      spec: { replicas: 2, selector: {}, template, strategy: { canary: { steps: [] } } },
      status: {
        phase: 'Healthy',
        observedGeneration: '3',
        stableRS: 'abc',
        currentPodHash: 'abc',
        abort: false,
      },
    };
    fc.assert(
      fc.property(changedAnswers(rollout, [...words, 'Paused', 'Degraded', 'Pondering']), (answer) => {
        const read = Rollout.safeParse(answer);
        if (!read.success) return;
        const generations = generationsOf(
          read.data,
          [ReplicaSet.parse(replicaSet)],
          containerOf,
          'registry/shop:{version}',
        );
        const [wanted] = standingOfRollout({ rollout: read.data, generations, pods });
        if (wanted?.health !== 'healthy') return;
        const { status, metadata } = answer as typeof rollout;
        expect(['Healthy', 'Paused']).toContain(status.phase);
        expect(Number(status.observedGeneration)).toBeGreaterThanOrEqual(metadata.generation);
        expect(status.abort).not.toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  test('none makes a route accepted unless every gateway says so of the route as it is now', () => {
    const condition = (type: string) => ({ type, status: 'True', reason: type, observedGeneration: 3 });
    const route = {
      metadata: deployment.metadata,
      spec: { rules: [] },
      status: { parents: [{ conditions: [condition('Accepted'), condition('ResolvedRefs')] }] },
    };
    expect([isSettled(HttpRoute.parse(route)), refusalOf(HttpRoute.parse(route))]).toEqual([true, null]);
    fc.assert(
      fc.property(changedAnswers(route, words), (answer) => {
        const read = HttpRoute.safeParse(answer);
        if (!read.success || !isSettled(read.data) || refusalOf(read.data) !== null) return;
        const { metadata, status } = answer as typeof route;
        expect(status.parents.length).toBeGreaterThan(0);
        for (const { conditions } of status.parents) {
          for (const type of ['Accepted', 'ResolvedRefs']) {
            const found = conditions.find((each) => each.type === type);
            expect(found?.status).toBe('True');
            expect(found?.observedGeneration).toBeGreaterThanOrEqual(metadata.generation);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

test('whole percents add up to 100, and whoever serves is never shown as if it did not', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 12 }), (amounts) => {
      const percents = percentsOf(amounts);
      const total = amounts.reduce((sum, amount) => sum + amount, 0);
      expect(percents.reduce((sum, percent) => sum + percent, 0)).toBe(total === 0 ? 0 : 100);
      percents.forEach((percent, index) => {
        expect(percent > 0).toBe((amounts[index] ?? 0) > 0);
      });
    }),
  );
  expect(percentsOf([1, 3])).toEqual([25, 75]);
  expect(percentsOf([999, 1])).toEqual([99, 1]);
});

test('a template is the same as the one that a ReplicaSet keeps, and nothing else is', () => {
  const kept = replicaSet.spec.template;
  expect(isSameTemplate(template, kept)).toBe(true);
  expect(withoutHash(kept)).toEqual(template);
  const other = {
    ...template,
    spec: { containers: [{ name: 'api', image: 'registry/shop:v1', tty: true }] },
  };
  expect(isSameTemplate(other, kept)).toBe(false);
});

describe('an image', () => {
  const pattern = 'registry.example.com:5000/team/shop:{version}-slim';
  test.each([
    ['v2.3.0', 'registry.example.com:5000/team/shop:v2.3.0-slim'],
    ['$&', null],
    ['a/b', null],
    ['v1@sha256', null],
    ['v1+build', null],
    ['x'.repeat(128), null],
  ])('of %s is %s', (version, image) => {
    if (image === null) expect(() => imageOf(pattern, version)).toThrow('cannot be the tag');
    else expect([imageOf(pattern, version), versionOf(pattern, image)]).toEqual([image, version]);
  });

  test.each([
    ['registry.example.com:5000/team/shop:v1-slim@sha256:abc', 'v1'],
    ['registry.example.com:5000/team/other:v1', 'other:v1'],
    ['nginx', 'nginx'],
  ])('%s is called %s', (image, version) => expect(versionOf(pattern, image)).toBe(version));

  test('whose tag is a whole commit tells it', () => {
    expect([commitOf('a'.repeat(40)), commitOf('abc123')]).toEqual(['a'.repeat(40), null]);
  });
});

test.each([
  ['{"level":"error","msg":"x"}', 'error'],
  ['{"level":50,"msg":"x"}', 'error'],
  ['{"level":30,"msg":"error budget"}', 'info'],
  ['level=warning msg=x', 'warn'],
  ['2026-11-20 ERROR x', 'error'],
  ['[WARN] x', 'warn'],
  ['INFO x', 'info'],
  ['no errors here', null],
])('%s is %s', (line, level) => expect(levelOf(line)).toBe(level));
