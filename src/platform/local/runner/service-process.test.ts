import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from './lock.ts';
import { type LogRing, logRing } from './log-ring.ts';
import { freePort } from './ports.ts';
import { type ServiceProcess, startService } from './service-process.ts';

const rhythm = { startingProbeMs: 20, healthyProbeMs: 20, probeDeadlineMs: 300, endGraceMs: 300 };

let folder = '';
let log: LogRing = logRing();
const started: ServiceProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-service-'));
  log = logRing();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.end(0)));
  rmSync(folder, { recursive: true });
});

async function start(code: string, environment: Record<string, string> = {}): Promise<ServiceProcess> {
  const file = join(folder, 'service.mjs');
  writeFileSync(file, code);
  const port = await freePort();
  const launch = { file, folder, heapMb: 32, port, environment: { ...environment, PORT: String(port) } };
  const service = startService(launch, log, rhythm, Date.now);
  started.push(service);
  return service;
}

const serving = (health: string, more = '') => `
  import { createServer } from 'node:http';
  let asked = 0;
  createServer((request, answer) => { asked += 1; ${health} }).listen(process.env.PORT, '127.0.0.1');
  ${more}
`;
const health = (service: ServiceProcess) => service.health().health;
const PATIENCE = { timeout: 15_000, interval: 20 };

test('a service is starting until its first 200, and says why', async () => {
  const service = await start(serving('answer.writeHead(asked < 5 ? 503 : 200).end();'));
  expect(health(service)).toBe('starting');
  await expect.poll(() => service.health().say, PATIENCE).toBe('GET /health answers 503');
  expect(health(service)).toBe('starting');
  await expect.poll(() => health(service), PATIENCE).toBe('healthy');
});

test('a service that answers badly, or not at all any more, gets unhealthy', async () => {
  const bad = await start(serving('answer.writeHead(asked === 1 ? 200 : 500).end();'));
  await expect.poll(() => health(bad), PATIENCE).toBe('unhealthy');
  expect(bad.health().say).toBe('GET /health answers 500');
  const silent = await start(serving('if (asked === 1) answer.end();'));
  await expect.poll(() => health(silent), PATIENCE).toBe('unhealthy');
  expect(silent.health().say).toBe('GET /health does not answer within 300 ms');
});

test('a service that ends is gone, with its exit code and its last words', async () => {
  const service = await start(
    `console.log('starting'); console.error('no price list'); process.exitCode = 7;`,
  );
  await service.ended;
  expect(service.health()).toEqual({
    health: 'gone',
    say: expect.stringMatching(/^exited with code 7 after \d+\.\d s: no price list$/),
  });
});

test('a service that cannot be found is gone, and not a crash of ours', async () => {
  const service = await start(`import './missing.mjs';`);
  const { say } = await service.ended;
  expect(say).toContain('exited with code 1');
});

test('a service sees nothing of our environment', async () => {
  const service = await start('console.log(Object.keys(process.env).sort().join());', { SERVICE: 'api' });
  await service.ended;
  expect(log.lines().map(({ text }) => text)).toEqual(['PORT,SERVICE']);
});

test('a service that is asked to end may finish its work', async () => {
  const finishing = `process.on('SIGTERM', () => setTimeout(() => { console.log('done'); process.exit(0); }, 50));`;
  const service = await start(serving('answer.end();', finishing));
  await expect.poll(() => health(service), PATIENCE).toBe('healthy');
  await service.end();
  expect(log.last(1)).toEqual(['done']);
  expect(service.health().say).toMatch(/^exited with code 0/);
});

test('a service that will not end is killed', async () => {
  const service = await start(serving('answer.end();', `process.on('SIGTERM', () => undefined);`));
  await expect.poll(() => health(service), PATIENCE).toBe('healthy');
  await Promise.all([service.end(), service.end()]);
  expect(service.health().say).toMatch(/^was ended by SIGKILL/);
  expect(isAlive(service.pid ?? 0)).toBe(false);
});

test('a service ends when its runner was killed, even one that never says anything', async () => {
  const file = join(folder, 'quiet.mjs');
  writeFileSync(file, 'setInterval(() => undefined, 1_000);');
  const compiled = (name: string) =>
    JSON.stringify(new URL(`../../../../dist/src/platform/local/runner/${name}.js`, import.meta.url).href);
  const runner = `
    import { startService } from ${compiled('service-process')};
    import { logRing } from ${compiled('log-ring')};
    const launch = { file: ${JSON.stringify(file)}, folder: ${JSON.stringify(folder)}, heapMb: 32, port: 1, environment: {} };
    console.log(startService(launch, logRing(), ${JSON.stringify(rhythm)}, Date.now).pid);
  `;
  const killed = spawn(process.execPath, ['--input-type=module', '-e', runner], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    killed.stdout.once('data', (line) => resolve(Number(line))),
  );
  expect(isAlive(pid)).toBe(true);
  killed.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
});
