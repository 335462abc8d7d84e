import type { Back, LogLine, LogQuery, Site, Standing } from '../platform.ts';
import type { Router, RouterStanding } from '../router.ts';
import {
  armSharesOf,
  findIn,
  idleArm,
  inSharesOf,
  isBack,
  madeBefore,
  percentOf,
  stillThere,
} from './arms.ts';
import { composedCapabilities } from './capabilities.ts';
import { refuse } from './refuse.ts';
import { type Arm, type ArmSeen, idOf, partsOf, standingOf } from './standing.ts';

/** One service that is several: releases are those of its arms, and traffic is what the router gives to arms. */
export function openSite(routerName: string, router: Router, arms: readonly Arm[]): Site {
  async function see(): Promise<{ readonly routed: RouterStanding; readonly seen: readonly ArmSeen[] }> {
    const [routed, standings] = await Promise.all([
      router.look(),
      Promise.all(arms.map(({ site }) => site.look())),
    ]);
    const seen = arms.map((arm, index): ArmSeen => {
      const inRouter = routed.arms.find((each) => each.arm === arm.name) ?? null;
      return { ...arm, inRouter, standing: standings[index] ?? null };
    });
    return { routed, seen };
  }

  return {
    capabilities: async () =>
      composedCapabilities(
        await router.capabilities(),
        await Promise.all(arms.map(async ({ name, site }) => ({ name, can: await site.capabilities() }))),
      ),
    versions: async (limit) => (await arms[0]?.site.versions(limit)) ?? [],
    async look(): Promise<Standing> {
      const { routed, seen } = await see();
      return standingOf(routed, seen);
    },
    byHand: (back) => byHandOf(routerName, arms, back),
    async release(intent, version) {
      const { routed, seen } = await see();
      const had = madeBefore(seen, intent) ?? (isBack(intent) ? stillThere(seen, version) : null);
      const arm = had?.arm ?? idleArm(seen);
      const replace = arm.site.replace?.bind(arm.site);
      if (replace === undefined) {
        throw refuse('unsupported', `${arm.name} cannot bring a version up in the place of another`);
      }
      // Taken in first: what is out counts as gone, and whoever looks for this release must not find it so.
      if (arm.inRouter?.isIn !== true)
        await router.set([...inSharesOf(routed), { arm: arm.name, trafficPercent: 0 }]);
      const releaseId = had?.releaseId ?? (await replace(intent, version)).releaseId;
      return { releaseId: idOf(arm.name, releaseId) };
    },
    async route(_intent, shares) {
      const { routed, seen } = await see();
      await router.set(armSharesOf(shares, routed, seen));
    },
    async retire(_intent, releaseId) {
      const { routed, seen } = await see();
      const { arm: name, releaseId: own } = partsOf(releaseId);
      const arm = seen.find((each) => each.name === name);
      const isThere = arm?.standing?.releases.some((each) => each.releaseId === own) ?? false;
      if (arm?.inRouter?.isIn !== true || !isThere) return;
      if (arm.inRouter.trafficPercent > 0) {
        throw refuse('conflict', `${name} still has ${arm.inRouter.trafficPercent} % of the traffic`);
      }
      await router.set(inSharesOf(routed).filter((share) => share.arm !== name));
    },
    async find(intent, sought) {
      const { seen } = await see();
      return findIn(seen, intent, sought);
    },
    async settings() {
      const { seen } = await see();
      const serving = seen.toSorted((a, b) => percentOf(b) - percentOf(a))[0];
      return (await serving?.site.settings?.()) ?? [];
    },
    ...usageOf(arms),
    logs: (query) => logsOf(arms, query),
    async measure(releaseId) {
      const { arm, releaseId: own } = partsOf(releaseId);
      if (router.measure !== undefined && (await router.capabilities()).metrics.can)
        return router.measure(arm);
      return (await arms.find(({ name }) => name === arm)?.site.measure(own)) ?? null;
    },
  };
}

/** How the router is told is its own affair. That the arm still runs the release is what is usual: nothing stops it there. */
function byHandOf(routerName: string, arms: readonly Arm[], back: Omit<Back, 'insteadOf'>): string | null {
  const { name, commit } = back.version;
  const { arm, releaseId } = partsOf(back.releaseId);
  const site = arms.find((each) => each.name === arm)?.site;
  const command = site?.byHand?.({ releaseId, version: { name, commit } }) ?? null;
  if (command === null) return null;
  return `giving ${arm} all of the traffic at ${routerName}; where ${name} does not run on ${arm} any more, first: ${command}`;
}

/** How copies fare is told by the arm that they are on; where none tells, nobody does. */
function usageOf(arms: readonly Arm[]): Pick<Site, 'usage'> {
  if (arms.every(({ site }) => site.usage === undefined)) return {};
  return {
    async usage(releaseId) {
      const { arm: name, releaseId: own } = partsOf(releaseId);
      return (await arms.find((arm) => arm.name === name)?.site.usage?.(own)) ?? null;
    },
  };
}

async function logsOf(arms: readonly Arm[], query: LogQuery): Promise<readonly LogLine[]> {
  const wanted = query.releaseId === null ? null : partsOf(query.releaseId);
  const asked = arms.filter(({ name }) => wanted === null || wanted.arm === name);
  const own = { ...query, releaseId: wanted?.releaseId ?? null };
  const lines = (await Promise.all(asked.map(({ site }) => site.logs(own)))).flat();
  return query.linesMax === 0 ? [] : lines.toSorted((a, b) => a.atMs - b.atMs).slice(-query.linesMax);
}
