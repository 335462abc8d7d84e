import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { markedName, readMark } from './marker.ts';
import { EdgeFunction, PartHealth, Project } from './schema.ts';
import { partsOf, releaseIdOf, standingOf } from './standing.ts';

const HASH = '3fa9c2d41b7e0000000000000000000000000000000000000000000000000000';
const INTENT = 'd-7f3a9k2m/replace.orders/staging/forward/1';

/** As the API answers the three questions that a look takes. */
const recorded = {
  project: { id: 'abcdefghijklmnopqrst', status: 'ACTIVE_HEALTHY', region: 'eu-central-1' },
  edge: {
    id: '5c2c5d7e-0000-4000-8000-000000000001',
    slug: 'orders',
    name: markedName('orders', 'v2', INTENT),
    status: 'ACTIVE',
    version: 7,
    updated_at: 1_763_600_000_000,
    verify_jwt: true,
    ezbr_sha256: HASH,
  },
  parts: [
    { name: 'db', healthy: true, status: 'ACTIVE_HEALTHY' },
    { name: 'auth', healthy: true, status: 'ACTIVE_HEALTHY' },
  ],
};
const Answers = z.object({ project: Project, edge: EdgeFunction, parts: z.array(PartHealth) });
const needs = ['db', 'auth'];

function standingFrom(answers: unknown) {
  const read = Answers.safeParse(answers);
  return read.success ? standingOf({ ...read.data, needs }, 1, 'https://x') : null;
}

describe('what a project serves', () => {
  test('is the one version of the function, called as we called it', () => {
    expect(standingFrom(recorded)?.releases).toEqual([
      {
        releaseId: '7.3fa9c2d41b7e',
        version: { name: 'v2', commit: null },
        trafficPercent: 100,
        health: 'healthy',
        say: expect.any(String),
        url: 'https://x',
        intentId: INTENT,
      },
    ]);
  });

  test('has nothing healthy where a part that it needs has said nothing', () => {
    expect(standingFrom({ ...recorded, parts: recorded.parts.slice(1) })?.releases[0]?.health).toBe(
      'unknown',
    );
    const contradiction = [{ name: 'db', healthy: false, status: 'ACTIVE_HEALTHY' }, recorded.parts[1]];
    expect(standingFrom({ ...recorded, parts: contradiction })?.releases[0]?.health).toBe('unhealthy');
  });

  test('never becomes healthy with traffic by an answer that does not say so', () => {
    const words = ['ACTIVE', 'ACTIVE_HEALTHY', 'COMING_UP', 'INACTIVE', 'REMOVED', 'THROTTLED', 'active'];
    let healthy = 0;
    fc.assert(
      fc.property(changedAnswers(recorded, words), (changed) => {
        const [release] = standingFrom(changed)?.releases ?? [];
        if (release?.health !== 'healthy' || release.trafficPercent === 0) return;
        healthy += 1;
        const { project, edge, parts } = changed as typeof recorded;
        expect([project.status, edge.status]).toEqual(['ACTIVE_HEALTHY', 'ACTIVE']);
        for (const need of needs) {
          expect(parts).toContainEqual({ name: need, healthy: true, status: 'ACTIVE_HEALTHY' });
        }
      }),
      { numRuns: 10_000, seed: 20_261_120 },
    );
    expect(healthy).toBeGreaterThan(500);
  });
});

describe('the name of a function', () => {
  test('says the version and the call, and nothing where somebody else named it', () => {
    expect(readMark('orders', markedName('orders', 'v2.3.0', INTENT))).toEqual({
      version: 'v2.3.0',
      intentId: INTENT,
    });
    for (const name of ['orders', 'orders v2', 'orders v2 (by hand)', `other v2 (${INTENT})`]) {
      expect(readMark('orders', name)).toBeNull();
    }
  });
});

describe('the id of a release', () => {
  test('is the number and the bundle, and is read back', () => {
    const edge = EdgeFunction.parse(recorded.edge);
    expect(partsOf(releaseIdOf(edge))).toEqual({ version: 7, hash: HASH.slice(0, 12) });
    for (const other of ['7', '7.', 'x.3fa9c2d41b7e', '7.3FA9C2D41B7E', '../7.3fa9c2d41b7e']) {
      expect(partsOf(other)).toBeNull();
    }
  });
});
