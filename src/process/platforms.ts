import { join, resolve } from 'node:path';
import { hashOf } from '../core/canonical.ts';
import type { ConfiguredPlatform } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import type { Address } from '../engine/parts.ts';
import { openDoorOut } from '../http/door.ts';
import { samplesFolder } from '../local/index.ts';
import { type LocalPlatform, localPlatform, openPlatform } from '../platform/index.ts';
import type { Around, Platform, Site, Urgency } from '../platform/platform.ts';
import { clock } from './clock.ts';
import { type ComingUp, openComingUp } from './coming-up.ts';
import type { Settings } from './settings.ts';

export type Platforms = {
  /** @throws {Failed} `not-found` for a platform that is not configured in this process. */
  siteOf(target: Address, urgency?: Urgency): Site;
  /** To be told of what is being set up there: until it has ended nobody is told what runs in that place. */
  readonly comingUp: Pick<ComingUp, 'begin'>;
  /** Null where nothing is called so. */
  platformNamed(name: string): Platform | null;
  /** Null where no target is configured to run on this machine. */
  readonly local: LocalPlatform | null;
  /** What else has to end with the platforms, once nothing is deployed from here any more. */
  endWith(end: () => Promise<unknown>): void;
  close(): Promise<void>;
};

/** Opens the platforms that are configured, and no other: nothing is started on this machine that nobody named. */
export function openPlatforms(settings: Settings): Platforms {
  const { configuration, home, servicesFolder } = settings;
  const { services } = configuration.current().catalog;
  const isLocal = services.some(({ targets }) => targets.some(({ platform }) => platform === 'local'));
  const local = isLocal
    ? localPlatform({
        folder: join(home, 'local'),
        servicesFolder: servicesFolder ?? samplesFolder,
        nowMs: clock.nowMs,
        given: { SLIPWAY_HOME: resolve(home) },
      })
    : null;
  const named = openNamed(settings, local);
  const comingUp = openComingUp(clock.after);
  const ends: (() => Promise<unknown>)[] = [];
  return {
    local,
    comingUp,
    platformNamed: (name) => (name === 'local' ? local : named.get(name)),
    siteOf({ id, platform, address }, urgency) {
      const found = platform === 'local' ? local : named.get(platform);
      if (found !== null) {
        const site = found.site({ id, address }, urgency);
        return found === local ? comingUp.site(id, site) : site;
      }
      throw new Failed({
        code: 'not-found',
        message: `the platform ${platform} is not configured in this process`,
        retryAfterMs: null,
      });
    },
    endWith: (end) => void ends.unshift(end),
    async close() {
      for (const end of ends) await end();
      await named.close();
      await local?.close();
    },
  };
}

type Opened = { readonly hash: string; readonly platform: Platform };

/** Each is opened when it is first asked for, and anew when its settings have changed since. */
function openNamed({ configuration, home, secrets, redact, processes }: Settings, local: Platform | null) {
  const door = openDoorOut({ clock, random: Math.random, redact, processes });
  const open = new Map<string, Opened>();
  const around = (name: string): Around => ({
    door,
    redact,
    clock,
    secret: (reference, how) => (how === 'again' ? secrets.readAgain(reference) : secrets.read(reference)),
    folder: join(home, 'platforms', name),
    platformNamed: (other) => (other === 'local' ? local : other === name ? null : get(other)),
  });

  function get(name: string): Platform | null {
    const configured = configuration.current().catalog.platforms?.find((each) => each.name === name);
    if (configured === undefined) return null;
    const hash = hashOf('slipway/platform/v1', configured);
    const known = open.get(name);
    if (known?.hash === hash) return known.platform;
    void known?.platform.close();
    const platform = openOne(configured, around(name));
    open.set(name, { hash, platform });
    return platform;
  }

  return {
    get,
    async close() {
      for (const { platform } of open.values()) await platform.close();
    },
  };
}

function openOne({ name, kind, settings }: ConfiguredPlatform, around: Around): Platform {
  return openPlatform(kind, name, settings, around);
}
