import { type RefObject, useState } from 'react';
import type { Acted } from '../../workspace/page-contract.ts';
import { rememberTyped } from '../state/recall.ts';

type Sending = {
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly onText: (text: string) => void;
  readonly onSend: (text: string) => Promise<Acted>;
};

/** Sends, clears at once, and puts the text back with the reason when it was refused and nothing else was begun. */
export function useSending({ box, onText, onSend }: Sending) {
  const [problem, setProblem] = useState<string | null>(null);
  const [underWay, setUnderWay] = useState(0);
  const send = async (text: string) => {
    const sent = text.trim();
    if (sent === '') return;
    onText('');
    setProblem(null);
    rememberTyped(sent);
    setUnderWay((count) => count + 1);
    const answer = await onSend(sent);
    setUnderWay((count) => count - 1);
    if (answer.ok) return;
    setProblem(answer.error);
    if (box.current?.value === '') onText(sent);
  };
  return { problem, isSending: underWay > 0, send, forgive: () => setProblem(null) };
}
