import { code, person, type Text, time } from '../../core/text.ts';
import type { Held } from '../held-places.ts';

/** Whoever holds it, and for how long it has been so; as much as anybody may know who may look at the place. */
export function heldWords(held: Held): Text {
  switch (held.how) {
    case 'by-person':
      return ['by ', person(held.by), ', since ', time(held.sinceMs), ': nothing new begins there.'];
    case 'for-person':
      return [
        'by ',
        code(held.deploymentId),
        ', since ',
        time(held.sinceMs),
        ': a person has to look at it.',
      ];
    case 'undecided':
      return ['until somebody decides what becomes of it.'];
  }
}
