import { awsDomain } from '../../http/aws/settings.ts';
import type { Http } from '../../http/door.ts';
import type { Platform, PlatformKind, Urgency } from '../platform.ts';
import type { RoutingPlatform } from '../router.ts';
import { Address, RouterAddress, Settings } from './address.ts';
import { oneAtATime } from './alone.ts';
import { balancerOf } from './balancer.ts';
import { ecsOf } from './client.ts';
import { openRouter } from './router.ts';
import { openSite } from './site.ts';

/**
 * ECS takes calls by bucket and account (its API reference, "API throttling"): the slowest that we use refill at one a
 * second. A part is left for going back.
 */
const LIMIT = { perMinute: 240, reserved: 40 } as const;
const DEADLINE_MS = 20_000;

/** Services of ECS, one version at a time; two of them behind a rule of a load balancer share traffic. */
export const ecs: PlatformKind = {
  id: 'ecs',
  summary: 'Services of Amazon ECS, and the rules of load balancers in front of them',
  Address,
  Settings,
  open(_name, given, around): Platform {
    const settings = Settings.parse(given);
    const { region, endpoints } = settings;
    const ways = {
      ecs: around.door({
        baseUrl: endpoints?.ecs ?? `https://ecs.${region}.${awsDomain(region)}`,
        limit: LIMIT,
        deadlineMs: DEADLINE_MS,
      }),
      loadBalancing: around.door({
        baseUrl: endpoints?.loadBalancing ?? `https://elasticloadbalancing.${region}.${awsDomain(region)}`,
        limit: LIMIT,
        deadlineMs: DEADLINE_MS,
      }),
    };
    const opened = (http: Http, urgency: Urgency) => ({
      http: urgency === 'urgent' ? http.urgent : http,
      settings,
      around,
    });
    const aloneWith = oneAtATime();
    const platform: RoutingPlatform = {
      id: 'ecs',
      summary: ecs.summary,
      Address,
      site({ id, address: asked }, urgency = 'usual') {
        const address = Address.parse(asked);
        const client = ecsOf(opened(ways.ecs, urgency), address);
        const alone = aloneWith(`${address.cluster}/${address.service}`);
        return openSite({
          serviceId: id,
          region,
          address,
          ecs: client,
          alone,
          nowMs: () => around.clock.nowMs(),
        });
      },
      routing: {
        Address: RouterAddress,
        open(asked, urgency = 'usual') {
          const address = RouterAddress.parse(asked);
          const balancer = balancerOf(opened(ways.loadBalancing, urgency), address.rule);
          return openRouter(address, balancer, aloneWith(address.rule));
        },
      },
      close: async () => undefined,
    };
    return platform;
  },
};
