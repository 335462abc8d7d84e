import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import { sampleServices, seedSamples } from '../../src/local/samples/index.ts';
import { startTraffic } from '../../src/local/traffic/index.ts';
import { type LocalPlatform, localPlatform } from '../../src/platform/index.ts';
import type { LocalOptions } from '../../src/platform/local/index.ts';
import { readHolder } from '../../src/platform/local/runner/lock.ts';
import type { Sought } from '../../src/platform/platform.ts';
import { answerOf, type Home, isListening, openHome } from './platform-local.ts';

const anything: Sought = { doing: 'release', version: { name: '', commit: null }, sinceMs: 0 };

const PATIENCE = { timeout: 30_000, interval: 50 };
const api = { id: 'api/staging', address: { service: 'api' } };
const web = { id: 'web/staging', address: { service: 'web' } };
const place = (service: string) => ({ service, environment: 'staging' });
const intent = (id: string) => ({ id, deploymentId: 'd-00000001' });
const v1 = { name: 'v1', commit: null };

let home: Home;
const opened: LocalPlatform[] = [];
beforeEach(() => {
  home = openHome();
});
afterEach(async () => {
  const last = localPlatform(home.options);
  await last.shutDown();
  await Promise.all(opened.splice(0).map((platform) => platform.close()));
  home.remove();
});

function open(more: Partial<LocalOptions> = {}): LocalPlatform {
  const platform = localPlatform({ ...home.options, ...more });
  opened.push(platform);
  return platform;
}

const seed = (platform: LocalPlatform, services: readonly string[] = ['api']) =>
  seedSamples(platform, { services, environment: 'staging', version: 'v1', sleep, nowMs: Date.now });

function runnerPid(): number {
  const holder = readHolder(join(home.folder, 'runner.lock'));
  if (holder === null) throw new Error('no runner holds the folder');
  return holder.pid;
}

/** The runner leads a group of its own, and every service process is in it. */
function processes(runner: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, group, state]) => Number(group) === runner && !state?.startsWith('Z'))
    .map(([pid]) => Number(pid));
}

/** Also those that have found out that they are not needed and are about to end. */
function runners(): number {
  const table = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' });
  return table.split('\n').filter((line) => line.includes(`"folder":"${home.folder}"`)).length;
}

function leftInTemporaryFolder(): string[] {
  return readdirSync(home.options.temporaryFolder ?? '').filter((name) => name.startsWith('slipway-'));
}

const statusOf = async (url: string) => (await answerOf(url).catch(() => null))?.status ?? 'nobody';

async function failureOf(doing: Promise<unknown>) {
  const error = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failed)) throw new Error(`expected a Failed and got ${error}`);
  return error.failure;
}

test('of several platforms that start at once all get the same runner', async () => {
  const platforms = Array.from({ length: 4 }, () => open());
  await Promise.all(platforms.map((platform) => platform.start()));
  const runner = runnerPid();
  expect(processes(runner)).toEqual([runner]);
  await expect.poll(() => runners(), PATIENCE).toBe(1);
  expect(runnerPid()).toBe(runner);
});

test('shutting down leaves no process and no open door, twice is harmless, and nothing works after it', async () => {
  const platform = open();
  await seed(platform, sampleServices);
  const runner = runnerPid();
  const url = await platform.urlOf(place('web'));
  expect(processes(runner)).toHaveLength(3);
  await platform.shutDown();
  expect(processes(runner)).toEqual([]);
  expect(await isListening(url)).toBe(false);
  await platform.shutDown();
  expect((await failureOf(platform.site(api).look())).code).toBe('unavailable');
  expect(existsSync(join(home.folder, 'runner.lock'))).toBe(false);
  expect(leftInTemporaryFolder()).toEqual([]);
});

test('what ran before comes back after a shutdown, at the same address, and is not seeded again', async () => {
  const before = open();
  await seed(before);
  const url = await before.urlOf(place('api'));
  const [release] = (await before.site(api).look()).releases;
  await before.shutDown();

  const after = open();
  await after.start();
  await seed(after);
  expect(await after.urlOf(place('api'))).toBe(url);
  await expect
    .poll(async () => (await after.site(api).look()).releases, PATIENCE)
    .toMatchObject([{ releaseId: release?.releaseId, trafficPercent: 100, health: 'healthy' }]);
  expect(await statusOf(url)).toBe(200);
});

