import { expect, test } from 'vitest';
import type { Health, Site } from '../../platform/platform.ts';
import type { Subject } from '../gate.ts';
import { dependenciesHealthy } from './index.ts';

test('a service that needs nothing passes', async () => {
  expect(await dependenciesHealthy.check(subject([]), {})).toEqual({
    kind: 'pass',
    because: 'it needs no other service',
  });
});

test('one healthy version with traffic passes', async () => {
  expect(await dependenciesHealthy.check(subject([site('healthy', 100)]), {})).toMatchObject({
    kind: 'pass',
  });
});

test.each<[Health, string]>([
  ['unhealthy', 'fail'],
  ['gone', 'fail'],
  ['starting', 'unknown'],
  ['unknown', 'unknown'],
])('a dependency that is %s is never a pass', async (health, kind) => {
  expect((await dependenciesHealthy.check(subject([site('healthy', 100), site(health, 100)]), {})).kind).toBe(
    kind,
  );
});

test('a dependency without traffic fails', async () => {
  expect((await dependenciesHealthy.check(subject([site('healthy', 0)]), {})).kind).toBe('fail');
});

test('a dependency that is not configured there is unknown', async () => {
  expect((await dependenciesHealthy.check(subject([null]), {})).kind).toBe('unknown');
});

function site(health: Health, trafficPercent: number): Pick<Site, 'look'> {
  const release = {
    releaseId: 'r',
    version: { name: 'v1', commit: null },
    url: null,
    intentId: null,
    say: '',
  };
  return {
    look: async () => ({ atMs: 0, frontDoor: null, releases: [{ ...release, trafficPercent, health }] }),
  };
}

function subject(sites: readonly (Pick<Site, 'look'> | null)[]): Subject {
  const dependencies = sites.map((each, index) => ({ service: `s${index}`, site: each }));
  return { dependencies } as unknown as Subject;
}
