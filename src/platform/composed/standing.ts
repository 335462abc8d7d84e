import type { Site, Standing, StandingRelease } from '../platform.ts';
import type { RouterArm, RouterStanding } from '../router.ts';

export type Arm = { readonly name: string; readonly site: Site };

/** One arm as the router and its own platform see it at the same time; null where one of them says nothing of it. */
export type ArmSeen = Arm & { readonly inRouter: RouterArm | null; readonly standing: Standing | null };

/** `blue:dep-123`. Names of arms have no colon. */
export function idOf(arm: string, releaseId: string): string {
  return `${arm}:${releaseId}`;
}

export function partsOf(id: string): { readonly arm: string; readonly releaseId: string } {
  const colon = id.indexOf(':');
  return { arm: id.slice(0, Math.max(0, colon)), releaseId: id.slice(colon + 1) };
}

/**
 * What the router gives to an arm belongs to the release that serves on it. A release is healthy only where its own
 * platform says so and the router does not say otherwise; on an arm that was taken out it is gone, whatever it does.
 */
export function standingOf(routed: RouterStanding, seen: readonly ArmSeen[]): Standing {
  const releases = seen.flatMap((arm) =>
    (arm.standing?.releases ?? []).map((release): StandingRelease => onArm(arm, release)),
  );
  const atMs = Math.min(...seen.map(({ standing }) => standing?.atMs ?? Number.POSITIVE_INFINITY));
  const elsewhere = routed.elsewherePercent > 0 ? [stranger(routed.elsewherePercent)] : [];
  return {
    atMs: Number.isFinite(atMs) ? atMs : 0,
    frontDoor: routed.frontDoor,
    releases: [...releases, ...elsewhere],
  };
}

function onArm({ name, inRouter, standing }: ArmSeen, release: StandingRelease): StandingRelease {
  const trafficPercent = ((inRouter?.trafficPercent ?? 0) * release.trafficPercent) / 100;
  const own = {
    ...release,
    releaseId: idOf(name, release.releaseId),
    trafficPercent,
    url: release.url ?? standing?.frontDoor ?? null,
  };
  if (inRouter === null) return { ...own, health: 'unknown', say: `the router says nothing of ${name}` };
  if (release.health !== 'healthy') return { ...own, say: `on ${name}: ${release.say}` };
  // Healthy beside what its arm still serves: the router would not reach it yet.
  if (release.trafficPercent === 0) return { ...own, health: 'starting', say: `on ${name}: ${release.say}` };
  if (!inRouter.isIn)
    return { ...own, health: 'gone', say: `left as it is on ${name}, which is out of the router` };
  if (inRouter.isUp === false) {
    return { ...own, health: 'unhealthy', say: `the router finds ${name} down: ${inRouter.say}` };
  }
  return { ...own, say: `on ${name}: ${release.say}` };
}

function stranger(trafficPercent: number): StandingRelease {
  return {
    releaseId: 'elsewhere',
    version: { name: 'something else', commit: null },
    trafficPercent,
    health: 'unknown',
    say: 'the router sends traffic to somebody who is none of the arms',
    url: null,
    intentId: null,
  };
}
