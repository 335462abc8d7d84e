import { type KeyboardEvent, useRef } from 'react';
import { typedBefore } from '../state/recall.ts';

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
      const shown = back.current > 0 ? typed.at(-back.current) : '';
      if (text !== shown) back.current = 0;
      const isWalking = text === '' || (text === shown && back.current > 0);
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!isWalking || step === undefined) return null;
      const next = Math.min(Math.max(back.current + step, 0), typed.length);
      if (next === back.current) return null;
      back.current = next;
      return next === 0 ? '' : (typed.at(-next) ?? '');
    },
  };
}
