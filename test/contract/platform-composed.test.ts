import { afterEach, beforeEach, expect, test } from 'vitest';
import { cloudflare } from '../../src/platform/cloudflare/index.ts';
import { composed } from '../../src/platform/composed/index.ts';
import type { Platform, Site } from '../../src/platform/platform.ts';
import { render } from '../../src/platform/render/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import {
  ACCOUNT,
  BALANCER,
  type CloudflareStandIn,
  openCloudflare,
  POOLS,
  ZONE,
} from '../stand-in/cloudflare/index.ts';
import { COMMITS, openRender, type Render, SERVICE, TOKEN } from '../stand-in/render/index.ts';

const address = {
  router: {
    platform: 'edge',
    zone: ZONE,
    loadBalancer: BALANCER,
    arms: { blue: POOLS[0], green: POOLS[1] },
    url: 'https://shop.example.com',
  },
  arms: {
    blue: { platform: 'render-blue', address: { service: SERVICE } },
    green: { platform: 'render-green', address: { service: SERVICE } },
  },
};
const version = (name: string) => ({ name, commit: COMMITS[name]?.id ?? null });

let edge: CloudflareStandIn;
let blue: Render;
let green: Render;
let platforms: Map<string, Platform>;
let site: Site;
beforeEach(async () => {
  edge = await openCloudflare();
  blue = await openRender({ buildMs: 3_600_000 });
  green = await openRender({ buildMs: 3_600_000 });
  const opened = (stand: Render) =>
    render.open('render', { token: 'env:RENDER_API_KEY', url: stand.url }, aroundWith(TOKEN));
  platforms = new Map<string, Platform>([
    ['render-blue', opened(blue)],
    ['render-green', opened(green)],
    [
      'edge',
      cloudflare.open(
        'edge',
        { account: ACCOUNT, token: 'env:CLOUDFLARE_API_TOKEN', baseUrl: edge.url },
        aroundWith('not-a-real-token'),
      ),
    ],
  ]);
  const around = { ...aroundWith('nothing'), platformNamed: (name: string) => platforms.get(name) ?? null };
  site = composed.open('shop', {}, around).site({ id: 'shop/production', address });
});
afterEach(async () => {
  for (const platform of platforms.values()) await platform.close();
  for (const stand of [edge, blue, green]) await stand.close();
});

let counted = 0;
const intent = (step: string, direction = 'forward') => {
  counted += 1;
  return { id: `d-00000001/${step}.shop/production/${direction}/${counted}`, deploymentId: 'd-00000001' };
};
const one = async (releaseId: string) =>
  (await site.look()).releases.find((release) => release.releaseId === releaseId);
const serving = async () =>
  (await site.look()).releases
    .filter(({ trafficPercent }) => trafficPercent > 0)
    .map(({ version: { commit }, trafficPercent }) => [commit, trafficPercent]);
const replaceAt = async (name: string, stand: Render, versionName: string) => {
  const own = platforms.get(name)!.site({ id: 'shop/production', address: { service: SERVICE } });
  await own.replace!(intent('replace'), version(versionName));
  stand.state.settle();
};

test('two services at Render behind a load balancer of Cloudflare can do what Render alone cannot', async () => {
  await replaceAt('render-blue', blue, 'good');
  const alone = platforms.get('render-blue')!.site({ id: 'shop/production', address: { service: SERVICE } });
  expect((await alone.capabilities()).traffic.can).toBe(false);
  expect(await site.capabilities()).toMatchObject({
    staged: { can: true },
    traffic: { can: true, how: { kind: 'weights' } },
    once: { kind: 'search' },
  });
  const [old] = (await site.look()).releases.filter(({ trafficPercent }) => trafficPercent === 100);
  expect(old?.version.commit).toBe(COMMITS['good']?.id);

  const { releaseId } = await site.release(intent('release'), version('better'));
  expect(releaseId).toMatch(/^green:/);
  expect((await one(releaseId))?.health).toBe('starting');
  green.state.settle();
  expect(await one(releaseId)).toMatchObject({ health: 'healthy', trafficPercent: 0 });

  for (const percent of [5, 50, 20, 100]) {
    await site.route(intent('route'), [
      { releaseId, trafficPercent: percent },
      { releaseId: old!.releaseId, trafficPercent: 100 - percent },
    ]);
    const wanted = [
      [COMMITS['good']?.id, 100 - percent],
      [COMMITS['better']?.id, percent],
    ];
    expect(await serving()).toEqual(wanted.filter(([, share]) => share !== 0));
  }
  await site.retire(intent('retire'), old!.releaseId);
  expect((await one(old!.releaseId))?.health).toBe('gone');
  expect(blue.state.deploys.find(({ status }) => status === 'live')).toBeDefined();
});

test('whoever goes back gets the arm back that was left, without a build', async () => {
  await replaceAt('render-blue', blue, 'good');
  const old = (await site.look()).releases.find(({ trafficPercent }) => trafficPercent === 100)!;
  const { releaseId } = await site.release(intent('release'), version('better'));
  green.state.settle();
  await site.route(intent('route'), [{ releaseId, trafficPercent: 100 }]);
  await site.retire(intent('retire'), old.releaseId);
  const built = blue.calls({ method: 'POST' }).length;
  const back = await site.release(intent('retire', 'backward'), old.version);
  expect(back.releaseId).toBe(old.releaseId);
  await site.route(intent('route', 'backward'), [
    { releaseId: back.releaseId, trafficPercent: 100 },
    { releaseId, trafficPercent: 0 },
  ]);
  expect(await serving()).toEqual([[COMMITS['good']?.id, 100]]);
  expect(blue.calls({ method: 'POST' })).toHaveLength(built);
});

test('a release whose answer was lost is looked for on the arm that nobody uses', async () => {
  await replaceAt('render-blue', blue, 'good');
  const order = intent('release');
  const sought = { doing: 'release', version: version('better'), sinceMs: Date.now() - 1_000 } as const;
  green.failNext('lose-answer', { method: 'POST', path: /\/deploys$/ });
  await expect(site.release(order, version('better'))).rejects.toMatchObject({
    failure: { code: 'outcome-unknown' },
  });
  expect(await site.find(order, sought)).toEqual({
    kind: 'found',
    releaseId: expect.stringMatching(/^green:/),
  });
});
