import { type KeyboardEvent, useRef } from 'react';
import { typedBefore } from '../state/recall.ts';

const steps: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1 };

/** Arrow up in an empty composer brings back what was typed before; further presses go on, arrow down comes back. */
export function useRecall() {
  const back = useRef(0);
  return {
    reset: () => {
      back.current = 0;
    },
    /** The text to show instead, or null when the key means something else. */
    press: (event: KeyboardEvent<HTMLTextAreaElement>, text: string): string | null => {
      const typed = typedBefore();
      // Whoever changed what was brought back is typing, not walking.
      if (text !== typedAt(typed, back.current)) back.current = 0;
      const step = steps[event.key];
      if (step === undefined || (text !== '' && back.current === 0)) return null;
      const next = Math.min(Math.max(back.current + step, 0), typed.length);
      if (next === back.current) return null;
      back.current = next;
      return typedAt(typed, next);
    },
  };
}

const typedAt = (typed: readonly string[], back: number): string =>
  back === 0 ? '' : (typed.at(-back) ?? '');
