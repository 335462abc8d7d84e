import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { seedSamples } from '../../src/local/samples/index.ts';
import { type LocalPlatform, localPlatform } from '../../src/platform/index.ts';
import { readHolder } from '../../src/platform/local/runner/lock.ts';
import { answerOf, type Home, openHome } from './platform-local.ts';

const SERVICES = ['slow', 'front'] as const;
const PATIENCE = { timeout: 60_000, interval: 50 };

/** One takes its time to come up, whenever it is started; the other asks it, and answers as badly as it is answered. */
const programs = {
  slow: `
    setTimeout(() => {
      require('node:http').createServer((_, answer) => answer.end('well')).listen(Number(process.env.PORT), '127.0.0.1');
    }, 1_500);
    process.on('SIGTERM', () => process.exit(0));
  `,
  front: `
    const { createServer, get } = require('node:http');
    createServer((asked, answer) => {
      if (asked.url === '/health') return answer.end('well');
      get(process.env.SLOW_URL, { agent: false }, (heard) => answer.writeHead(heard.statusCode).end(heard.resume() && ''))
        .on('error', () => answer.writeHead(500).end());
    }).listen(Number(process.env.PORT), '127.0.0.1');
    process.on('SIGTERM', () => process.exit(0));
  `,
};

function writeServices(folder: string): string {
  for (const service of SERVICES) {
    mkdirSync(join(folder, service), { recursive: true });
    writeFileSync(join(folder, service, 'v1.cjs'), programs[service]);
    const description = {
      needs: service === 'front' ? ['slow'] : [],
      versions: [{ name: 'v1', run: 'v1.cjs' }],
    };
    writeFileSync(join(folder, service, 'service.json'), JSON.stringify(description));
  }
  return folder;
}

let home: Home | null = null;
let last: LocalPlatform | null = null;
afterEach(async () => {
  await last?.shutDown();
  home?.remove();
});

test.each(['asked to end', 'killed'])(
  'what goes wrong before a runner that was %s has brought everything back is an error of no version',
  async (how) => {
    home = openHome();
    const { folder, options } = home;
    const services = writeServices(join(dirname(folder), 'services'));
    const openIt = () => localPlatform({ ...options, servicesFolder: services });
    const before = openIt();
    last = before;
    const seeding = { services: SERVICES, environment: 'staging', version: 'v1', sleep, nowMs: Date.now };
    await seedSamples(before, seeding);
    const urls = await Promise.all(
      SERVICES.map((service) => before.urlOf({ service, environment: 'staging' })),
    );
    const ask = async () => (await Promise.all(urls.map((url) => answerOf(url)))).map(({ status }) => status);
    expect(await ask()).toEqual([200, 200]);

    if (how === 'asked to end') await before.shutDown();
    else process.kill(readHolder(join(folder, 'runner.lock'))?.pid ?? 0, 'SIGKILL');
    const after = openIt();
    last = after;
    await after.start();
    for (const status of (await ask()).flat()) expect(status).toBeGreaterThanOrEqual(500);
    await expect.poll(ask, PATIENCE).toEqual([200, 200]);

    const counted = async () => {
      const sites = SERVICES.map((service) => after.site({ id: `${service}/staging`, address: { service } }));
      const all = await Promise.all(
        sites.map(async (site) => site.measure((await site.look()).releases[0]?.releaseId ?? '')),
      );
      return all.map((counters) => [counters?.requests ?? 0, counters?.errors]);
    };
    // The door learns that all is well again when it asks; from then on everything counts.
    await expect
      .poll(async () => (await ask()) && (await counted()).every(([requests = 0]) => requests > 0), PATIENCE)
      .toBe(true);
    for (const [, errors] of await counted()) expect(errors).toBe(0);
  },
);
