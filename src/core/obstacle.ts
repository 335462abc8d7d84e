import type { Offer } from './refusal.ts';
import type { Text } from './text.ts';

/** Something on the board, or in the configuration, that stands in the way of a deployment. */
export type Obstacle = {
  readonly kind: 'lock' | 'freeze' | 'maintenance' | 'hold';
  /** `lock/l-7f3a`: the sheet that it comes from, or where it is configured. */
  readonly from: string;
  /** Who put it there, since when and why, and who can lift it. */
  readonly say: Text;
  /** When it goes by itself; null when somebody has to lift it. */
  readonly untilMs: number | null;
  /** What somebody who is stopped by it may do. */
  readonly offers?: readonly Offer[];
};

/** Who breaks the glass passes what was put up for everybody; never what one person took for themselves, or works on. */
export function isPassedByGlass({ kind }: Obstacle): boolean {
  return kind === 'freeze' || kind === 'hold';
}

/** Who wants to pass where, and what for. */
export type Passing = {
  readonly service: string;
  readonly environment: string;
  /** The person, not the account. */
  readonly person: string;
  /**
   * `start` is a new version; `increase` more traffic for one that is on its way; `back` is a rollback, which only
   * another rollback should ever have to wait for.
   */
  readonly what: 'start' | 'increase' | 'back';
  /** Started by a clock, a queue or a push, with nobody watching. */
  readonly isAutomatic: boolean;
  readonly nowMs: number;
};
