import { z } from 'zod';
import { Failed, type Failure } from '../../core/failure.ts';
import type { Platform, PlatformKind, Site } from '../platform.ts';
import { type Routing, routingOf } from '../router.ts';
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

type Named = (name: string) => Platform | null;

/**
 * A service that is several of them behind a router: two services at Render behind a load balancer, two hosts behind
 * HAProxy. A version is brought up on an arm that has no traffic, and traffic is given to arms.
 */
export const composed = {
  id: 'composed',
  summary: 'Several services as one, behind a router that shares traffic out between them',
  Settings: z.strictObject({}),
  /** As far as it can be told without the platforms that it names. */
  Address: Shape,
  open(name, settings, around): Platform {
    composed.Settings.parse(settings);
    return composedPlatform((other) => around.platformNamed?.(other) ?? null, name);
  },
} as const satisfies PlatformKind;

/** The same over platforms that were opened by somebody else. `named` finds what a configuration calls so. */
export function composedPlatform(named: Named, id = 'composed'): Platform {
  return {
    id,
    summary: composed.summary,
    Address: Shape.superRefine((shape, context) => {
      for (const { path, message } of problemsOf(shape, named)) {
        context.addIssue({ code: 'custom', path: [...path], message });
      }
    }),
    site({ id: target, address }, urgency): Site {
      const shape = Shape.parse(address);
      const [problem] = problemsOf(shape, named);
      if (problem !== undefined) throw new Failed(wrongAddress(target, problem));
      const { platform: routerName, ...routerAddress } = shape.router;
      const arms = Object.entries(shape.arms).flatMap(([arm, { platform, address: own }]): Arm[] => {
        const site = named(platform)?.site({ id: target, address: own }, urgency);
        return site === undefined ? [] : [{ name: arm, site }];
      });
      return openSite(routerName, routingNamed(named, routerName).open(routerAddress, urgency), arms);
    },
    close: async () => undefined,
  };
}

/** The parts that other platforms read were not checked with the configuration, and those may have changed since. */
function wrongAddress(id: string, { path, message }: Problem): Failure {
  return {
    code: 'rejected',
    message: `the address of ${id} is wrong at ${path.join('.')}: ${message}`,
    retryAfterMs: null,
  };
}

function routingNamed(named: Named, name: string): Routing {
  const platform = named(name);
  const routing = platform === null ? null : routingOf(platform);
  if (routing === null) throw new Failed(nowhere(name));
  return routing;
}

/** Its address was checked a moment before, so that this is a configuration that changed in between. */
function nowhere(name: string) {
  const message = `${name} is configured no longer`;
  return { code: 'not-found', message, retryAfterMs: null } as const;
}

type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/** What is wrong with an address, as far as our own words and those of the platforms that it names can tell. */
function problemsOf({ router, arms }: Shape, named: Named): Problem[] {
  const { platform: routerName, ...routerAddress } = router;
  const platform = named(routerName);
  const routing = platform === null ? null : routingOf(platform);
  const ofRouter: Problem[] =
    routing === null
      ? [{ path: ['router', 'platform'], message: `${routerName} is no router among the platforms` }]
      : issuesOf(routing.Address, routerAddress, ['router']);
  const ofArms = Object.entries(arms).flatMap(([name, arm]): Problem[] => {
    const deployer = named(arm.platform);
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
