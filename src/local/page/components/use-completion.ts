import { type KeyboardEvent, useState } from 'react';
import { type Completion, completionFor } from '../state/completion.ts';
import { useWorkspace } from '../state/workspace-context.tsx';

/** What the word under the caret may become, and the keys that choose from it. */
export function useCompletion(text: string, onReplace: (text: string) => void) {
  const { snapshot } = useWorkspace();
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [isShut, setShut] = useState(false);
  const completion = isShut ? null : completionFor(text, Math.min(caret, text.length), snapshot);
  const active = completion ? Math.min(at, completion.suggestions.length - 1) : 0;

  /** The text is another now: whatever was closed or chosen belonged to the old one. */
  const restart = (caretAt: number) => {
    setCaret(caretAt);
    setAt(0);
    setShut(false);
  };
  const complete = (open: Completion, index: number) => {
    const insert = open.suggestions[index]?.insert ?? '';
    onReplace(text.slice(0, open.from) + insert + text.slice(open.to).replace(/^ /, ''));
    restart(open.from + insert.length);
  };
  /** What a key does while the list is open; undefined when the key is not the list's. */
  const keyAction = ({ key, shiftKey }: KeyboardEvent): (() => void) | undefined => {
    if (!completion) return undefined;
    const { suggestions } = completion;
    const isWhole = suggestions[active]?.insert.trim() === text.trim();
    const { length } = suggestions;
    if (shiftKey && key !== 'Escape') return undefined;
    switch (key) {
      case 'ArrowDown':
        return () => setAt((active + 1) % length);
      case 'ArrowUp':
        return () => setAt((active - 1 + length) % length);
      case 'Escape':
        return () => setShut(true);
      case 'Tab':
        return () => complete(completion, active);
      case 'Enter':
        return isWhole ? undefined : () => complete(completion, active);
      default:
        return undefined;
    }
  };
  return { completion, active, setCaret, restart, complete, keyAction };
}