test('a maintenance page stands before the service, also after a start, until it is taken away or over', async () => {
  const platform = open();
  await seed(platform);
  const site = platform.site(api);
  const url = await platform.urlOf(place('api'));
  expect((await site.capabilities()).maintenance).toMatchObject({ can: true });
  const untilMs = Date.now() + 600_000;
  await site.maintain?.({ untilMs, reason: 'new <disks>' });
  const shown = await fetch(url);
  expect(shown.status).toBe(503);
  expect(Number(shown.headers.get('retry-after'))).toBeGreaterThan(500);
  const page = await shown.text();
  expect(page).toContain('api is being worked on');
  expect(page).toContain('new &#60;disks&#62;');

  await platform.shutDown();
  const after = open();
  await after.start();
  expect(await after.urlOf(place('api'))).toBe(url);
  await expect.poll(() => statusOf(url), PATIENCE).toBe(503);
  await after.site(api).maintain?.({ untilMs: Date.now() + 300, reason: null });
  // Nobody takes it away: it is over by itself.
  await expect.poll(() => statusOf(url), PATIENCE).toBe(200);
  await after.site(api).maintain?.({ untilMs, reason: null });
  expect(await statusOf(url)).toBe(503);
  await after.site(api).maintain?.(null);
  expect(await statusOf(url)).toBe(200);
});

test('services and their door go on while the process that started them is killed, and its successor finds them', async () => {
  const owner = startOwner();
  await once(owner, 'up');
  const runner = runnerPid();
  const successor = open();
  const url = await successor.urlOf(place('api'));
  const [before] = (await successor.site(api).look()).releases;

  const traffic = startTraffic({ urls: [url], ratePerSecond: 50, monotonicMs: () => performance.now() });
  owner.kill('SIGKILL');
  await sleep(1_000);
  await traffic.stop();
  expect(traffic.counts()).toMatchObject({ broken: 0, skipped: 0 });
  expect(traffic.counts().answered).toBeGreaterThan(20);

  expect(runnerPid()).toBe(runner);
  const [after] = (await successor.site(api).look()).releases;
  expect(after).toEqual(before);
  expect((await successor.site(api).measure(after?.releaseId ?? ''))?.errors).toBe(0);
});

test('a runner that is killed takes its services along, and the next look starts another that brings them back', async () => {
  const platform = open();
  await seed(platform);
  const url = await platform.urlOf(place('api'));
  const [before] = (await platform.site(api).look()).releases;
  const killed = runnerPid();
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => processes(killed), PATIENCE).toEqual([]);
  expect(await statusOf(url)).toBe('nobody');

  const [after] = (await platform.site(api).look()).releases;
  expect(after).toMatchObject({
    releaseId: before?.releaseId,
    trafficPercent: 100,
    intentId: before?.intentId,
  });
  expect(runnerPid()).not.toBe(killed);
  await expect.poll(() => statusOf(url), PATIENCE).toBe(200);
  expect(await platform.site(api).find(intent(before?.intentId ?? ''), anything)).toMatchObject({
    kind: 'found',
  });
});

test('a release that had ended stays ended when the runner comes back', async () => {
  const platform = open();
  const site = platform.site(api);
  const { releaseId } = await site.release(intent('crash'), { name: 'v6', commit: null });
  await expect.poll(async () => (await site.look()).releases[0]?.health, PATIENCE).toBe('gone');
  const killed = runnerPid();
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => processes(killed), PATIENCE).toEqual([]);
  const [after] = (await site.look()).releases;
  expect(after).toMatchObject({
    releaseId,
    health: 'gone',
    say: expect.stringContaining('LEDGER_URL is not set'),
  });
});

test('a runner that nobody calls any more ends with everything that it runs', async () => {
  const platform = open({ leaseMs: 2_000, pingMs: 200 });
  await seed(platform);
  const runner = runnerPid();
  await sleep(3_500);
  expect(processes(runner)).toHaveLength(2);
  await platform.close();
  await expect.poll(() => processes(runner), PATIENCE).toEqual([]);
});

test('a runner whose folder is deleted ends with everything that it runs', async () => {
  const platform = open();
  await seed(platform);
  const runner = runnerPid();
  rmSync(home.folder, { recursive: true });
  await expect.poll(() => processes(runner), PATIENCE).toEqual([]);
});

test('a process that crashes while it serves is gone, its requests are errors, and other services do not notice', async () => {
  const platform = open();
  await seed(platform, sampleServices);
  const site = platform.site(api);
  const [release] = (await site.look()).releases;
  const victim = processes(runnerPid()).find((pid) =>
    execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes(
      'samples/api/v1.js',
    ),
  );
  process.kill(victim ?? 0, 'SIGKILL');
  await expect.poll(async () => (await site.look()).releases[0]?.health, PATIENCE).toBe('gone');
  expect((await site.look()).releases[0]?.url).toBeNull();
  expect(await statusOf(await platform.urlOf(place('api')))).toBe(502);
  expect((await site.measure(release?.releaseId ?? ''))?.errors).toBeGreaterThan(0);
  const page = await answerOf(await platform.urlOf(place('web')));
  expect(page.status).toBe(200);
  expect(page.body).toContain('cannot be shown right now');
});

