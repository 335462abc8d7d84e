import { comesBackOn, comingDays } from './recurrence.ts';
import { beginsAt, type Day, dayPlus, endsAt, wallAt } from './wall.ts';
import { clockMsOf, type WeeklyWindow, type Window } from './window.ts';

/** One time that a window is open. */
export type Occurrence = {
  readonly fromMs: number;
  /** The first moment that is no longer in it. */
  readonly untilMs: number;
};

/**
 * The occurrence that covers a moment, or null. Occurrences that touch are one: what is asked is when it will be over.
 * One that begins in a stretch that clocks skip begins with the first moment after it; one whose end comes twice ends
 * the second time; one that lies in the skip altogether does not take place.
 */
export function windowAt(window: Window, atMs: number): Occurrence | null {
  for (const occurrence of occurrencesAround(window, atMs)) {
    if (occurrence.fromMs > atMs) return null;
    if (atMs < occurrence.untilMs) return occurrence;
  }
  return null;
}

/** The first occurrence that begins after a moment; null when none does any more. */
export function nextOccurrence(window: Window, afterMs: number): Occurrence | null {
  for (const occurrence of occurrencesAround(window, afterMs)) {
    if (occurrence.fromMs > afterMs) return occurrence;
  }
  return null;
}

/** In order, from one that begins no later than the moment if there is one, without end where nothing ends them. */
function* occurrencesAround(window: Window, atMs: number): Generator<Occurrence> {
  if (window.kind === 'once') {
    yield { fromMs: window.fromMs, untilMs: window.untilMs };
    return;
  }
  let open: Occurrence | null = null;
  for (const day of comingDays(window, firstDay(window, atMs))) {
    const next = occurrenceOn(window, day);
    if (next === null) continue;
    const joined = join(open, next);
    if (open !== null && joined === null) yield open;
    open = joined ?? next;
  }
  if (open !== null) yield open;
}

/** Two that touch as one; null where there is time between them. */
function join(first: Occurrence | null, second: Occurrence): Occurrence | null {
  if (first === null || second.fromMs > first.untilMs) return null;
  return { fromMs: first.fromMs, untilMs: second.untilMs };
}

function occurrenceOn(window: WeeklyWindow, day: Day): Occurrence | null {
  const fromMs = beginsAt({ day, clockMs: clockMsOf(window.from) }, window.zone);
  const end = { day: dayPlus(day, window.daysLater), clockMs: clockMsOf(window.until) };
  const untilMs = endsAt(end, window.zone);
  return fromMs < untilMs ? { fromMs, untilMs } : null;
}

/** Where to begin looking: with the occurrence that covers the moment, gone back for as long as others touch it. */
function firstDay(window: WeeklyWindow, atMs: number): Day {
  const today = wallAt(atMs, window.zone).day;
  // Tomorrow may have begun already, where clocks were put back across midnight.
  let first = reaching(window, dayPlus(today, 2), atMs);
  if (first === null) return today;
  for (;;) {
    const before = reaching(window, first.day, first.fromMs);
    if (before === null) return first.day;
    first = before;
  }
}

type Dated = { readonly day: Day; readonly fromMs: number };

/** The last occurrence on a day before `day` that begins no later than a moment, if it lasts until then. */
function reaching(window: WeeklyWindow, day: Day, atMs: number): Dated | null {
  for (let back = 1; back <= window.daysLater + 3; back += 1) {
    const earlier = dayPlus(day, -back);
    const occurrence = comesBackOn(window, earlier) ? occurrenceOn(window, earlier) : null;
    if (occurrence !== null && occurrence.fromMs <= atMs) {
      return occurrence.untilMs >= atMs ? { day: earlier, fromMs: occurrence.fromMs } : null;
    }
  }
  return null;
}
