import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deploy, Service } from './schema.ts';
import { Deploy as DeploySchema, Service as ServiceSchema } from './schema.ts';
import { standingOf } from './standing.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const SHA = '0f3a9c1d2b4e5f60718293a4b5c6d7e8f9012345';

const service: Service = {
  id: 'srv-cjnxpkdhshc73d12t9i0',
  name: 'shop',
  ownerId: 'tea-cjnxpkdhshc73d12t9i1',
  type: 'web_service',
  suspended: 'not_suspended',
  autoDeploy: 'yes',
  branch: 'main',
  serviceDetails: { url: 'https://shop.onrender.com' },
};

function deploy(status: string, more: Partial<Deploy> = {}): Deploy {
  return {
    id: `dep-${status}`,
    status,
    trigger: 'api',
    commit: { id: SHA, message: 'Sell more' },
    createdAt: '2026-11-20T11:00:00Z',
    finishedAt: '2026-11-20T11:05:00Z',
    ...more,
  };
}

const only = (one: Deploy, of: Service = service) => standingOf(of, [one], NOW).releases[0];

describe('what Render says of a deploy', () => {
  test.each([
    ['created', 'starting', 0],
    ['queued', 'starting', 0],
    ['build_in_progress', 'starting', 0],
    ['pre_deploy_in_progress', 'starting', 0],
    ['update_in_progress', 'starting', 0],
    ['live', 'healthy', 100],
    ['deactivated', 'gone', 0],
    ['build_failed', 'gone', 0],
    ['pre_deploy_failed', 'gone', 0],
    ['update_failed', 'gone', 0],
    ['canceled', 'gone', 0],
    ['LIVE', 'unknown', 0],
    ['going_live', 'unknown', 0],
    ['', 'unknown', 0],
    ['constructor', 'unknown', 0],
  ])('“%s” is %s with %d %% of the traffic', (status, health, trafficPercent) => {
    expect(only(deploy(status))).toMatchObject({ health, trafficPercent });
  });

  test('a deploy without a status is unknown', () => {
    const { status: _, ...rest } = deploy('live');
    expect(only(rest)).toMatchObject({ health: 'unknown', trafficPercent: 0 });
  });

  test('is called by its commit, and by the tag of its image', () => {
    expect(only(deploy('live'))?.version).toEqual({ name: '0f3a9c1d2b4e', commit: SHA });
    const image = { ref: 'docker.io/acme/shop:v3' };
    expect(only(deploy('live', { commit: null, image }))?.version).toEqual({ name: 'v3', commit: null });
  });

  test('what has ended is shown for a day', () => {
    const old = deploy('canceled', { finishedAt: '2026-11-18T11:05:00Z' });
    expect(standingOf(service, [old, deploy('live')], NOW).releases).toHaveLength(1);
  });

  test('a live deploy of a suspended service is not healthy', () => {
    const suspended = { ...service, suspended: 'suspended', suspenders: ['billing'] };
    expect(only(deploy('live'), suspended)).toMatchObject({
      health: 'unhealthy',
      say: 'the service is suspended (by billing)',
    });
    expect(only(deploy('live'), { ...service, suspended: 'hibernated' })?.health).toBe('unknown');
  });

  test('two live deploys are neither of them healthy, and the traffic is still all of it', () => {
    const { releases } = standingOf(service, [deploy('live', { id: 'dep-b' }), deploy('live')], NOW);
    expect(releases.map(({ health, trafficPercent }) => [health, trafficPercent])).toEqual([
      ['unknown', 100],
      ['unknown', 0],
    ]);
  });

  test('after a rollback it says that autodeploy is off, or that the next push undoes it', () => {
    const live = deploy('live', { trigger: 'rollback' });
    expect(only(live)?.say).toContain('autodeploy is on: the next push takes its place');
    expect(only(live, { ...service, autoDeploy: 'no' })?.say).toContain('autodeploy is off: switch it on');
  });
});

/** Words that a status may be confused with, and all kinds of nonsense. */
const junk = fc.oneof(
  fc.constantFrom(
    'live ',
    'Live',
    'LIVE',
    'lives',
    'alive',
    'ready',
    'succeeded',
    'ok',
    'true',
    '',
    null,
    true,
    1,
  ),
  fc.string({ maxLength: 12 }),
  fc.jsonValue({ maxDepth: 1 }),
);

test('of 10,000 changed answers none passes for healthy with traffic unless it says that it is live', () => {
  const answer = { service, deploys: [deploy('update_in_progress', { id: 'dep-new' }), deploy('live')] };
  const paths = pathsOf(answer);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(paths.length - 1), fc.constantFrom('drop', 'set'), junk), {
        minLength: 1,
        maxLength: 4,
      }),
      (changes) => {
        const changed = structuredClone(answer);
        for (const [index, how, value] of changes) change(changed, paths[index] ?? [], how, value);
        const read = ServiceSchema.safeParse(changed.service);
        const deploys = DeploySchema.array().safeParse(changed.deploys);
        if (!read.success || !deploys.success) return;
        for (const release of standingOf(read.data, deploys.data, NOW).releases) {
          if (release.health !== 'healthy' || release.trafficPercent === 0) continue;
          const said = deploys.data.find(({ id }) => id === release.releaseId);
          expect(said?.status).toBe('live');
          expect(read.data.suspended).toBe('not_suspended');
        }
        const shares = standingOf(read.data, deploys.data, NOW).releases.map((one) => one.trafficPercent);
        expect([0, 100]).toContain(shares.reduce((sum, share) => sum + share, 0));
      },
    ),
    { numRuns: 10_000 },
  );
});

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
