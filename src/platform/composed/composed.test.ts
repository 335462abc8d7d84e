import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import type { Around, Health, Platform, Site, StandingRelease } from '../platform.ts';
import type { ArmShare, Router, RoutingPlatform } from '../router.ts';
import { composed as kind } from './index.ts';

const no = { can: false, why: 'platform', say: 'a pretended platform has none' } as const;
const replacing: Capabilities = {
  takes: 'commit',
  staged: no,
  replace: { can: true, how: { how: 'one after the other', canCancel: false }, caveats: [] },
  traffic: no,
  rollback: {
    can: true,
    how: { kind: 'rebuild', how: 'again', horizon: 'all', leaves: ['autodeploy'] },
    caveats: [],
  },
  logs: no,
  metrics: no,
  once: { kind: 'search', settleMs: 2_000 },
};

/** A deployer that keeps one release a service, and says of each what it is told to say. */
function pretendDeployer() {
  const services = new Map<string, StandingRelease[]>();
  const calls: string[] = [];
  let count = 0;
  let can = replacing;
  const finish = (service: string, health: Health = 'healthy') => {
    const [fresh, ...old] = services.get(service) ?? [];
    const isUp = health === 'healthy';
    services.set(service, [{ ...fresh!, health, trafficPercent: isUp ? 100 : 0 }, ...(isUp ? [] : old)]);
  };
  const platform: Platform = {
    id: 'hosts',
    summary: 'pretended',
    Address: z.strictObject({ service: z.string() }),
    close: async () => undefined,
    site({ address }): Site {
      const { service } = address as { service: string };
      const unused = async (): Promise<never> => {
        throw new Failed({ code: 'unsupported', message: 'not here', retryAfterMs: null });
      };
      return {
        capabilities: async () => can,
        versions: async () => [],
        look: async () => ({
          atMs: 7,
          frontDoor: `http://${service}`,
          releases: services.get(service) ?? [],
        }),
        release: unused,
        route: unused,
        retire: unused,
        async replace({ id }, version) {
          calls.push(`${service} ${version.name}`);
          count += 1;
          const fresh: StandingRelease = {
            releaseId: `r${count}`,
            version,
            trafficPercent: 0,
            health: 'starting',
            say: 'building',
            url: null,
            intentId: id,
          };
          services.set(service, [fresh, ...(services.get(service) ?? [])]);
          return { releaseId: fresh.releaseId };
        },
        async find({ id }) {
          const made = services.get(service)?.find(({ intentId }) => intentId === id);
          return made === undefined ? { kind: 'absent' } : { kind: 'found', releaseId: made.releaseId };
        },
        byHand: (back) => (back.version.name === 'seen:v0' ? null : `start ${back.releaseId} at ${service}`),
        logs: async () => [],
        measure: async () => null,
      };
    },
  };
  return { platform, calls, finish, services, set: (next: Capabilities) => (can = next) };
}

function pretendRouter(percents: Record<string, number>) {
  let now: readonly ArmShare[] = Object.entries(percents).map(([arm, trafficPercent]) => ({
    arm,
    trafficPercent,
  }));
  const state = { elsewherePercent: 0, down: new Set<string>(), sets: 0 };
  const router: Router = {
    capabilities: async () => ({
      traffic: { can: true, how: { kind: 'weights', stepPercent: 1, settleMs: 0 }, caveats: [] },
      metrics: no,
    }),
    look: async () => ({
      frontDoor: 'https://shop.example.com',
      elsewherePercent: state.elsewherePercent,
      arms: ['blue', 'green'].map((arm) => {
        const share = now.find((each) => each.arm === arm);
        return {
          arm,
          trafficPercent: share?.trafficPercent ?? 0,
          isIn: share !== undefined,
          isUp: !state.down.has(arm),
          say: '',
        };
      }),
    }),
    async set(shares) {
      state.sets += 1;
      now = shares;
    },
  };
  const platform: RoutingPlatform = {
    id: 'edge',
    summary: 'pretended',
    Address: z.never(),
    site: () => {
      throw new Error('runs nothing');
    },
    close: async () => undefined,
    routing: { Address: z.strictObject({ arms: z.record(z.string(), z.string()) }), open: () => router },
  };
  return { platform, state, shares: () => now };
}

