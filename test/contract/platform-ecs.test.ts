import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import { ecs } from '../../src/platform/ecs/index.ts';
import type { Intent, Platform, Site } from '../../src/platform/platform.ts';
import { type Router, routingOf } from '../../src/platform/router.ts';
import { aroundWith } from '../stand-in/around.ts';
import {
  actionOf,
  type BalancerStandIn,
  BLUE,
  GREEN,
  OTHER,
  openBalancer,
  RULE,
} from '../stand-in/ecs/balancer.ts';
import { CLUSTER, type EcsStandIn, IMAGE, openEcs, operationOf, SERVICE } from '../stand-in/ecs/index.ts';

let counted = 0;
function intent(): Intent {
  counted += 1;
  return { id: `d-00000001/replace.shop/production/forward/${counted}`, deploymentId: 'd-00000001' };
}
const version = (name: string) => ({ name, commit: 'a'.repeat(40) });

async function failureOf(doing: Promise<unknown> | undefined): Promise<Failure> {
  const error = await doing?.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

function openAt(url: string, around = aroundWith('AKID')): Platform {
  const settings = {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'env:AWS_ID', secretAccessKey: 'env:AWS_SECRET' },
    endpoints: { ecs: url, loadBalancing: url },
  };
  return ecs.open('ecs', settings, around);
}

