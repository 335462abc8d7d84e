import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Platform, Site } from '../platform.ts';
import { routingOf } from '../router.ts';
import { openSite } from './site.ts';
import type { Arm } from './standing.ts';

const ArmName = z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be a-z, 0-9 and -, starting with a letter');

/** The parts of it that other platforms read are checked by them. */
const Shape = z.strictObject({
  router: z.looseObject({ platform: z.string(), arms: z.record(ArmName, z.unknown()) }),
  arms: z
    .record(ArmName, z.strictObject({ platform: z.string(), address: z.unknown() }))
    .refine((arms) => Object.keys(arms).length >= 2, 'needs two arms at least'),
});
type Shape = z.infer<typeof Shape>;

/**
 * A service that is several of them behind a router: two services at Render behind a load balancer, two hosts behind
 * HAProxy. A version is brought up on an arm that has no traffic, and traffic is given to arms. `platformNamed`
 * finds what a configuration calls so; null where it calls nothing so.
 */
export function composedPlatform(platformNamed: (name: string) => Platform | null): Platform {
  const Address = Shape.superRefine((shape, context) => {
    for (const { path, message } of problemsOf(shape, platformNamed)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
  return {
    id: 'composed',
    summary: 'Several services behind a router that shares traffic out between them',
    Address,
    site({ id, address }, urgency): Site {
      const { router, arms } = Address.parse(address);
      const { platform: routerName, ...routerAddress } = router;
      const routing = routingNamed(platformNamed, routerName);
      const sites = Object.entries(arms).map(([name, arm]): Arm => {
        const platform = platformNamed(arm.platform);
        if (platform === null) throw new Failed(nowhere(arm.platform));
        return { name, site: platform.site({ id, address: arm.address }, urgency) };
      });
      return openSite(routing.open(routerAddress, urgency), sites);
    },
    close: async () => undefined,
  };
}

function routingNamed(platformNamed: (name: string) => Platform | null, name: string) {
  const platform = platformNamed(name);
  const routing = platform === null ? null : routingOf(platform);
  if (routing === null) throw new Failed(nowhere(name));
  return routing;
}

/** The address was checked before, so that this is a configuration that changed in between. */
function nowhere(name: string) {
  const message = `${name} is configured no longer`;
  return { code: 'not-found', message, retryAfterMs: null } as const;
}

type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/** What is wrong with an address, as far as our own words and those of the platforms that it names can tell. */
function problemsOf({ router, arms }: Shape, platformNamed: (name: string) => Platform | null): Problem[] {
  const { platform: routerName, ...routerAddress } = router;
  const platform = platformNamed(routerName);
  const routing = platform === null ? null : routingOf(platform);
  const ofRouter: Problem[] =
    routing === null
      ? [{ path: ['router', 'platform'], message: `${routerName} is no router among the platforms` }]
      : issuesOf(routing.Address, routerAddress, ['router']);
  const ofArms = Object.entries(arms).flatMap(([name, arm]): Problem[] => {
    const deployer = platformNamed(arm.platform);
    if (deployer === null) {
      return [{ path: ['arms', name, 'platform'], message: `${arm.platform} is none of the platforms` }];
    }
    return issuesOf(deployer.Address, arm.address, ['arms', name, 'address']);
  });
  const [inRouter, inArms] = [Object.keys(router.arms).toSorted(), Object.keys(arms).toSorted()];
  const isSame = inRouter.join() === inArms.join();
  const names: Problem[] = isSame
    ? []
    : [{ path: ['router', 'arms'], message: `must name the same arms: ${inArms.join(', ')}` }];
  return [...ofRouter, ...ofArms, ...names];
}

function issuesOf(Address: z.ZodType, address: unknown, at: readonly string[]): Problem[] {
  const read = Address.safeParse(address);
  if (read.success) return [];
  return read.error.issues.map(({ path, message }) => ({ path: [...at, ...path.map(String)], message }));
}