test('web asks api through api\u2019s own door', async () => {
  const platform = open();
  await seed(platform, sampleServices);
  const [release] = (await platform.site(api).look()).releases;
  const page = await answerOf(await platform.urlOf(place('web')));
  expect(page.body).toContain('anchor, 5 kg');
  expect((await platform.site(api).measure(release?.releaseId ?? ''))?.requests).toBe(1);
  expect(page.release).toBe((await platform.site(web).look()).releases[0]?.releaseId);
});

test('environments are apart', async () => {
  const platform = open();
  await seed(platform);
  const other = platform.site({ ...api, id: 'api/production' });
  expect((await other.look()).releases).toEqual([]);
  const inStaging = await platform.site(api).look();
  await other.retire(intent('retire'), inStaging.releases[0]?.releaseId ?? '');
  expect(await platform.site(api).look()).toMatchObject({ releases: inStaging.releases });
  expect(await platform.urlOf({ service: 'api', environment: 'production' })).not.toBe(
    await platform.urlOf(place('api')),
  );
});

test('a runner that hangs: questions are unavailable, orders are unknown, and what came too late is never done', async () => {
  const platform = open({ deadlineMs: 400 });
  const site = platform.site(api);
  await platform.start();
  const runner = runnerPid();
  process.kill(runner, 'SIGSTOP');
  expect((await failureOf(site.look())).code).toBe('unavailable');
  expect((await failureOf(site.release(intent('late'), v1))).code).toBe('outcome-unknown');
  await sleep((await site.capabilities()).once.settleMs);
  process.kill(runner, 'SIGCONT');
  await expect.poll(() => site.find(intent('late'), anything), PATIENCE).toEqual({ kind: 'absent' });
  await sleep(500);
  expect((await site.look()).releases).toEqual([]);
});

test('a runner that hangs is ended all the same when everything is shut down', async () => {
  const platform = open();
  await seed(platform);
  const runner = runnerPid();
  process.kill(runner, 'SIGSTOP');
  await platform.shutDown();
  await expect.poll(() => processes(runner), PATIENCE).toEqual([]);
  expect(leftInTemporaryFolder()).toEqual([]);
});

test('what is not there or not right is said: a service, its description, the runner\u2019s own notes', async () => {
  const platform = open();
  const unknown = platform.site({ id: 'apy/staging', address: { service: 'apy' } });
  expect(await failureOf(unknown.look())).toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('did you mean api?'),
  });
  const broken = open({ servicesFolder: home.folder });
  writeService('{ "versions": [{ "name": "v1", "run": "../../etc/passwd" }] }');
  const failure = await failureOf(broken.site(api).versions(10));
  expect(failure.code).toBe('misunderstood');
  expect(failure.message).toContain('must be a .js file in here');

  await platform.shutDown();
  writeFileSync(join(home.folder, 'state.json'), '{"format":2}');
  const unreadable = await failureOf(open({ startDeadlineMs: 5_000 }).start());
  expect(unreadable.code).toBe('unavailable');
  expect(unreadable.evidence?.join('\n')).toContain('Move it away to begin with nothing');
  expect(readFileSync(join(home.folder, 'state.json'), 'utf8')).toBe('{"format":2}');
  rmSync(join(home.folder, 'state.json'));
});

test('numbers are exposed for Prometheus', async () => {
  const platform = open();
  await seed(platform);
  await answerOf(await platform.urlOf(place('api')));
  const { status, body } = await answerOf(await platform.metricsUrl());
  expect(status).toBe(200);
  const [release] = (await platform.site(api).look()).releases;
  const labels = `service="api",environment="staging",version="v1",release="${release?.releaseId}"`;
  expect(body).toContain(`slipway_local_requests_total{${labels}} 1\n`);
  expect(body).toContain(`slipway_local_request_duration_seconds_bucket{le="+Inf",${labels}} 1\n`);
});

function writeService(text: string): void {
  mkdirSync(join(home.folder, 'api'), { recursive: true });
  writeFileSync(join(home.folder, 'api', 'service.json'), text);
}

/** A process of its own that opens the platform, sees to it that api runs, and stays. */
function startOwner(): ChildProcess {
  const compiled = (path: string) => new URL(`../../dist/src/${path}`, import.meta.url).href;
  const options = { ...home.options, nowMs: undefined };
  const code = `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { localPlatform } from ${JSON.stringify(compiled('platform/index.js'))};
    import { seedSamples } from ${JSON.stringify(compiled('local/samples/index.js'))};
    const platform = localPlatform({ ...${JSON.stringify(options)}, nowMs: Date.now });
    await seedSamples(platform, { services: ['api'], environment: 'staging', version: 'v1', sleep, nowMs: Date.now });
    console.log('up');
    setInterval(() => undefined, 1_000);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return owner;
}

async function once(child: ChildProcess, word: string): Promise<void> {
  for await (const piece of child.stdout ?? []) if (String(piece).includes(word)) return;
  throw new Error(`it ended before it said ${word}`);
}
