import type { Http } from '../../http/door.ts';
import type { Around, Platform, PlatformKind, Urgency } from '../platform.ts';
import { Address, Settings } from './address.ts';
import { type Client, clientOf, type Ways } from './client.ts';
import { openKnownDeploys } from './known-deploys.ts';
import { openSite } from './site.ts';

/**
 * Render's limits in calls a minute (https://api-docs.render.com/reference/rate-limiting): reads, what changes
 * something, and for each service its deploys, rollbacks and settings together. A part is left for going back.
 */
const LIMITS = {
  reads: { perMinute: 400, reserved: 40 },
  others: { perMinute: 30, reserved: 6 },
  changes: { perMinute: 10, reserved: 5 },
} as const;

export const render: PlatformKind = {
  id: 'render',
  summary: 'Services that Render builds and runs, one version at a time',
  Address,
  Settings,
  open(_name, settings, around): Platform {
    const deploys = openKnownDeploys();
    const waysTo = openWays(Settings.parse(settings), around);
    const clientFor = (serviceId: string, urgency: Urgency): Client =>
      clientOf(waysTo(serviceId, urgency), serviceId);
    return {
      id: 'render',
      summary: render.summary,
      Address,
      site({ id, address }, urgency = 'usual') {
        const { service } = Address.parse(address);
        return openSite({
          target: id,
          serviceId: service,
          client: clientFor(service, urgency),
          clientFor: (serviceId) => clientFor(serviceId, urgency),
          deploys,
          nowMs: () => around.clock.nowMs(),
          redact: around.redact,
        });
      },
      close: async () => undefined,
    };
  },
};

/** One way for all reads and one for all changes; those of one service have a limit of their own besides. */
function openWays({ token, url }: Settings, around: Around) {
  const authorize = async (isAgain: boolean) => {
    const secret = await around.secret(token, isAgain ? 'again' : undefined);
    return { authorization: `Bearer ${secret.open()}` };
  };
  const way = (limit: { perMinute: number; reserved: number }) =>
    around.door({ baseUrl: url, authorize, limit });
  const reads = way(LIMITS.reads);
  const others = way(LIMITS.others);
  const changes = new Map<string, Http>();

  return (serviceId: string, urgency: Urgency): Ways => {
    const own = changes.get(serviceId) ?? way(LIMITS.changes);
    changes.set(serviceId, own);
    const ways = { reads, changes: own, others };
    return urgency === 'urgent' ? { reads: reads.urgent, changes: own.urgent, others: others.urgent } : ways;
  };
}
