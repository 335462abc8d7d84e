import { join } from 'node:path';
import { Failed } from '../core/failure.ts';
import type { Address } from '../engine/parts.ts';
import { samplesFolder } from '../local/index.ts';
import { type LocalPlatform, localPlatform } from '../platform/index.ts';
import type { Site } from '../platform/platform.ts';
import { clock } from './clock.ts';
import { type ComingUp, openComingUp } from './coming-up.ts';
import type { Settings } from './settings.ts';

export type Platforms = {
  siteOf(target: Address): Site;
  /** Null where no target is configured to run on this machine. */
  readonly local: LocalPlatform | null;
  /** To be told of what is being set up there: until it has ended nobody is told what runs in that place. */
  readonly comingUp: Pick<ComingUp, 'begin'>;
  /** What else has to end with the platforms, once nothing is deployed from here any more. */
  endWith(end: () => Promise<unknown>): void;
  close(): Promise<void>;
};

/** Opens the platforms that are configured, and no other: nothing is started on this machine that nobody named. */
export function openPlatforms({ configuration, home, servicesFolder }: Settings): Platforms {
  const { services } = configuration.current().catalog;
  const isLocal = services.some(({ targets }) => targets.some(({ platform }) => platform === 'local'));
  const local = isLocal
    ? localPlatform({
        folder: join(home, 'local'),
        servicesFolder: servicesFolder ?? samplesFolder,
        nowMs: clock.nowMs,
      })
    : null;
  const open = new Map(local === null ? [] : [[local.id, local]]);
  const ends: (() => Promise<unknown>)[] = [];
  const comingUp = openComingUp(clock.after);
  return {
    local,
    comingUp,
    siteOf({ id, platform, address }) {
      const found = open.get(platform);
      if (found === undefined) {
        throw new Failed({
          code: 'not-found',
          message: `the platform ${platform} is not configured in this process`,
          retryAfterMs: null,
        });
      }
      const site = found.site({ id, address });
      return found === local ? comingUp.site(id, site) : site;
    },
    endWith: (end) => void ends.unshift(end),
    async close() {
      for (const end of ends) await end();
      await local?.close();
    },
  };
}
