import { z } from 'zod';
import { nextOccurrence, windowAt } from '../../core/calendar/occurrence.ts';
import { sayWhen } from '../../core/calendar/say-moment.ts';
import { sayWindow } from '../../core/calendar/say-window.ts';
import { When } from '../../core/calendar/when.ts';
import type { Window } from '../../core/calendar/window.ts';
import type { Verdict } from '../../core/verdict.ts';
import { defineGate } from '../gate.ts';

const Settings = z.strictObject({
  open: z
    .union([When.transform((window) => [window]), z.array(When).min(1).max(20)])
    .describe('Such as weekdays 09:00 - 16:00 Europe/Berlin.'),
});

/** Whether it is a time at which people are there who could help. */
export const businessHours = defineGate({
  id: 'business-hours',
  asks: 'Is it a time at which people are there?',
  when: 'before',
  isOfHours: true,
  Settings,
  look: async ({ nowMs }) => nowMs,
  judge: (nowMs, { open }) => judge(nowMs, open),
});

export function judge(nowMs: number, open: readonly Window[]): Verdict {
  const now = open.find((window) => windowAt(window, nowMs) !== null);
  if (now !== undefined) return { kind: 'pass', because: `it is open ${sayWindow(now, nowMs)}` };
  const coming = open.flatMap((window) => {
    const next = nextOccurrence(window, nowMs);
    return next === null ? [] : [{ window, fromMs: next.fromMs }];
  });
  const [next] = coming.toSorted((a, b) => a.fromMs - b.fromMs);
  if (next === undefined)
    return { kind: 'fail', because: 'its hours are over, and there are no more to come' };
  return { kind: 'fail', because: `it opens ${sayWhen(next.fromMs, next.window.zone, nowMs)}` };
}
