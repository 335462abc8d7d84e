import type { Platform, PlatformKind } from '../platform.ts';
import { Address, Settings } from './address.ts';
import { clientOf } from './client.ts';
import { openSite } from './site.ts';

const DEADLINE_MS = 20_000;
/** Longer than the longest time that a container is given to end, and long enough for a large image. */
const SLOW_DEADLINE_MS = 15 * 60_000;

/** One container of a Docker engine of one's own: a platform that replaces, and an arm behind a router. */
export const docker: PlatformKind = {
  id: 'docker',
  summary: 'Containers of a Docker engine of your own, one version at a time',
  Address,
  Settings,
  open(_name, settings, around): Platform {
    const { socket, registry } = Settings.parse(settings);
    const engine = { baseUrl: 'http://docker', connect: { socketPath: socket } };
    const http = around.door({ ...engine, deadlineMs: DEADLINE_MS });
    const slow = around.door({ ...engine, deadlineMs: SLOW_DEADLINE_MS });
    const secret = (reference: string) => around.secret(reference);
    const usual = clientOf({ calls: http, slow, secret, registry });
    const urgent = clientOf({ calls: http.urgent, slow: slow.urgent, secret, registry });
    return {
      id: 'docker',
      summary: docker.summary,
      Address,
      site: ({ id, address }, urgency = 'usual') =>
        openSite({
          serviceId: id,
          socket,
          address: Address.parse(address),
          client: urgency === 'urgent' ? urgent : usual,
          nowMs: () => around.clock.nowMs(),
          redact: around.redact,
          secret,
          sleep: (ms) => around.clock.sleep(ms),
        }),
      close: async () => undefined,
    };
  },
};
