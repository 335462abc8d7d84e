import type { Http } from '../../http/door.ts';
import type { Around, Platform, PlatformKind } from '../platform.ts';
import type { RoutingPlatform } from '../router.ts';
import { Address, RouterAddress, Settings } from './address.ts';
import { openProcess } from './process.ts';
import { openRouter } from './router.ts';
import { openSocket } from './socket.ts';

const DEADLINE_MS = 5_000;

/** HAProxy in front of hosts of one's own: a router for arms, and the processes behind it that nobody here starts. */
export const haproxy: PlatformKind = {
  id: 'haproxy',
  summary: 'Own hosts behind HAProxy, which shares the traffic out between them by weight',
  Address,
  Settings,
  open(_name, settings, around): Platform {
    const { socket } = Settings.parse(settings);
    const tell = openSocket(socket, DEADLINE_MS);
    const doorTo = openDoors(around);
    const nowMs = () => around.clock.nowMs();
    const platform: RoutingPlatform = {
      id: 'haproxy',
      summary: haproxy.summary,
      Address,
      site({ address }, urgency = 'usual') {
        const { url, versionHeader } = Address.parse(address);
        const http = doorTo(new URL(url).origin);
        return openProcess({ http: urgency === 'urgent' ? http.urgent : http, url, versionHeader, nowMs });
      },
      routing: {
        Address: RouterAddress,
        open: (address) => openRouter(RouterAddress.parse(address), { tell, nowMs }),
      },
      close: async () => undefined,
    };
    return platform;
  },
};

/** One way to each host, however many processes it has. */
function openDoors({ door }: Around): (origin: string) => Http {
  const doors = new Map<string, Http>();
  return (origin) => {
    const known = doors.get(origin) ?? door({ baseUrl: origin, deadlineMs: DEADLINE_MS });
    doors.set(origin, known);
    return known;
  };
}