const address = {
  router: { platform: 'edge', arms: { blue: 'pool-1', green: 'pool-2' } },
  arms: {
    blue: { platform: 'hosts', address: { service: 'shop-1' } },
    green: { platform: 'hosts', address: { service: 'shop-2' } },
  },
};
const version = (name: string) => ({ name, commit: null });
let counted = 0;
const intent = (direction = 'forward') => {
  counted += 1;
  return { id: `d-00000001/release.shop/staging/${direction}/${counted}`, deploymentId: 'd-00000001' };
};
const codeOf = async (doing: Promise<unknown>) =>
  doing.then(
    () => 'none',
    (error: unknown) => (error instanceof Failed ? error.failure.code : `${error}`),
  );

let deployer: ReturnType<typeof pretendDeployer>;
let router: ReturnType<typeof pretendRouter>;
let composed: Platform;
let site: Site;
beforeEach(async () => {
  deployer = pretendDeployer();
  router = pretendRouter({ blue: 100 });
  const named = new Map<string, Platform>([
    ['edge', router.platform],
    ['hosts', deployer.platform],
  ]);
  const around = { platformNamed: (name: string) => named.get(name) ?? null } as unknown as Around;
  composed = kind.open('shop', {}, around);
  site = composed.site({ id: 'shop/staging', address });
  await deployer.platform.site({ id: 'x', address: { service: 'shop-1' } }).replace!(intent(), version('v1'));
  deployer.finish('shop-1');
  deployer.calls.length = 0;
});

const releases = async () => (await site.look()).releases;
const one = async (releaseId: string) => (await releases()).find((each) => each.releaseId === releaseId);

describe('a service of two arms', () => {
  test('serves what the arm with the traffic serves', async () => {
    expect(await site.look()).toMatchObject({
      atMs: 7,
      frontDoor: 'https://shop.example.com',
      releases: [{ releaseId: 'blue:r1', version: { name: 'v1' }, trafficPercent: 100, health: 'healthy' }],
    });
  });

  test('is brought back by hand at its router, and as its arm says', () => {
    const byHand = (name: string, releaseId = 'blue:r1') =>
      site.byHand?.({ releaseId, version: version(name) });
    expect(byHand('v1')).toBe(
      'giving blue all of the traffic at edge; where v1 does not run on blue any more, first: start r1 at shop-1',
    );
    expect(byHand('v1', 'green:r7')).toContain('start r7 at shop-2');
    expect([byHand('seen:v0'), byHand('v1', 'red:r1')]).toEqual([null, null]);
  });

  test('brings a version up on the arm that nobody uses, and moves the traffic in any steps', async () => {
    const { releaseId } = await site.release(intent(), version('v2'));
    expect(deployer.calls).toEqual(['shop-2 v2']);
    expect(await one(releaseId)).toMatchObject({ health: 'starting', trafficPercent: 0 });
    deployer.finish('shop-2');
    expect(await one(releaseId)).toMatchObject({ health: 'healthy', trafficPercent: 0 });
    for (const percent of [10, 60, 5, 100]) {
      await site.route(intent(), [
        { releaseId, trafficPercent: percent },
        { releaseId: 'blue:r1', trafficPercent: 100 - percent },
      ]);
      expect((await one(releaseId))?.trafficPercent).toBe(percent);
      expect((await one('blue:r1'))?.trafficPercent).toBe(100 - percent);
    }
  });

  test('leaves the arm that is retired running, takes it out, and says that its release is gone', async () => {
    const { releaseId } = await site.release(intent(), version('v2'));
    deployer.finish('shop-2');
    await site.route(intent(), [{ releaseId, trafficPercent: 100 }]);
    expect((await one('blue:r1'))?.health).toBe('healthy');
    expect(await codeOf(site.retire(intent(), releaseId))).toBe('conflict');
    await site.retire(intent(), 'blue:r1');
    await site.retire(intent(), 'blue:r1');
    expect(await one('blue:r1')).toMatchObject({
      health: 'gone',
      say: expect.stringContaining('left as it is'),
    });
    expect(router.shares()).toEqual([{ arm: 'green', trafficPercent: 100 }]);
    expect(deployer.services.get('shop-1')).toHaveLength(1);
  });

  test('gives the arm that was left back at once to whoever goes back, and builds anew for whoever goes on', async () => {
    const { releaseId } = await site.release(intent(), version('v2'));
    deployer.finish('shop-2');
    await site.route(intent(), [{ releaseId, trafficPercent: 100 }]);
    await site.retire(intent(), 'blue:r1');
    deployer.calls.length = 0;
    expect(await site.release(intent('backward'), version('v1'))).toEqual({ releaseId: 'blue:r1' });
    expect(deployer.calls).toEqual([]);
    expect(await one('blue:r1')).toMatchObject({ health: 'healthy', trafficPercent: 0 });
    await site.release(intent(), version('v1'));
    expect(deployer.calls).toEqual(['shop-1 v1']);
  });

  test('has one release for one intent', async () => {
    const order = intent();
    const first = await site.release(order, version('v2'));
    expect(await site.release(order, version('v2'))).toEqual(first);
    expect(deployer.calls).toHaveLength(1);
    expect(await site.find(order, { doing: 'release', version: version('v2'), sinceMs: 0 })).toEqual({
      kind: 'found',
      ...first,
    });
    const other = { doing: 'release', version: version('v2'), sinceMs: 0 } as const;
    expect(await site.find(intent(), other)).toEqual({ kind: 'absent' });
  });

  test('takes no version while both arms have traffic', async () => {
    const { releaseId } = await site.release(intent(), version('v2'));
    deployer.finish('shop-2');
    await site.route(intent(), [
      { releaseId, trafficPercent: 50 },
      { releaseId: 'blue:r1', trafficPercent: 50 },
    ]);
    deployer.calls.length = 0;
    expect(await codeOf(site.release(intent(), version('v3')))).toBe('conflict');
    expect(deployer.calls).toEqual([]);
  });

  test('gives no traffic to what does not serve on its arm, and none to what is not there', async () => {
    const { releaseId } = await site.release(intent(), version('v2'));
    const { sets } = router.state;
    expect(await codeOf(site.route(intent(), [{ releaseId, trafficPercent: 100 }]))).toBe('conflict');
    expect(await codeOf(site.route(intent(), [{ releaseId: 'red:r1', trafficPercent: 100 }]))).toBe(
      'not-found',
    );
    expect(await codeOf(site.route(intent(), [{ releaseId: 'blue:r1', trafficPercent: 90 }]))).toBe(
      'rejected',
    );
    expect(router.state.sets).toBe(sets);
  });

  test('is not healthy where the router finds an arm down, and shows what goes elsewhere', async () => {
    router.state.down.add('blue');
    expect((await one('blue:r1'))?.health).toBe('unhealthy');
    router.state.elsewherePercent = 20;
    expect((await releases()).at(-1)).toMatchObject({ trafficPercent: 20, health: 'unknown' });
  });

  test('splits traffic only because of its router, and needs arms that can replace', async () => {
    expect(await site.capabilities()).toMatchObject({
      takes: 'commit',
      staged: { can: true },
      traffic: { can: true, how: { kind: 'weights' } },
      replace: { can: false },
      rollback: { how: { kind: 'pointer', leaves: ['autodeploy'] } },
      once: { kind: 'search', settleMs: 2_000 },
    });
    deployer.set({ ...replacing, replace: no });
    expect((await site.capabilities()).staged).toMatchObject({
      can: false,
      say: expect.stringContaining('blue'),
    });
  });
});