describe('a service of ECS', () => {
  let standIn: EcsStandIn;
  let site: Site;
  const address = { cluster: CLUSTER, service: SERVICE, container: 'web', image: `${IMAGE}:{version}` };
  beforeEach(async () => {
    standIn = await openEcs();
    site = openAt(standIn.url).site({ id: 'shop/production', address }, 'urgent');
  });
  afterEach(() => standIn.close());

  const did = (...operations: readonly string[]) =>
    standIn
      .calls()
      .map(operationOf)
      .filter((each) => operations.includes(each));
  async function live(name: string): Promise<string> {
    const { releaseId } = (await site.replace?.(intent(), version(name))) ?? { releaseId: '' };
    standIn.fleet.settle();
    return releaseId;
  }

  test('changes the image of one container and nothing else of a task definition, and marks it', async () => {
    const order = intent();
    await site.replace?.(order, version('v2'));
    const [before, after] = standIn.fleet.definitions;
    const containers = (json: unknown) => (json as { containerDefinitions: object[] }).containerDefinitions;
    const [web, proxy] = containers(before?.json);
    expect(containers(after?.json)).toEqual([{ ...web, image: `${IMAGE}:v2` }, proxy]);
    expect(after?.json).toMatchObject({
      cpu: '256',
      networkMode: 'awsvpc',
      runtimePlatform: { cpuArchitecture: 'ARM64' },
    });
    expect(after?.tags).toEqual([
      { key: 'team', value: 'shops' },
      { key: 'slipway-intent', value: order.id },
      { key: 'slipway-version', value: 'v2' },
      { key: 'slipway-commit', value: 'a'.repeat(40) },
    ]);
    expect((await site.look()).releases[0]).toMatchObject({ version: version('v2'), intentId: order.id });
  });

  test('what was registered and given to nobody is absent, and the same call goes on with it', async () => {
    const order = intent();
    const update = (call: Parameters<typeof operationOf>[0]) => operationOf(call) === 'UpdateService';
    standIn.failNext('lose-call', { operation: update });
    expect((await failureOf(site.replace?.(order, version('v2')))).code).toBe('outcome-unknown');
    const sought = { doing: 'replace', version: version('v2'), sinceMs: Date.now() } as const;
    expect(await site.find(order, sought)).toEqual({ kind: 'absent' });
    const made = await site.replace?.(order, version('v2'));
    expect(await site.find(order, sought)).toEqual({ kind: 'found', releaseId: made?.releaseId });
    expect(did('RegisterTaskDefinition', 'UpdateService')).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'UpdateService',
    ]);
  });

  test.each([500, 503] as const)(
    'nothing that changes something is sent twice after a %d',
    async (status) => {
      const register = (call: Parameters<typeof operationOf>[0]) =>
        operationOf(call) === 'RegisterTaskDefinition';
      standIn.failNext(status, { operation: register });
      expect((await failureOf(site.replace?.(intent(), version('v2')))).code).toBe('outcome-unknown');
      expect(did('RegisterTaskDefinition')).toHaveLength(1);
    },
  );

  test('going back while it is under way lets ECS roll it back itself', async () => {
    const old = await live('v1');
    const { releaseId } = (await site.replace?.(intent(), version('v2'))) ?? { releaseId: '' };
    const back = { releaseId: old, version: version('v1'), insteadOf: releaseId };
    expect(await site.restore?.(intent(), back)).toEqual({ releaseId: old });
    expect(did('StopServiceDeployment')).toHaveLength(1);
    expect(standIn.fleet.rollouts[0]?.status).toBe('ROLLBACK_IN_PROGRESS');
    const shown = async () =>
      (await site.look()).releases.map((one) => [one.releaseId, one.health, one.trafficPercent]);
    expect(await shown()).toContainEqual([old, 'healthy', 100]);
    standIn.fleet.settle();
    expect(await shown()).toEqual([
      [releaseId, 'gone', 0],
      [old, 'healthy', 100],
    ]);
  });

  test('going back when it ended in between gives the service the task definition of before', async () => {
    const old = await live('v1');
    const { releaseId } = (await site.replace?.(intent(), version('v2'))) ?? { releaseId: '' };
    const stop = (call: Parameters<typeof operationOf>[0]) => operationOf(call) === 'StopServiceDeployment';
    const json = { __type: 'ConflictException', message: 'The service deployment has ended.' };
    standIn.failNext({ status: 400, json }, { operation: stop });
    await site.restore?.(intent(), { releaseId: old, version: version('v1'), insteadOf: releaseId });
    expect(standIn.fleet.rollouts[0]?.definition.arn.endsWith(`/${old}`)).toBe(true);
  });

  test.each([
    ['ROLLING', 'while it changes over, both versions answer'],
    [
      'CANARY',
      'the shares and pauses of its CANARY deployment are set in ECS, and nobody here can steer them',
    ],
    [
      'TELEPORT',
      'the shares and pauses of its TELEPORT deployment are set in ECS, and nobody here can steer them',
    ],
  ])('says of %s whose shift of traffic it is', async (strategy, caveat) => {
    standIn.fleet.strategy = strategy;
    const { replace, traffic } = await site.capabilities();
    expect(replace?.can === true && replace.caveats).toEqual([caveat]);
    expect(traffic.can).toBe(false);
  });

  test('refuses a service that somebody else deploys', async () => {
    standIn.fleet.controller = 'CODE_DEPLOY';
    expect((await site.capabilities()).replace).toMatchObject({ can: false, why: 'not-configured' });
    expect((await failureOf(site.replace?.(intent(), version('v2')))).code).toBe('unsupported');
    expect(did('RegisterTaskDefinition', 'UpdateService')).toEqual([]);
  });

  test.each([
    ['AccessDeniedException', 'unauthorized'],
    ['ExpiredTokenException', 'unauthorized'],
    ['ThrottlingException', 'rate-limited'],
    ['ClusterNotFoundException', 'not-found'],
    ['InvalidParameterException', 'rejected'],
    ['SomethingNewException', 'rejected'],
  ])('a 400 that says %s is %s', async (type, code) => {
    standIn.failNext({ status: 400, json: { __type: type, message: 'no' } });
    expect(await failureOf(site.look())).toMatchObject({ code, message: expect.stringContaining(type) });
  });

  test('a service that is not there is not found', async () => {
    const lost = openAt(standIn.url).site({ id: 'x', address: { ...address, service: 'shoe' } });
    expect((await failureOf(lost.look())).code).toBe('not-found');
  });

  test('a container that is not in the task definition, and a tag that is none, change nothing', async () => {
    const other = openAt(standIn.url).site({ id: 'x', address: { ...address, container: 'api' } });
    expect((await failureOf(other.replace?.(intent(), version('v2')))).message).toContain('no container api');
    expect((await failureOf(site.replace?.(intent(), version('v2@sha256:0')))).code).toBe('rejected');
    expect(did('RegisterTaskDefinition', 'UpdateService')).toEqual([]);
  });

  test('tells settings by their hashes, and secrets by their names', async () => {
    expect(await site.settings?.()).toEqual([
      { key: 'MODE', isSecret: false, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { key: 'PASSWORD', isSecret: true, hash: null },
    ]);
  });

  test('looks up what it signs with for every call, and keeps none of it', async () => {
    const asked: string[] = [];
    const around = {
      ...aroundWith('AKID'),
      secret: async (reference: string) => {
        asked.push(reference);
        return { open: () => 'AKID' };
      },
    };
    const other = openAt(standIn.url, around).site({ id: 'x', address });
    expect(asked).toEqual([]);
    await other.capabilities();
    const once = asked.length;
    await other.capabilities();
    expect(asked.length).toBeGreaterThan(once);
    expect(new Set(asked)).toEqual(new Set(['env:AWS_ID', 'env:AWS_SECRET']));
  });
});

