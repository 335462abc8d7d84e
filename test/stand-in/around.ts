import { setTimeout as sleep } from 'node:timers/promises';
import { openDoorOut } from '../../src/http/door.ts';
import { redact } from '../../src/http/redact.ts';
import type { Around } from '../../src/platform/platform.ts';

/** What a platform is given in a test: the real door and clock, and one token whatever it asks for. */
export function aroundWith(token: string, clock: Around['clock'] = realClock): Around {
  return {
    door: openDoorOut({ clock, random: () => 0.5, redact }),
    secret: async () => ({ open: () => token }),
    redact,
    clock,
    folder: '/nowhere',
  };
}

const realClock: Around['clock'] = {
  nowMs: () => Date.now(),
  sleep: async (ms) => {
    await sleep(ms);
  },
};
