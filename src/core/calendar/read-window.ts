import { unclear } from './clue.ts';
import type { Now, Unclear } from './moment.ts';
import { nextOccurrence, windowAt } from './occurrence.ts';
import { readOnce } from './read-once.ts';
import { comesBack, readWeekly } from './read-weekly.ts';
import { windowWords } from './say-window.ts';
import { dayPlus, isPlannable, wallAt } from './wall.ts';
import { Window } from './window.ts';
import { takeZone, tooLongWindow, windowWordsIn } from './window-words.ts';

export type ReadWindow =
  | {
      readonly kind: 'window';
      readonly window: Window;
      /** A way to type it that means the same wherever and whenever it is typed. */
      readonly echo: string;
    }
  /** It would be over already. */
  | { readonly kind: 'past'; readonly window: Window; readonly echo: string }
  | Unclear;

export type WindowNow = Now & {
  /** What days of the week mean without `every`: `fri 16:00 - mon 08:00` is the next one, or all of them. */
  readonly bare: 'once' | 'weekly';
};

/**
 * The window that somebody's words name. Ends that clocks skip or show twice need no question here, because
 * `windowAt` states what becomes of them. Without a beginning it begins now; between dates alone, the last one is in it.
 * @example readWindow('fri 16:00 - mon 08:00', { zone: 'Europe/Berlin', nowMs, bare: 'once' })
 */
export function readWindow(text: string, now: WindowNow): ReadWindow {
  const read = readText(text, now);
  if (read.kind !== 'unclear') return read;
  const sound = read.examples.filter((example) => readText(example, now).kind !== 'unclear').slice(0, 3);
  return { ...read, examples: sound.length > 0 ? sound : usual(now) };
}

function usual({ zone, nowMs }: Now): string[] {
  const tomorrow = dayPlus(wallAt(nowMs, zone).day, 1);
  return ['every fri 16:00 - mon 08:00', 'sat 02:00 3h', `${tomorrow} - ${dayPlus(tomorrow, 7)}`];
}

function readText(text: string, now: WindowNow): ReadWindow {
  const typed = windowWordsIn(text);
  if (typed === null) return tooLongWindow;
  const taken = takeZone(typed);
  if (taken.kind === 'unclear') return taken;
  if (taken.words.length === 0) return unclear(['From when until when?']);
  const zone = taken.zone ?? now.zone;
  const isWeekly = comesBack(taken.words, now.bare);
  const read = isWeekly ? readWeekly(taken.words) : readOnce(taken.words, { zone, nowMs: now.nowMs });
  return read.kind === 'unclear' ? read : judge({ zone, ...read }, now.nowMs);
}

function judge(read: object, nowMs: number): ReadWindow {
  const judged = Window.safeParse(read);
  if (!judged.success) return unclear([`That window ${judged.error.issues[0]?.message ?? 'cannot be'}.`]);
  const { data: window } = judged;
  if (window.kind === 'once' && !(isPlannable(window.fromMs) && isPlannable(window.untilMs))) {
    return unclear(['That is further away than anything is planned.']);
  }
  const isOver = windowAt(window, nowMs) === null && nextOccurrence(window, nowMs) === null;
  return { kind: isOver ? 'past' : 'window', window, echo: windowWords(window) };
}
