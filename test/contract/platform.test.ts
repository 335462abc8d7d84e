import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Capabilities } from '../../src/core/capability.ts';
import { Failed, type Failure } from '../../src/core/failure.ts';
import type { Health, Intent, LogQuery, Site, Sought, StandingRelease } from '../../src/platform/platform.ts';
import { local } from './platform-local.ts';
import { siteOf, type TrafficMember, type TrafficWorld } from './platform-member.ts';

/** Every platform whose traffic can be asked, request by request. */
const members: readonly TrafficMember[] = [local];

const PATIENCE = { timeout: 30_000, interval: 50 };
const everyLine: LogQuery = { releaseId: null, sinceMs: 0, linesMax: 1_000, contains: null, level: null };

let counted = 0;
function intent(step = 'release'): Intent {
  counted += 1;
  return { id: `d-00000001/${step}.api/staging/forward/${counted}`, deploymentId: 'd-00000001' };
}
const sought: Sought = { doing: 'release', version: { name: 'v1', commit: null }, sinceMs: 0 };
const version = (name: string) => ({ name, commit: null });

async function failureOf(doing: Promise<unknown>): Promise<Failure> {
  const error = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failed)) throw new Error(`expected a Failed and got ${error}`);
  return error.failure;
}

describe.each(members)('the platform $name', (member) => {
  let world: TrafficWorld;
  let site: Site;
  beforeEach(async () => {
    world = await member.open();
    site = siteOf(world);
  });
  afterEach(() => world.close());

  async function standing(releaseId: string): Promise<StandingRelease | undefined> {
    return (await site.look()).releases.find((release) => release.releaseId === releaseId);
  }
  async function until(releaseId: string, health: Health): Promise<StandingRelease> {
    await expect.poll(async () => (await standing(releaseId))?.health, PATIENCE).toBe(health);
    return (await standing(releaseId))!;
  }
  async function up(name: string): Promise<string> {
    const { releaseId } = await site.release(intent(), version(name));
    await until(releaseId, 'healthy');
    return releaseId;
  }
  const give = (...shares: readonly (readonly [string, number])[]) =>
    site.route(
      intent('route'),
      shares.map(([releaseId, trafficPercent]) => ({ releaseId, trafficPercent })),
    );
  const bothUp = async () => [await up(world.versions.good), await up(world.versions.better)] as const;

  test('a site is named by its address, which is checked strictly and without a call', () => {
    expect(() => world.platform.site({ id: world.target.id, address: world.foreignAddress })).toThrow();
    expect(world.platform.Address.safeParse(world.foreignAddress).success).toBe(false);
    expect(world.platform.Address.safeParse(world.target.address).success).toBe(true);
    expect(world.calls()).toBe(0);
  });

  test('versions can be asked for, newest first, and not more of them than wanted', async () => {
    const names = (await site.versions(100)).map(({ name }) => name);
    expect(names.indexOf(world.versions.better)).toBeLessThan(names.indexOf(world.versions.good));
    expect((await site.versions(2)).map(({ name }) => name)).toEqual(names.slice(0, 2));
  });

  test('nothing stands where nothing was released', async () => {
    expect((await site.look()).releases).toEqual([]);
  });

  test('a release comes up without traffic and carries its intent', async () => {
    const order = intent();
    const { releaseId } = await site.release(order, version(world.versions.good));
    expect(await until(releaseId, 'healthy')).toMatchObject({
      version: { name: world.versions.good },
      trafficPercent: 0,
      intentId: order.id,
    });
  });

  test('the same intent twice, also at once, makes one release', async () => {
    const order = intent();
    const twice = [site.release(order, version('v1')), site.release(order, version('v1'))];
    const [first, second] = await Promise.all(twice);
    const third = await site.release(order, version('v1'));
    expect(new Set([first?.releaseId, second?.releaseId, third.releaseId]).size).toBe(1);
    expect((await site.look()).releases).toHaveLength(1);
  });

  test('two intents make two releases, of the same version too', async () => {
    const [first, second] = [await up('v1'), await up('v1')];
    expect(first).not.toBe(second);
  });

  test('a version that does not exist is not found, with the closest one named, and nothing is started', async () => {
    const failure = await failureOf(site.release(intent(), version(`${world.versions.better}x`)));
    expect(failure.code).toBe('not-found');
    expect(failure.message).toContain(`did you mean ${world.versions.better}?`);
    expect((await site.look()).releases).toEqual([]);
  });

  describe('when an answer is lost', () => {
    test('what was carried out all the same is found by its intent', async () => {
      const order = intent();
      world.trouble('lose-answer', 'change');
      expect((await failureOf(site.release(order, version('v1')))).code).toBe('outcome-unknown');
      const found = await site.find(order, sought);
      expect(found.kind).toBe('found');
      expect((await site.look()).releases.map(({ releaseId }) => releaseId)).toEqual([
        found.kind === 'found' ? found.releaseId : null,
      ]);
    });

    test('what never arrived is absent once it has settled', async () => {
      const order = intent();
      world.trouble('lose-call', 'change');
      expect((await failureOf(site.release(order, version('v1')))).code).toBe('outcome-unknown');
      await sleep((await site.capabilities()).once.settleMs);
      expect(await site.find(order, sought)).toEqual({ kind: 'absent' });
      expect((await site.look()).releases).toEqual([]);
    });

    test('a route is a desired state: what was lost may be asked for again', async () => {
      const releaseId = await up('v1');
      world.trouble('lose-answer', 'change');
      expect((await failureOf(give([releaseId, 100]))).code).toBe('outcome-unknown');
      await give([releaseId, 100]);
      expect((await standing(releaseId))?.trafficPercent).toBe(100);
    });

    test('a question changed nothing, so it is unavailable and may be asked again', async () => {
      world.trouble('lose-answer', 'change');
      expect((await failureOf(site.look())).code).toBe('unavailable');
      expect((await site.look()).releases).toEqual([]);
    });
  });

  test('an intent that nobody has used is absent, also where others were', async () => {
    await site.release(intent(), version('v1'));
    expect(await site.find(intent(), sought)).toEqual({ kind: 'absent' });
  });

  test('a retired release is still found by its intent, so that nobody does it again', async () => {
    const order = intent();
    const { releaseId } = await site.release(order, version('v1'));
    await site.retire(intent('retire'), releaseId);
    expect(await site.find(order, sought)).toEqual({ kind: 'found', releaseId });
    expect(await site.release(order, version('v1'))).toEqual({ releaseId });
    expect((await site.look()).releases).toEqual([]);
  });

  describe('traffic', () => {
    const count = (answers: readonly string[], releaseId: string) =>
      answers.filter((answer) => answer === releaseId).length;

    test.each([1, 25, 50, 90])('%i % of 200 requests is exact, give or take one', async (share) => {
      const [old, fresh] = await bothUp();
      await give([old, 100 - share], [fresh, share]);
      const answers = await world.ask(200, 10);
      expect(Math.abs(count(answers, fresh) - 2 * share)).toBeLessThanOrEqual(1);
      expect(count(answers, old) + count(answers, fresh)).toBe(200);
      expect((await standing(fresh))?.trafficPercent).toBe(share);
    });

    test('a kept connection follows every new split, in any order', async () => {
      const [old, fresh] = await bothUp();
      for (const share of [100, 0, 50, 10, 100]) {
        await give([old, 100 - share], [fresh, share]);
        expect(count(await world.ask(20), fresh)).toBe(share / 5);
      }
    });

    test('what is not named in a split gets nothing', async () => {
      const [old, fresh] = await bothUp();
      await give([old, 100]);
      await give([fresh, 100]);
      expect((await standing(old))?.trafficPercent).toBe(0);
      expect(new Set(await world.ask(10))).toEqual(new Set([fresh]));
    });

    test('all of it can be taken from everybody', async () => {
      const releaseId = await up('v1');
      await give([releaseId, 100]);
      await give();
      expect((await standing(releaseId))?.trafficPercent).toBe(0);
      expect(await world.ask(2)).toEqual(['undefined', 'undefined']);
    });

    type Shares = readonly (readonly [string, number])[];
    test.each<[string, Failure['code'], (id: string) => Shares]>([
      ['shares that do not add up', 'rejected', (id) => [[id, 60]]],
      [
        'shares that are not whole',
        'rejected',
        (id) => [
          [id, 99.5],
          ['x', 0.5],
        ],
      ],
      [
        'shares below nothing',
        'rejected',
        (id) => [
          [id, 150],
          ['x', -50],
        ],
      ],
      [
        'shares that name a release twice',
        'rejected',
        (id) => [
          [id, 50],
          [id, 50],
        ],
      ],
      [
        'shares for a release that is not there',
        'not-found',
        (id) => [
          [id, 50],
          ['x', 50],
        ],
      ],
    ])('%s are refused and change nothing', async (_, code, shares) => {
      const releaseId = await up('v1');
      await give([releaseId, 100]);
      expect((await failureOf(give(...shares(releaseId)))).code).toBe(code);
      expect((await standing(releaseId))?.trafficPercent).toBe(100);
    });
  });

  test('a version that crashes is gone and says its last words, and the old one goes on', async () => {
    const old = await up(world.versions.good);
    await give([old, 100]);
    const { releaseId } = await site.release(intent(), version(world.versions.crashing));
    const { say } = await until(releaseId, 'gone');
    expect(say).toContain('code 1');
    expect(say).toContain('LEDGER_URL is not set');
    expect((await failureOf(give([old, 50], [releaseId, 50]))).code).toBe('conflict');
    expect(new Set(await world.ask(10))).toEqual(new Set([old]));
    const words = (await site.logs({ ...everyLine, releaseId, level: 'error' })).map(({ text }) => text);
    expect(words.join('\n')).toContain('LEDGER_URL is not set');
  });

  test('a version that never gets healthy stays starting and says why', async () => {
    const { releaseId } = await site.release(intent(), version(world.versions.neverHealthy));
    await expect.poll(async () => (await standing(releaseId))?.say, PATIENCE).toContain('503');
    await sleep(1_000);
    expect((await standing(releaseId))?.health).toBe('starting');
  });

  test('retiring takes one release away; twice, or for one that is gone or unknown, is harmless', async () => {
    const [old, fresh] = await bothUp();
    const { releaseId: crashed } = await site.release(intent(), version(world.versions.crashing));
    await until(crashed, 'gone');
    await give([old, 100]);
    await Promise.all([site.retire(intent('retire'), fresh), site.retire(intent('retire'), fresh)]);
    for (const gone of [fresh, crashed, 'nobody']) await site.retire(intent('retire'), gone);
    expect((await site.look()).releases.map(({ releaseId }) => releaseId)).toEqual([old]);
  });

  test('a release that serves people is not taken away from under them', async () => {
    const releaseId = await up('v1');
    await give([releaseId, 100]);
    expect((await failureOf(site.retire(intent('retire'), releaseId))).code).toBe('conflict');
    expect(await world.ask(1)).toEqual([releaseId]);
  });

  test('numbers are kept by release and count what was asked of it', async () => {
    const [old, fresh] = await bothUp();
    await give([old, 75], [fresh, 25]);
    await world.ask(40);
    const numbers = await site.measure(fresh);
    expect(numbers).toMatchObject({ requests: 10, errors: 0 });
    expect(numbers?.latencyBuckets.at(-1)).toEqual({ upToMs: Number.POSITIVE_INFINITY, count: 10 });
    expect(await site.measure('nobody')).toBeNull();
  });

  test('logs come oldest first, the newest kept, and without what looks like a secret', async () => {
    await up('v1');
    await expect
      .poll(async () => (await site.logs({ ...everyLine, contains: 'greeting' })).length, PATIENCE)
      .toBe(1);
    const lines = await site.logs(everyLine);
    const times = lines.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(lines.map(({ text }) => text).join('\n')).toContain('[redacted]');
    expect(lines.map(({ text }) => text).join('\n')).not.toContain('not-a-real-token');
    expect(await site.logs({ ...everyLine, linesMax: 1 })).toEqual(lines.slice(-1));
  });

  describe('what it says it can', () => {
    test('it can, and what it cannot it refuses as unsupported without a call', async () => {
      expect(await untruths(site, await site.capabilities(), world)).toEqual([]);
    });

    test('this very check notices a platform that says no and does it all the same', async () => {
      const no = { can: false, why: 'platform', say: 'not here' } as const;
      const lie = { staged: no, traffic: no, rollback: no, logs: no, metrics: no };
      const said = await untruths(site, { ...(await site.capabilities()), ...lie }, world);
      expect(said).toEqual(
        ['staged', 'traffic', 'logs', 'metrics'].map((what) => `${what}: did it all the same`),
      );
    });

    test('this very check notices a platform that says yes and does not', async () => {
      const lazy: Site = { ...site, logs: () => Promise.reject(unsupported), measure: async () => null };
      const said = await untruths(lazy, await site.capabilities(), world);
      expect(said).toEqual(['logs: not here', 'metrics: nothing was measured']);
    });
  });
});

