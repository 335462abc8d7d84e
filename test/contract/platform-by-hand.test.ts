import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { docker } from '../../src/platform/docker/index.ts';
import { ecs } from '../../src/platform/ecs/index.ts';
import { kubernetes } from '../../src/platform/kubernetes/index.ts';
import { githubActions, gitlabCi, jenkins } from '../../src/platform/pipeline/index.ts';
import type { PlatformKind } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import {
  addBlueGreen,
  addGateway,
  addReplicas,
  blueGreen,
  gateway,
  replicasMode,
} from '../stand-in/kubernetes/shop.ts';
import { type ClusterWorld, openCluster, standing } from './platform-kubernetes.ts';
import { intent } from './platform-trial.ts';

/** What the platform says of one place, which is asked nothing. */
function said(
  kind: PlatformKind,
  settings: object,
  address: object,
  version = 'v1',
  releaseId = 'shop-3f9a0c1d2e4b',
): string | null | undefined {
  const platform = kind.open('there', settings, aroundWith('a-token'));
  const site = platform.site({ id: 'shop/production', address });
  return site.byHand?.({ releaseId, version: { name: version, commit: 'c'.repeat(40) } });
}

/** As a shell reads a command: each program that it starts, with its words. What they answer is nothing. */
function read(command: string): string[][] {
  const programs = ['kubectl', 'docker', 'aws', 'gh', 'glab', 'curl', 'xargs'];
  const stubs = programs.map((name) => `${name}() { printf '%s\\037' ${name} "$@" >&2; printf '\\n' >&2; }`);
  const script = `exec 2>&1\n${stubs.join('\n')}\n${command}\n`;
  const lines = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line !== '').map((line) => line.split('\u001f').slice(0, -1));
}

const shop = { name: 'shop', image: 'ghcr.io/acme/shop:{version}', stopSeconds: 20 };
const service = { cluster: 'eu', service: 'shop', container: 'app', image: 'acme/shop:{version}' };
const region = { region: 'eu-central-1' };
const rollout = { mode: 'argo', namespace: 'web', image: 'ghcr.io/acme/shop:{version}', rollout: 'shop' };
const ci = { token: 'env:TOKEN' };
const workflow = { repository: 'acme/shop', workflow: 'deploy.yml', inputs: { environment: 'production' } };
const project = { project: 'acme/shop', variables: { DEPLOY_TO: 'production' } };
const jobs = { url: 'https://ci.example.com/', user: 'slipway', token: 'env:TOKEN' };

test.each<[string, string | null | undefined, string]>([
  [
    'the container of before is started',
    said(docker, {}, shop),
    'docker ps -q --filter label=slipway.service=shop | xargs -r docker stop -t 20; docker start shop-3f9a0c1d2e4b',
  ],
  [
    'the container of before is started, at another socket',
    said(docker, { socket: '/run/user docker.sock' }, shop),
    "docker -H 'unix:///run/user docker.sock' ps -q --filter label=slipway.service=shop | xargs -r docker -H 'unix:///run/user docker.sock' stop -t 20; docker -H 'unix:///run/user docker.sock' start shop-3f9a0c1d2e4b",
  ],
  [
    'the service gets its task definition of before',
    said(ecs, region, service, 'v1', 'shop:41'),
    'aws ecs update-service --region eu-central-1 --cluster eu --service shop --task-definition shop:41',
  ],
  [
    'the Rollout gets the image of before, and all of the traffic',
    said(kubernetes, { kubeconfig: '/nowhere' }, rollout),
    [
      "kubectl argo rollouts -n web set image shop '*=ghcr.io/acme/shop:v1'",
      `kubectl -n web wait rollouts.argoproj.io/shop --for=jsonpath='{.status.observedGeneration}'="$(kubectl -n web get rollouts.argoproj.io/shop -o jsonpath='{.metadata.generation}')" --timeout=1m`,
      'kubectl argo rollouts -n web promote shop --full',
      'kubectl argo rollouts -n web status shop --timeout 5m',
    ].join(' && '),
  ],
  [
    'the workflow is run with the version of before',
    said(githubActions, ci, workflow),
    'gh workflow run deploy.yml --repo acme/shop --ref main -f environment=production -f version=v1 -f slipway=by-hand',
  ],
  [
    'the workflow for going back is run at a GitHub of one’s own',
    said(
      githubActions,
      { ...ci, url: 'https://github.example.com/api/v3' },
      { ...workflow, commitInput: 'sha', rollback: { workflow: 'back.yml', inputs: {} } },
    ),
    `gh workflow run back.yml --repo github.example.com/acme/shop --ref main -f version=v1 -f sha=${'c'.repeat(40)} -f slipway=by-hand`,
  ],
  [
    'the pipeline is run with the version of before',
    said(gitlabCi, ci, project),
    'glab ci run --repo acme/shop --branch main --variables-env DEPLOY_TO:production --variables-env VERSION:v1 --variables-env SLIPWAY:by-hand',
  ],
  [
    'the pipeline for going back is run at a GitLab of one’s own',
    said(
      gitlabCi,
      { ...ci, url: 'https://git.example.com/lab/api/v4' },
      { ...project, rollback: { ref: 'back', variables: { BACK: 'yes' } } },
    ),
    'glab ci run --repo https://git.example.com/lab/acme/shop --branch back --variables-env DEPLOY_TO:production --variables-env BACK:yes --variables-env VERSION:v1 --variables-env SLIPWAY:by-hand',
  ],
  [
    'the job is run with the version of before, and curl asks for the token',
    said(jenkins, jobs, { job: 'shop/deploy all', parameters: { TO: 'production' } }),
    'curl --fail --user slipway https://ci.example.com/job/shop/job/deploy%20all/buildWithParameters --data-urlencode TO=production --data-urlencode VERSION=v1 --data-urlencode SLIPWAY=by-hand',
  ],
])('%s', (_, command, expected) => {
  expect(command).toBe(expected);
});

