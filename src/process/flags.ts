import { join } from 'node:path';
import { hashOf } from '../core/canonical.ts';
import type { FlagAround, FlagService } from '../flag/flag.ts';
import { openFlags } from '../flag/index.ts';
import { openDoorOut } from '../http/door.ts';
import { clock } from './clock.ts';
import type { Settings } from './settings.ts';

type Opened = { readonly hash: string; readonly service: FlagService };

/** Where feature flags are kept: each opened when it is first asked for, and anew when its settings have changed. */
export function flagsFor(settings: Settings): (name: string) => FlagService | null {
  const { configuration, secrets, home, redact } = settings;
  const door = openDoorOut({ clock, random: Math.random, redact });
  const open = new Map<string, Opened>();
  return (name) => {
    const configured = (configuration.current().catalog.flags ?? []).find((each) => each.name === name);
    if (configured === undefined) return null;
    const hash = hashOf('slipway/flags/v1', configured);
    const known = open.get(name);
    if (known?.hash === hash) return known.service;
    const around: FlagAround = {
      door,
      secret: async (reference) => (await secrets.read(reference)).open(),
      folder: join(home, 'flags', name),
      nowMs: clock.nowMs,
    };
    const service = openFlags(configured, around);
    open.set(name, { hash, service });
    return service;
  };
}