describe('a rule of a load balancer', () => {
  let standIn: BalancerStandIn;
  let router: Router;
  const arms = { blue: BLUE, green: GREEN };
  beforeEach(async () => {
    standIn = await openBalancer();
    router = routerAt();
  });
  afterEach(() => standIn.close());

  const routerAt = (address: object = { rule: RULE, arms }) => routingOf(openAt(standIn.url))!.open(address);
  const split = (blue: number, green: number) => [
    { arm: 'blue', trafficPercent: blue },
    { arm: 'green', trafficPercent: green },
  ];
  const shown = async () =>
    (await router.look()).arms.map(({ arm, trafficPercent, isIn }) => [arm, trafficPercent, isIn]);

  test('shares by weight, takes out what is not named, and takes it back', async () => {
    expect(await shown()).toEqual([
      ['blue', 100, true],
      ['green', 0, true],
    ]);
    await router.set(split(90, 10));
    expect(standIn.state.groups).toEqual([
      { arn: BLUE, weight: 450 },
      { arn: GREEN, weight: 50 },
    ]);
    expect(await shown()).toEqual([
      ['blue', 90, true],
      ['green', 10, true],
    ]);
    await router.set([{ arm: 'green', trafficPercent: 100 }]);
    expect(await shown()).toEqual([
      ['blue', 0, false],
      ['green', 100, true],
    ]);
    await router.set(split(0.2, 99.8));
    expect(await shown()).toEqual([
      ['blue', 0.2, true],
      ['green', 99.8, true],
    ]);
  });

  test('keeps everything else that the rule does, the secret of a log-in among it', async () => {
    await router.set(split(50, 50));
    expect(standIn.state.keptSecret).toBe(true);
  });

  test('two at once read and write one after the other', async () => {
    standIn.state.slowMs = 20;
    const platform = openAt(standIn.url);
    const two = [0, 1].map(() => routingOf(platform)!.open({ rule: RULE, arms }));
    await Promise.all(two.map((one, index) => one.set(index === 0 ? split(90, 10) : split(10, 90))));
    const order = standIn.calls().map(actionOf);
    expect(order).toEqual(['DescribeRules', 'ModifyRule', 'DescribeRules', 'ModifyRule']);
  });

  test('shows what goes to others, and leaves them their weight', async () => {
    standIn.state.groups = [...standIn.state.groups, { arn: OTHER, weight: 1 }];
    expect((await router.look()).elsewherePercent).toBe(50);
    await router.set(split(100, 0));
    expect(standIn.state.groups).toContainEqual({ arn: OTHER, weight: 1 });
  });

  test.each<[readonly string[], boolean | null, string]>([
    [['healthy', 'initial'], true, '1 healthy, 1 initial'],
    [['unhealthy', 'initial'], false, '1 unhealthy, 1 initial'],
    [['unused'], null, '1 unused'],
    [['unavailable'], null, '1 unavailable'],
    [['pondering'], null, '1 pondering'],
    [[], false, 'no target is registered'],
  ])('targets that are %j are up: %j', async (states, isUp, say) => {
    standIn.state.states = { ...standIn.state.states, [GREEN]: states };
    expect((await router.look()).arms[1]).toMatchObject({ isUp, say });
  });

  test('says that a rule is sticky, and that a default rule takes nothing', async () => {
    standIn.state.isSticky = true;
    const { traffic } = await router.capabilities();
    expect(traffic.can && traffic.caveats.at(-1)).toContain('sticky');
    standIn.state.isDefault = true;
    expect((await router.capabilities()).traffic).toMatchObject({ can: false, why: 'not-configured' });
    expect(await failureOf(router.set(split(50, 50)))).toMatchObject({ code: 'rejected' });
  });

  test('a rule that forwards to nobody is misunderstood, and one that is not there not found', async () => {
    standIn.state.forwards = false;
    expect((await failureOf(router.look())).code).toBe('misunderstood');
    const lost = routerAt({ rule: RULE.replace(/0$/, '1').replace(/f$/, 'e'), arms });
    expect((await failureOf(lost.look())).code).toBe('not-found');
  });

  test.each(['lose-answer', 'truncate', 'nonsense', 500] as const)(
    'nobody knows whether a split was taken after %s, and it is sent once',
    async (fault) => {
      standIn.failNext(fault, { operation: (call) => actionOf(call) === 'ModifyRule' });
      expect((await failureOf(router.set(split(50, 50)))).code).toBe('outcome-unknown');
      expect(standIn.calls({ operation: (call) => actionOf(call) === 'ModifyRule' })).toHaveLength(1);
    },
  );

  test.each(['DescribeRules', 'DescribeTargetHealth'])(
    'a page that says 200 is no answer to %s',
    async (action) => {
      standIn.failNext('nonsense', { operation: (call) => actionOf(call) === action });
      expect((await failureOf(router.look())).code).toBe('misunderstood');
    },
  );

  test.each([
    ['do not add up', split(50, 40)],
    ['name nobody', [{ arm: 'red', trafficPercent: 100 }]],
    ['name an arm twice', [...split(50, 0), { arm: 'blue', trafficPercent: 50 }]],
    ['are less than nothing', split(150, -50)],
    ['are none', []],
  ])('refuses shares that %s before any call', async (_, shares) => {
    expect((await failureOf(router.set(shares))).code).toBe('rejected');
    expect(standIn.calls()).toEqual([]);
  });
});
