import { readWindow } from '../../core/calendar/read-window.ts';
import type { Window } from '../../core/calendar/window.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import type { Visiting } from '../desk/visitor.ts';

export type WhenAsked = {
  readonly when: string | null;
  readonly forMs: number | null;
  readonly zone: string | null;
};

export type WhenMeant = { readonly kind: 'meant'; readonly window: Window | null; readonly zone: string };

/**
 * From when until when somebody means, in the zone that they named, or their own. Null: neither words nor a length were
 * given. What is not understood is asked about with what could be typed instead.
 */
export function readSpan(
  { visitor }: Visiting,
  { when, forMs, zone: named }: WhenAsked,
  nowMs: number,
  offer: (words: string) => Offer,
): WhenMeant | Refusal {
  const zone = named ?? visitor.actor.zone ?? 'UTC';
  if (when === null) {
    const window =
      forMs === null ? null : ({ kind: 'once', fromMs: nowMs, untilMs: nowMs + forMs, zone } as const);
    return { kind: 'meant', window, zone };
  }
  if (forMs !== null) {
    return refuse('bad-arguments', [
      'Say how long it is once: either in the words for when, or with ',
      code('--for'),
      '.',
    ]);
  }
  const read = readWindow(when, { zone, nowMs, bare: 'once' });
  switch (read.kind) {
    case 'window':
      return { kind: 'meant', window: read.window, zone: read.window.zone };
    case 'past':
      return refuse('bad-arguments', [code(read.echo), ' is over already.'], {
        next: ['Say when it is to be, such as ', code('sat 02:00 3h'), '.'],
      });
    case 'unclear':
      return refuse('bad-arguments', read.say, {
        next: ['Type for example: ', code(read.examples.join(' · '))],
        offers: read.examples.map(offer),
      });
  }
}