describe('what a version is called', () => {
  const odd = "v1'; touch /tmp/owned $(id) `id` #";

  test.each([
    ['gh', said(githubActions, ci, workflow, odd), `version=${odd}`],
    ['glab', said(gitlabCi, ci, project, odd), `VERSION:${odd}`],
    ['curl', said(jenkins, jobs, { job: 'deploy' }, odd), `VERSION=${odd}`],
  ])('is one word for a shell, and never a command: %s', (program, command, expected) => {
    const programs = read(command ?? '');
    expect(programs.map(([name]) => name)).toEqual([program]);
    expect(programs[0]).toContain(expected);
  });

  test('is one word where it names a release, too', () => {
    expect(read(said(ecs, region, service, 'v1', odd) ?? '')[0]?.at(-1)).toBe(odd);
    expect(read(said(docker, {}, shop, 'v1', odd) ?? '').at(-1)).toEqual(['docker', 'start', odd]);
  });

  test('may be what nobody could ask for: no command is said then', () => {
    for (const [kind, settings, address] of [
      [githubActions, ci, workflow],
      [gitlabCi, ci, project],
      [jenkins, jobs, { job: 'deploy' }],
    ] as const) {
      for (const name of ['run-12', 'seen:v3', 'two\nlines', 'x'.repeat(1_000)])
        expect([kind.id, name, said(kind, settings, address, name)]).toEqual([kind.id, name, null]);
    }
    const rolling = { ...rollout, mode: 'rolling', rollout: undefined, deployment: 'shop' };
    for (const address of [rollout, JSON.parse(JSON.stringify(rolling))])
      expect(said(kubernetes, { kubeconfig: '/nowhere' }, address, 'other/image:v1')).toBe(null);
  });

  test('may be what glab cannot be given, nor a project by its number', () => {
    expect(said(gitlabCi, ci, project, 'v1,v2')).toBe(null);
    expect(said(gitlabCi, ci, { ...project, project: 7 })).toBe(null);
    expect(said(gitlabCi, { ...ci, url: 'https://git.example.com/other' }, project)).toBe(null);
  });
});

test('a Rollout is promoted only when its controller has seen the image', () => {
  const command = said(kubernetes, { kubeconfig: '/nowhere' }, rollout) ?? '';
  const cluster = [
    'generation=4',
    'kubectl() { case "$*" in',
    '*" set image "*) generation=5 ;;',
    '*" get "*) printf %s "$generation" ;;',
    '*" wait "*) echo "$5" ;;',
    'esac; }',
  ].join('\n');
  const told = execFileSync('sh', ['-c', `${cluster}\n${command}\n`], { encoding: 'utf8' });
  expect(told.trim()).toBe('--for=jsonpath={.status.observedGeneration}=5');
});

const { replicas: _, ...asManyAsServe } = gateway;

describe.each([
  ['blue-green', blueGreen, addBlueGreen],
  ['gateway', gateway, addGateway],
  ['gateway, without a number of pods', asManyAsServe, addGateway],
  ['replicas', replicasMode, addReplicas],
] as const)('two Deployments that take turns, %s', (_name, address, add) => {
  let world: ClusterWorld;
  beforeEach(async () => {
    world = await openCluster();
    add(world.cluster.state);
  });
  afterEach(() => world.close());

  test('say how to give all traffic back to the one that is seen to run the release, and to no other', async () => {
    const site = world.site(address);
    const version = { name: 'v1', commit: null };
    expect(site.byHand?.({ releaseId: 'r-1', version })).toBe(null);
    const { releaseId } = await site.release(intent('release'), version);
    await expect.poll(async () => (await standing(site, releaseId))?.health).toBe('healthy');
    await site.route(intent('route'), [{ releaseId, trafficPercent: 100 }]);
    await expect.poll(async () => (await standing(site, releaseId))?.trafficPercent).toBe(100);
    const command = site.byHand?.({ releaseId, version }) ?? '';
    const calls = read(command);
    expect(new Set(calls.map((words) => words.slice(0, 3).join(' ')))).toEqual(
      new Set([`kubectl -n ${address.namespace}`]),
    );
    // Nobody counts on pods that somebody may have taken away.
    expect(calls.map((words) => words[3])).toEqual(
      'replicas' in address ? ['scale', 'rollout', 'patch'] : ['wait', 'patch'],
    );
    const patch = calls.at(-1) ?? [];
    const changes = JSON.parse(patch.at(-1) ?? '') as { op: string; path: string; value: unknown }[];
    // What it says is so already: it is where all of the traffic is.
    const { store } = world.cluster.state;
    if (address.mode === 'gateway') {
      const { rules } = store.one('httproutes', gateway.route).spec;
      const isSo = ({ path, value }: (typeof changes)[number]) =>
        path
          .split('/')
          .slice(3)
          .reduce((at, key) => Object(at)[key], rules as unknown) === value;
      expect(changes.length).toBeGreaterThanOrEqual(4);
      expect(changes.filter((change) => !isSo(change))).toEqual([]);
    } else {
      const { selector } = store.one('services', 'shop').spec;
      expect(changes).toEqual([{ op: 'add', path: '/spec/selector', value: selector }]);
    }
    expect(site.byHand?.({ releaseId: 'nobody', version })).toBe(null);
  });
});
