import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Site } from '../../src/platform/platform.ts';
import type { Rule, Use } from '../stand-in/kubernetes/rbac.ts';
import {
  addBlueGreen,
  addGateway,
  addReplicas,
  addRolling,
  addRollout,
  argo,
  blueGreen,
  gateway,
  replicasMode,
  rolling,
} from '../stand-in/kubernetes/shop.ts';
import { type ClusterWorld, openCluster, standing } from './platform-kubernetes.ts';
import { failureOf, intent } from './platform-trial.ts';

const Role = z.object({
  rules: z.array(
    z.strictObject({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
    }),
  ),
});
const document = readFileSync('docs/platforms/kubernetes.md', 'utf8');
const [role = ''] = [...document.matchAll(/```yaml\n(.*?)```/gs)]
  .map(([, block]) => block ?? '')
  .filter((block) => block.includes('kind: Role'));
const rules: readonly Rule[] = Role.parse(parse(role)).rules;

const spelled = ({ group, resource, verb }: Use) => `${verb} ${resource} ${group}`;
const allowed = rules.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => spelled({ group, resource, verb }))),
  ),
);

let world: ClusterWorld;
async function open(add: (state: ClusterWorld['cluster']['state']) => void, given = rules): Promise<void> {
  await world?.close();
  world = await openCluster({ role: given });
  add(world.cluster.state);
}
beforeEach(() => open(() => undefined));
afterEach(() => world.close());

const version = (name: string) => ({ name, commit: null });
const everyLine = { releaseId: null, sinceMs: 0, linesMax: 100, contains: null, level: null } as const;

async function ask(of: Site): Promise<void> {
  await of.capabilities();
  await of.versions(5);
  await of.look();
  expect((await of.logs(everyLine)).length).toBeGreaterThan(0);
  for (const { releaseId } of (await of.look()).releases) await of.usage?.(releaseId);
  await of.settings?.();
}

async function takeTurns(of: Site): Promise<void> {
  const order = intent('release');
  const { releaseId } = await of.release(order, version('v1'));
  await expect.poll(async () => (await standing(of, releaseId))?.health).toBe('healthy');
  await of.route(intent('route'), [{ releaseId, trafficPercent: 100 }]);
  await expect.poll(async () => (await standing(of, releaseId))?.trafficPercent).toBe(100);
  await of.find(order, { doing: 'release', version: version('v1'), sinceMs: 0 });
  await ask(of);
  await of.route(intent('route'), []);
  await expect.poll(async () => (await standing(of, releaseId))?.trafficPercent).toBe(0);
  await of.retire(intent('retire'), releaseId);
}

test('the Role in the document is exactly what is called, in all modes together', async () => {
  const used = new Set<string>();
  const note = () => {
    for (const use of world.cluster.uses) used.add(spelled(use));
  };
  await open(addRolling);
  const rolled = world.site(rolling);
  const [before] = (await rolled.look()).releases;
  const { releaseId } = await rolled.replace!(intent(), version('v1'));
  await expect.poll(async () => (await standing(rolled, releaseId))?.health).toBe('healthy');
  await rolled.restore!(intent('restore'), { ...before!, insteadOf: releaseId });
  await ask(rolled);
  note();

  for (const [address, add] of [
    [blueGreen, addBlueGreen],
    [gateway, addGateway],
    [replicasMode, addReplicas],
  ] as const) {
    await open(add);
    await takeTurns(world.site(address));
    note();
  }

  await open((state) => {
    const steps = [{ setCanaryScale: { replicas: 1 } }, { pause: {} }, { setWeight: 25 }, { pause: {} }];
    addRollout(state, { steps, trafficRouting: {} });
  });
  const led = world.site(argo);
  const [old] = (await led.look()).releases;
  const fresh = await led.release(intent('release'), version('v1'));
  await expect.poll(async () => (await standing(led, fresh.releaseId))?.health).toBe('healthy');
  await led.route(intent('route'), [
    { releaseId: old!.releaseId, trafficPercent: 75 },
    { releaseId: fresh.releaseId, trafficPercent: 25 },
  ]);
  await led.restore!(intent('restore'), { ...old!, insteadOf: fresh.releaseId });
  await ask(led);
  note();

  expect([...used].toSorted()).toEqual(allowed.toSorted());
});

test('whoever may not do it is told so, and whoever may not read a secret is told its name alone', async () => {
  const without = (resource: string) =>
    rules.map((rule) => ({ ...rule, resources: rule.resources.filter((each) => each !== resource) }));
  await open(addRolling, without('deployments'));
  const failure = await failureOf(world.site(rolling).look());
  expect(failure).toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('cannot get deployments'),
  });
  await open(addRolling, without('secrets'));
  const settings = await world.site(rolling).settings!();
  expect(settings.find(({ key }) => key === 'LEDGER_URL')).toEqual({
    key: 'LEDGER_URL',
    isSecret: true,
    hash: null,
  });
});