const unsupported = new Failed({ code: 'unsupported', message: 'not here', retryAfterMs: null });

/** Holds every word of the declaration against what happens. */
async function untruths(site: Site, said: Capabilities, world: TrafficWorld): Promise<string[]> {
  const { releaseId } = await site.release(intent(), version(world.versions.good));
  await expect.poll(async () => healthOf(site, releaseId), PATIENCE).toBe('healthy');
  await site.route(intent('route'), [{ releaseId, trafficPercent: 100 }]);

  const trials: Record<'staged' | 'traffic' | 'logs' | 'metrics', () => Promise<unknown>> = {
    async staged() {
      const beside = await site.release(intent(), version(world.versions.better));
      const { releases } = await site.look();
      const shares = releases.map((each) => [each.releaseId, each.trafficPercent]);
      expect(Object.fromEntries(shares)).toEqual({ [releaseId]: 100, [beside.releaseId]: 0 });
    },
    traffic: () => site.route(intent('route'), [{ releaseId, trafficPercent: 100 }]),
    async logs() {
      if ((await site.logs(everyLine)).length === 0) throw new Error('nothing was logged');
    },
    async metrics() {
      if ((await site.measure(releaseId)) === null) throw new Error('nothing was measured');
    },
  };
  const untrue: string[] = [];
  for (const what of ['staged', 'traffic', 'logs', 'metrics'] as const) {
    const callsBefore = world.calls();
    const failure = await trials[what]().then(
      () => null,
      (error: unknown) => error,
    );
    const isRefused = failure instanceof Failed && failure.failure.code === 'unsupported';
    if (said[what].can && failure !== null) untrue.push(`${what}: ${(failure as Error).message}`);
    if (!said[what].can && !isRefused) untrue.push(`${what}: did it all the same`);
    if (!said[what].can && isRefused && world.calls() > callsBefore) untrue.push(`${what}: called somebody`);
  }
  if (said.rollback.can) await takesBack(site, releaseId, world);
  return untrue;
}

/** A version that was taken away serves again, as itself or as a new release of the same version. */
async function takesBack(site: Site, releaseId: string, world: TrafficWorld): Promise<void> {
  await site.route(intent('route'), []);
  await site.retire(intent('retire'), releaseId);
  const again = await site.release(intent(), version(world.versions.good));
  await expect.poll(async () => healthOf(site, again.releaseId), PATIENCE).toBe('healthy');
  await site.route(intent('route'), [{ releaseId: again.releaseId, trafficPercent: 100 }]);
  expect(await world.ask(1)).toEqual([again.releaseId]);
}

async function healthOf(site: Site, releaseId: string): Promise<Health | undefined> {
  return (await site.look()).releases.find((release) => release.releaseId === releaseId)?.health;
}
