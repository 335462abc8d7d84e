import { Failed } from '../../core/failure.ts';
import type { ArmShare } from '../router.ts';

/**
 * The most that a server may weigh ("set server" in the management guide). A weight with a percent sign is another
 * thing: it is taken of what haproxy.cfg gives the server, so that of 0 it is always 0. It is never written here.
 */
const WEIGHT_MAX = 256;
/** One percent has to be a whole number of weights, so that every whole percent is exact. */
const WEIGHT_PER_PERCENT = Math.floor(WEIGHT_MAX / 100);

export const STEP_PERCENT = 1 / WEIGHT_PER_PERCENT;
/** As far as shares that were rounded may miss the whole. */
const ROUNDING = 0.1;

export type Wanted = { readonly arm: string; readonly weight: number; readonly isIn: boolean };

/** @throws {Failed} `rejected` for shares that cannot be given */
export function wantedOf(shares: readonly ArmShare[], arms: readonly string[]): readonly Wanted[] {
  const refuse = (message: string) => new Failed({ code: 'rejected', message, retryAfterMs: null });
  const stranger = shares.find(({ arm }) => !arms.includes(arm));
  if (stranger !== undefined) throw refuse(`there is no arm ${stranger.arm}`);
  const percents = new Map(shares.map(({ arm, trafficPercent }) => [arm, trafficPercent]));
  if (percents.size < shares.length) throw refuse('the shares name an arm twice');
  if (shares.some(({ trafficPercent }) => !(trafficPercent >= 0)))
    throw refuse('shares cannot be less than nothing');
  const sum = shares.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
  if (Math.abs(sum - 100) > ROUNDING && sum !== 0) throw refuse(`the shares add up to ${sum}, not to 100`);
  const weigh = shares.every(({ trafficPercent }) => trafficPercent % STEP_PERCENT === 0) ? exactly : nearly;
  return arms.map((arm) => ({ arm, weight: weigh(percents.get(arm) ?? 0), isIn: percents.has(arm) }));
}

const exactly = (percent: number) => percent * WEIGHT_PER_PERCENT;

/** What haproxy.cfg began with need not be whole: 33.33 % of three. Whoever has something goes on having something. */
function nearly(percent: number): number {
  return percent === 0 ? 0 : Math.max(1, Math.round((percent * WEIGHT_MAX) / 100));
}

/**
 * What gets more comes first, so that at no moment nobody has anything; a server is weighed before it is let in, so
 * that it never gets what it had when it went out.
 */
export function commandsFor(wanted: readonly Wanted[], serverOf: (arm: string) => string): readonly string[] {
  return wanted
    .toSorted((a, b) => b.weight - a.weight)
    .flatMap(({ arm, weight, isIn }) => [
      `set server ${serverOf(arm)} weight ${weight}`,
      `set server ${serverOf(arm)} state ${isIn ? 'ready' : 'maint'}`,
    ]);
}
