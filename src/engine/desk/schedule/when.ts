import type { Named } from '../../../core/calendar/moment.ts';
import { readMoment } from '../../../core/calendar/read-moment.ts';
import { sayMoment } from '../../../core/calendar/say-moment.ts';
import type { When } from '../../../core/desk.ts';
import { type Offer, type Refusal, refuse } from '../../../core/refusal.ts';
import { code, type Text } from '../../../core/text.ts';
import type { Visiting } from '../visitor.ts';

/** When somebody meant, and in which zone they said it. */
export type Meant = {
  readonly kind: 'meant';
  readonly atMs: number;
  readonly zone: string;
  readonly nowMs: number;
  /** `Friday 21 Nov 09:30 Europe/Berlin (08:30 UTC), in 17 h`. */
  readonly echo: string;
};

/** Whoever wants something so much later has not meant this. */
const AHEAD_MAX_MS = 366 * 24 * 3_600_000;

/** The zone in which somebody's words about a time are read: the one that they named, their own, or UTC. */
export function zoneOf({ visitor }: Visiting, { zone }: When): string {
  return zone ?? visitor.actor.zone ?? 'UTC';
}

/**
 * What somebody's words about a time mean. What could be meant in two ways is asked about, and nothing that is over is
 * taken. `offer` makes the same command with other words for the time.
 */
export async function readWhen(
  visiting: Visiting,
  when: When,
  offer: (words: string) => Offer,
): Promise<Meant | Refusal> {
  const nowMs = await visiting.parts.store.nowMs();
  const read = readMoment(when.words, { zone: zoneOf(visiting, when), nowMs });
  switch (read.kind) {
    case 'moment':
      if (read.atMs - nowMs > AHEAD_MAX_MS) return tooFar(read.echo);
      return {
        kind: 'meant',
        atMs: read.atMs,
        zone: read.zone,
        nowMs,
        echo: sayMoment(read.atMs, read.zone, nowMs),
      };
    case 'gap':
      return askWhich(['Clocks in ', read.zone, ' skip that time.'], [read.before, read.after], offer);
    case 'overlap':
      return askWhich(['Clocks in ', read.zone, ' show that time twice.'], [read.first, read.second], offer);
    case 'past':
      return refuse('bad-arguments', [`${sayMoment(read.atMs, read.zone, nowMs)}: that time has passed.`], {
        next: ['Say one that is to come, such as ', code('tomorrow 09:30'), ' or ', code('in 2h'), '.'],
        offers: ['tomorrow 09:30', 'in 2h'].map(offer),
      });
    case 'unclear':
      return refuse('bad-arguments', read.say, {
        next: ['Type for example: ', code(read.examples.join(' · '))],
        offers: read.examples.map(offer),
      });
  }
}

function askWhich(
  why: Text,
  [first, second]: readonly [Named, Named],
  offer: (words: string) => Offer,
): Refusal {
  return refuse('bad-arguments', [...why, ' Which one is meant?'], {
    next: ['Either ', code(first.echo), ' or ', code(second.echo), '.'],
    offers: [offer(first.echo), offer(second.echo)],
  });
}

function tooFar(echo: string): Refusal {
  return refuse('bad-arguments', [code(echo), ' is more than a year away.'], {
    next: ['What is deployed then should be decided later.'],
  });
}
