import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composedPlatform } from '../../src/platform/composed/index.ts';
import { docker } from '../../src/platform/docker/index.ts';
import { haproxy } from '../../src/platform/haproxy/index.ts';
import type { Site } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import { startDocker, type TestDocker } from '../support/docker.ts';
import { startHaproxy, type TestHaproxy } from '../support/haproxy.ts';
import { freePort } from '../support/server.ts';
import { without } from '../support/skips.ts';

const REPOSITORY = 'registry.example/shop';
const around = aroundWith('nothing');

const engine = await startDocker();
const hasEngine = !('unavailable' in engine);
if (!hasEngine) without('containers behind a real HAProxy', engine.unavailable);

let front: TestHaproxy | null = null;
let site: Site;
beforeAll(async () => {
  if (!hasEngine) return;
  const serve = (tag: string) =>
    `/bin/busybox echo -n ${tag} > /www/index.html; exec /bin/busybox httpd -f -p 127.0.0.1:$PORT -h /www`;
  for (const tag of ['v1', 'v2', 'v3']) await engine.makeImage(REPOSITORY, tag, serve(tag));
  const ports = { blue: await freePort(), green: await freePort() };
  const started = await startHaproxy([
    'balance roundrobin',
    `server s1 127.0.0.1:${ports.blue} weight 1`,
    `server s2 127.0.0.1:${ports.green} weight 0`,
  ]);
  if ('unavailable' in started) return without('containers behind a real HAProxy', started.unavailable);
  front = started;
  const edge = haproxy.open('edge', { socket: front.socket }, around);
  const hosts = docker.open('hosts', { socket: engine.socket }, around);
  const arm = (name: string, port: number) => ({
    platform: 'hosts',
    address: {
      name: `shop-${name}`,
      image: `${REPOSITORY}:{version}`,
      network: 'host',
      env: { PORT: `${port}` },
      stopSeconds: 1,
    },
  });
  const named = new Map([
    ['edge', edge],
    ['hosts', hosts],
  ]);
  site = composedPlatform((name) => named.get(name) ?? null).site({
    id: 'shop/production',
    address: {
      router: { platform: 'edge', backend: 'shop', arms: { blue: 's1', green: 's2' }, url: front.url },
      arms: { blue: arm('blue', ports.blue), green: arm('green', ports.green) },
    },
  });
});
afterAll(async () => {
  await front?.stop();
  if (hasEngine) await (engine as TestDocker).stop();
});

async function ask(requests: number): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (let each = 0; each < requests; each++) {
    const response = await fetch(front?.url ?? '');
    const who = response.ok ? await response.text() : `nobody (${response.status})`;
    counted[who] = (counted[who] ?? 0) + 1;
  }
  return counted;
}

let counted = 0;
const intent = (step: string) => {
  counted += 1;
  return { id: `d-00000001/${step}.shop/production/forward/${counted}`, deploymentId: 'd-00000001' };
};

describe.runIf(hasEngine)('own containers behind own HAProxy', () => {
  async function up(name: string): Promise<string> {
    const { releaseId } = await site.release(intent('release'), { name, commit: null });
    const health = async () =>
      (await site.look()).releases.find((one) => one.releaseId === releaseId)?.health;
    await expect.poll(health).toBe('healthy');
    return releaseId;
  }
  const give = (...shares: readonly (readonly [string, number])[]) =>
    site.route(
      intent('route'),
      shares.map(([releaseId, trafficPercent]) => ({ releaseId, trafficPercent })),
    );
  const settled = (version: string) =>
    expect.poll(async () => (await ask(1))[version] ?? 0, { timeout: 20_000 }).toBe(1);

  test('a version comes up beside the other, gets a tenth, all, and is taken back', async ({ skip }) => {
    if (front === null) return skip('no HAProxy is installed');
    // The idle arm of the two is the one without a weight.
    const first = await up('v1');
    await give([first, 100]);
    await settled('v1');
    const second = await up('v2');
    await give([first, 90], [second, 10]);
    // The round in which the weights are changed may give one more to the one and one less to the other.
    expect(Math.abs(((await ask(200))['v2'] ?? 0) - 20)).toBeLessThanOrEqual(1);
    expect(await ask(200)).toEqual({ v1: 180, v2: 20 });
    const before = await site.measure(second);
    await ask(100);
    const after = await site.measure(second);
    expect((after?.requests ?? 0) - (before?.requests ?? 0)).toBe(10);

    await give([second, 100]);
    expect(await ask(20)).toEqual({ v2: 20 });
    await give([first, 100]);
    expect(await ask(20)).toEqual({ v1: 20 });
    await site.retire(intent('retire'), second);
    expect((await site.look()).releases.find(({ releaseId }) => releaseId === second)?.health).toBe('gone');

    const third = await up('v3');
    expect(third.split(':')[0]).toBe(second.split(':')[0]);
    await give([third, 100]);
    await settled('v3');
    expect(await ask(20)).toEqual({ v3: 20 });
  });
});
