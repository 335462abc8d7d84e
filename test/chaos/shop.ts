import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seedSamples } from '../../src/local/samples/index.ts';
import { startTraffic } from '../../src/local/traffic/index.ts';
import { localPlatform } from '../../src/platform/index.ts';
import { placesIn } from '../../src/platform/local/places.ts';
import { readHolder } from '../../src/platform/local/runner/lock.ts';
import { readState } from '../../src/platform/local/runner/state.ts';
import type { StandingRelease } from '../../src/platform/platform.ts';

/**
 * What is deployed to: small services of our own on the real local platform, whose runner is kept alive from here, so
 * that no death of the program takes it along, and which is asked from here what really runs.
 */
export type Shop = {
  /** Everything lies in here; removed at the end. */
  readonly folder: string;
  readonly home: string;
  readonly servicesFolder: string;
  readonly configuration: string;
  readonly services: readonly string[];
  /** What stands at a service now; what has ended and serves nobody does not count. */
  standing(service: string): Promise<readonly StandingRelease[]>;
  /** Every release that the platform ever began, with the call that it was made by. */
  begun(): readonly { readonly place: string; readonly intentId: string; readonly releaseId: string }[];
  close(): Promise<void>;
};

export const FIRST_VERSION = 'v1';
const ENVIRONMENT = 'staging';
const REQUESTS_PER_SECOND = 4;

/** What becomes of a version, by the first letter of its name, and how many of them there are: a hundred are offered. */
export const fates = {
  v: { file: 'good.cjs', outcome: 'deployed', count: 60 },
  p: { file: 'good.cjs', outcome: 'deployed', count: 16 },
  c: { file: 'crashes.cjs', outcome: 'rolled-back', count: 12 },
  i: { file: 'falls-ill.cjs', outcome: 'rolled-back', count: 12 },
} as const;
export type Fate = keyof typeof fates;

/** `reconcileEvery` as slipway.yml has it. */
export async function openShop(count: number, reconcileEvery = '1s'): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-chaos-'));
  const home = join(folder, 'home');
  const servicesFolder = join(folder, 'services');
  const services = Array.from({ length: count }, (_, index) => `s${index + 1}`);
  for (const service of services) writeService(join(servicesFolder, service));
  const configuration = join(folder, 'slipway.yml');
  writeFileSync(configuration, configurationOf(services, reconcileEvery));

  const local = join(home, 'local');
  const platform = localPlatform({ folder: local, servicesFolder, nowMs: Date.now });
  // What could not be ended in order is ended all the same.
  const endWithUs = () => killRunner(local);
  process.once('exit', endWithUs);
  await platform.start();
  await seedSamples(platform, {
    services,
    environment: ENVIRONMENT,
    version: FIRST_VERSION,
    sleep,
    nowMs: Date.now,
    deadlineMs: 60_000,
  });
  const urls = await Promise.all(
    services.map((service) => platform.urlOf({ service, environment: ENVIRONMENT })),
  );
  const monotonicMs = () => performance.now();
  const traffic = startTraffic({ urls, ratePerSecond: REQUESTS_PER_SECOND, monotonicMs });

  return {
    folder,
    home,
    servicesFolder,
    configuration,
    services,
    standing: async (service) => {
      const site = platform.site({ id: `${service}/${ENVIRONMENT}`, address: { service } });
      const { releases } = await site.look();
      return releases.filter(({ health, trafficPercent }) => health !== 'gone' || trafficPercent > 0);
    },
    begun: () => readState(placesIn(local).state).intents,
    async close() {
      await traffic.stop();
      await platform.shutDown().catch(() => undefined);
      killRunner(local);
      process.off('exit', endWithUs);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** With its services, which are in its group, and its socket. */
export function killRunner(local: string): void {
  const holder = readHolder(placesIn(local).lock);
  if (holder === null) return;
  try {
    process.kill(-holder.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
  rmSync(dirname(holder.socketPath), { recursive: true, force: true });
}

const programs: Readonly<Record<string, string>> = {
  'good.cjs': serving("answer.end('well')"),
  'crashes.cjs': "console.error('cannot find what it needs'); process.exit(1);",
  'falls-ill.cjs': serving("answer.writeHead(process.uptime() > 2 ? 503 : 200).end('ill soon')"),
};

function serving(answer: string): string {
  return `
    const { createServer } = require('node:http');
    createServer((_, answer) => ${answer}).listen(Number(process.env.PORT), '127.0.0.1');
    process.on('SIGTERM', () => process.exit(0));
  `;
}

function writeService(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, program] of Object.entries(programs)) writeFileSync(join(folder, file), program);
  const versions = Object.entries(fates).flatMap(([fate, { file, count }]) =>
    Array.from({ length: count }, (_, index) => ({ name: `${fate}${index + 1}`, run: file })),
  );
  writeFileSync(join(folder, 'service.json'), JSON.stringify({ heapMb: 16, versions }));
}

export function personOf(service: string): string {
  return `U0${service.toUpperCase()}`;
}

/** Short waits everywhere, so that much can go wrong in a minute. */
function configurationOf(services: readonly string[], reconcileEvery: string): string {
  const target = (service: string) => `
  ${service}:
    targets:
      ${ENVIRONMENT}:
        platform: local
        address: { service: ${service} }
        strategy: rolling
        pace: { traffic: [10, 40, 70], observe: 1s, releaseDeadline: 60s }
        gates: [serves-version]
        criteria: { errorPercentMax: 50, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 1 }`;
  const people = services.map(personOf).join(', ');
  return `
slack: { channel: C0DEPLOYS }
engine: { lease: 3s, reconcileEvery: ${reconcileEvery}, lookEvery: 5s, sampleEvery: 10m }
environments: { ${ENVIRONMENT}: { channel: C0DEPLOYS, protected: false } }
services:${services.map(target).join('')}
grants:
  - { role: viewer, people: [${people}], services: all, environments: all }
  - { role: deployer, people: [${people}], services: all, environments: all }
`;
}
