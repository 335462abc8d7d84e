import { directionOf } from '../../core/intent.ts';
import type { Version } from '../../core/plan.ts';
import type { Found, Intent, Share, Sought } from '../platform.ts';
import type { ArmShare, RouterStanding } from '../router.ts';
import { refuse } from './refuse.ts';
import { type ArmSeen, idOf, partsOf } from './standing.ts';

export const percentOf = ({ inRouter }: ArmSeen) => inRouter?.trafficPercent ?? 0;

/** Everything that is in, as it is now. */
export function inSharesOf({ arms }: RouterStanding): ArmShare[] {
  return arms.filter(({ isIn }) => isIn).map(({ arm, trafficPercent }) => ({ arm, trafficPercent }));
}

/** An arm that nobody uses; best one that is out, because what is in without traffic may be somebody's way back. */
export function idleArm(seen: readonly ArmSeen[]): ArmSeen {
  const idle = seen.filter((arm) => percentOf(arm) === 0);
  const arm = idle.find(({ inRouter }) => inRouter?.isIn !== true) ?? idle[0];
  if (arm !== undefined) return arm;
  const who = seen.map((each) => `${each.name} ${percentOf(each)} %`).join(', ');
  throw refuse('conflict', `every arm has traffic (${who}): a version needs one without to come up on`);
}

type Had = { readonly arm: ArmSeen; readonly releaseId: string };

/** What this very intent has made already, where the platform of an arm keeps intents. */
export function madeBefore(seen: readonly ArmSeen[], { id }: Intent): Had | null {
  for (const arm of seen) {
    const made = arm.standing?.releases.find(
      (release) => release.intentId === id && release.health !== 'gone',
    );
    if (made !== undefined) return { arm, releaseId: made.releaseId };
  }
  return null;
}

export const isBack = ({ id }: Intent) => directionOf(id) === 'backward';

/** Whoever goes back takes what an idle arm still runs; whoever goes forward wants it brought up anew. */
export function stillThere(seen: readonly ArmSeen[], { name, commit }: Version): Had | null {
  for (const arm of seen.filter((each) => percentOf(each) === 0)) {
    const kept = arm.standing?.releases.find(
      ({ version, health, trafficPercent }) =>
        version.name === name && version.commit === commit && health === 'healthy' && trafficPercent > 0,
    );
    if (kept !== undefined) return { arm, releaseId: kept.releaseId };
  }
  return null;
}

/** Shares of releases as shares of arms; every arm that is in stays in. @throws {Failed} for what cannot be */
export function armSharesOf(
  shares: readonly Share[],
  routed: RouterStanding,
  seen: readonly ArmSeen[],
): ArmShare[] {
  const sum = shares.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
  if (Math.abs(sum - 100) > 1e-6 && sum !== 0)
    throw refuse('rejected', `the shares add up to ${sum}, not to 100`);
  const percents = new Map(inSharesOf(routed).map(({ arm }) => [arm, 0]));
  const named = new Set<string>();
  for (const { releaseId, trafficPercent } of shares) {
    if (trafficPercent < 0) throw refuse('rejected', 'shares cannot be less than nothing');
    if (named.has(releaseId)) throw refuse('rejected', 'the shares name a release twice');
    named.add(releaseId);
    const arm = armOf(releaseId, seen, trafficPercent > 0);
    percents.set(arm, (percents.get(arm) ?? 0) + trafficPercent);
  }
  return [...percents].map(([arm, trafficPercent]) => ({ arm, trafficPercent }));
}

function armOf(releaseId: string, seen: readonly ArmSeen[], getsTraffic: boolean): string {
  const { arm: name, releaseId: own } = partsOf(releaseId);
  const release = seen
    .find((arm) => arm.name === name)
    ?.standing?.releases.find((each) => each.releaseId === own);
  if (release === undefined) throw refuse('not-found', `${releaseId} is not there`);
  const doesServe = release.health !== 'gone' && release.trafficPercent > 0;
  if (getsTraffic && !doesServe)
    throw refuse('conflict', `${releaseId} does not run on ${name}: ${release.say}`);
  return name;
}

/** A lost `release` was made on an arm without traffic. An arm that cannot tell makes it a person's to say. */
export async function findIn(seen: readonly ArmSeen[], intent: Intent, sought: Sought): Promise<Found> {
  const idle = seen.filter((arm) => percentOf(arm) === 0);
  const found: Found[] = [];
  for (const { name, site } of idle.length === 0 ? seen : idle) {
    const one = await site.find(intent, { ...sought, doing: 'replace' });
    if (one.kind === 'found') found.push({ kind: 'found', releaseId: idOf(name, one.releaseId) });
    if (one.kind === 'ambiguous') found.push({ kind: 'ambiguous', say: `on ${name}: ${one.say}` });
  }
  const [first] = found;
  if (first === undefined) return { kind: 'absent' };
  return found.length === 1
    ? first
    : { kind: 'ambiguous', say: 'several arms may have been told to bring it up' };
}
