import type { Stretch } from '../core/analysis/look.ts';
import type { Side } from './arm-stretch.ts';
import type { Kept, KeptArm } from './kept.ts';
import type { Asked } from './metric.ts';

type Both = { readonly canary: Stretch; readonly stable: Stretch | null };
type Arms = Pick<Kept, 'canary' | 'stable'>;

/** Nothing for so long, while so much was to be expected: once in five hundred million times by chance (e^-20). */
const STILL_MS = 60_000;
const EXPECTED = 20;

/**
 * For how long each version has counted nothing at all, and how much it should have: as much as the other one, by their
 * shares of the traffic.
 */
export function stillness(
  { canary, stable }: Pick<Asked, 'canary' | 'stable'>,
  kept: Arms,
  next: Arms,
  both: Both,
): Arms {
  const arm = (
    before: KeptArm | null,
    after: KeptArm | null,
    own: Stretch | null,
    expected: number,
  ): KeptArm | null => {
    if (before === null || after === null || own === null) return after;
    if (own.requests > 0 || own.errors > 0) return { ...after, still: null };
    const still = before.still ?? { sinceMs: before.atMs, expected: 0 };
    return { ...after, still: { ...still, expected: still.expected + expected } };
  };
  const share = (own: number, others: number) => (others > 0 ? own / others : 0);
  const ofCanary = share(canary.trafficPercent, stable?.trafficPercent ?? 0);
  const ofStable = share(stable?.trafficPercent ?? 0, canary.trafficPercent);
  return {
    canary: arm(kept.canary, next.canary, both.canary, (both.stable?.requests ?? 0) * ofCanary),
    stable: arm(kept.stable, next.stable, both.stable, both.canary.requests * ofStable),
  };
}

/**
 * What stands still beyond chance while the other version moves is not zero: either nobody counts any more, or it gets no
 * traffic. Once it moves again it is counted from there: what comes at once then belongs to no stretch.
 */
export function frozen(before: Arms, now: Arms): string[] {
  return (['canary', 'stable'] as const).flatMap((side) => {
    const was = before[side];
    const is = now[side];
    if (is === null || was === null) return [];
    if (isFrozen(is)) return [say(side, is)];
    return isFrozen(was) ? [`${side}: its numbers move again, and count from now on`] : [];
  });
}

function isFrozen({ still, atMs }: KeptArm): boolean {
  return still !== null && atMs - still.sinceMs >= STILL_MS && still.expected >= EXPECTED;
}

function say(side: Side, { still, atMs }: KeptArm): string {
  const lasts = Math.round((atMs - (still?.sinceMs ?? atMs)) / 1_000);
  return `${side}: its numbers have stood still for ${lasts} s while those of the other version move`;
}
