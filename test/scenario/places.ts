import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { samplesFolder } from '../../src/local/index.ts';
import { seedSamples } from '../../src/local/samples/index.ts';
import { startTraffic } from '../../src/local/traffic/index.ts';
import { localPlatform } from '../../src/platform/index.ts';
import type { Story } from './story.ts';

/** The places of a story whose services nobody else starts: v1 of `api` runs there, with requests of our own. */
export type Places = {
  begin(environment: string, requestsPerSecond: number): Promise<void>;
  /** What every release that is not gone has of the traffic, by its version. */
  shares(environment: string): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
};

/** For a story that was opened with `SLIPWAY_SERVICES` = `samplesFolder`. */
export function openPlaces(story: Pick<Story, 'home'>): Places {
  const platform = localPlatform({
    folder: join(story.home, 'local'),
    servicesFolder: samplesFolder,
    nowMs: Date.now,
  });
  const traffics: ReturnType<typeof startTraffic>[] = [];
  const service = 'api';
  return {
    async begin(environment, ratePerSecond) {
      const version = 'v1';
      await seedSamples(platform, { services: [service], environment, version, sleep, nowMs: Date.now });
      const urls = [await platform.urlOf({ service, environment })];
      traffics.push(startTraffic({ urls, ratePerSecond, monotonicMs: () => performance.now() }));
    },
    async shares(environment) {
      const { releases } = await platform
        .site({ id: `${service}/${environment}`, address: { service } })
        .look();
      const here = releases.filter(({ health }) => health !== 'gone');
      return Object.fromEntries(here.map(({ version, trafficPercent }) => [version.name, trafficPercent]));
    },
    async close() {
      await Promise.all(traffics.map((traffic) => traffic.stop()));
      await platform.close();
    },
  };
}