describe('the address of a composed service', () => {
  const problemsOf = (changed: unknown) =>
    composed.Address.safeParse(changed).error?.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  test('is checked by everybody whom it names', () => {
    expect(problemsOf(address)).toBeUndefined();
    expect(problemsOf({ ...address, router: { ...address.router, platform: 'hosts' } })).toEqual([
      'router.platform: hosts is no router among the platforms',
    ]);
    const blue = { platform: 'hosts', address: { service: 7 } };
    expect(problemsOf({ ...address, arms: { ...address.arms, blue } })?.[0]).toMatch(
      /^arms\.blue\.address\.service: /,
    );
    const red = { platform: 'nobody', address: {} };
    expect(problemsOf({ ...address, arms: { ...address.arms, red } })).toEqual([
      'arms.red.platform: nobody is none of the platforms',
      'router.arms: must name the same arms: blue, green, red',
    ]);
  });

  test('that is wrong in what others read is a failure in words, and never opens half of it', async () => {
    const blue = { platform: 'hosts', address: { service: 7 } };
    const wrong = { ...address, arms: { ...address.arms, blue } };
    expect(kind.Address.safeParse(wrong).success).toBe(true);
    const opening = async () => composed.site({ id: 'shop/staging', address: wrong });
    await expect(opening()).rejects.toThrow(
      /^the address of shop\/staging is wrong at arms\.blue\.address\.service: /,
    );
    expect(await codeOf(opening())).toBe('rejected');
    expect(() => composed.site({ id: 'shop/staging', address: { service: 'shop' } })).toThrow(z.ZodError);
  });
});
