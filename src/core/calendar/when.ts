import { z } from 'zod';
import { plain } from '../text.ts';
import { readWindow } from './read-window.ts';
import type { Window } from './window.ts';

/** Far apart, and in zones that never show the same time: what means the same in both leaves nothing to guess. */
const READERS = [
  { zone: 'UTC', nowMs: Date.UTC(2000, 0, 1), bare: 'weekly' },
  { zone: 'Asia/Tokyo', nowMs: Date.UTC(2100, 5, 15), bare: 'weekly' },
] as const;

/** When something holds, in the words that people type too. A file is read again and again: it must not depend on when. */
export const When = z.string().transform((words, context): Window => {
  const [first, second] = READERS.map((reader) => readWindow(words, reader));
  const read = first?.kind === 'unclear' ? first : second;
  if (first === undefined || read === undefined || read.kind === 'unclear') {
    const said = read?.kind === 'unclear' ? plain(read.say) : 'it cannot be read';
    return refused(context, words, `is not understood: ${said}`);
  }
  if (first.kind !== 'unclear' && JSON.stringify(first.window) === JSON.stringify(read.window))
    return read.window;
  return refused(
    context,
    words,
    'must mean the same whenever and wherever it is read: name the zone, and days with their year, such as 2026-12-24 - 2027-01-02 Europe/Berlin',
  );
});

function refused(context: z.RefinementCtx, input: string, message: string): never {
  context.addIssue({ code: 'custom', message, input });
  return z.NEVER;
}
