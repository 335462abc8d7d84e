import type { Platform, PlatformKind } from '../platform.ts';
import { Address, Settings } from './address.ts';
import { clientOf } from './client.ts';
import { openSite } from './site.ts';

/**
 * Vercel publishes no number that holds for all calls: each kind has its own, and every answer says how much of it is
 * left (X-RateLimit-*), which the door keeps to. This is our own measure; a tenth of it, and of what Vercel says, is
 * left for going back.
 */
const LIMIT = { perMinute: 600, reserved: 60 } as const;

export const vercel: PlatformKind = {
  id: 'vercel',
  summary:
    'Projects that Vercel builds and serves, staged where their domains are not assigned by themselves',
  Address,
  Settings,
  open(_name, settings, around): Platform {
    const { token, team, url } = Settings.parse(settings);
    const http = around.door({
      baseUrl: url,
      limit: LIMIT,
      async authorize(isAgain) {
        const secret = await around.secret(token, isAgain ? 'again' : undefined);
        return { authorization: `Bearer ${secret.open()}` };
      },
    });
    const underway = new Map<string, Promise<{ readonly releaseId: string }>>();
    return {
      id: 'vercel',
      summary: vercel.summary,
      Address,
      site({ id, address }, urgency = 'usual') {
        const { project } = Address.parse(address);
        return openSite({
          target: id,
          client: clientOf(urgency === 'urgent' ? http.urgent : http, team, project),
          underway,
          nowMs: () => around.clock.nowMs(),
          redact: around.redact,
        });
      },
      close: async () => undefined,
    };
  },
};
