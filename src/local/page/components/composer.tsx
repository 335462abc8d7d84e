import { type KeyboardEvent, type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from 'react';
import type { Acted } from '../../workspace/page-contract.ts';
import { commandOf, restOfHint } from '../state/completion.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { CompletionList } from './completion-list.tsx';
import { ComposerHint } from './composer-hint.tsx';
import { useCompletion } from './use-completion.ts';
import { useRecall } from './use-recall.ts';
import { useSending } from './use-sending.ts';

type ComposerProps = {
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: (text: string) => Promise<Acted>;
  readonly tools?: ReactNode;
};

/** Where one types: completion, hint, recall; Enter sends and Shift+Enter makes a new line. */
export function Composer({ label, text, onText, onSend, tools }: ComposerProps) {
  const { snapshot } = useWorkspace();
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const { problem, isSending, send, forgive } = useSending({ box, onText, onSend });
  const { completion, active, setCaret, restart, complete, keyAction } = useCompletion(text, onText);
  const recall = useRecall();
  useFittingHeight(box, text);
  const command = commandOf(text, snapshot.commands);

  const change = (next: string, caret = next.length) => {
    onText(next);
    restart(caret);
    forgive();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const act = keyAction(event) ?? plainKey(event);
    if (!act) return;
    event.preventDefault();
    act();
  };
  const plainKey = (event: KeyboardEvent<HTMLTextAreaElement>): (() => void) | undefined => {
    if (event.key === 'Enter' && !event.shiftKey) return submit;
    const remembered = recall.press(event, text);
    return remembered === null ? undefined : () => change(remembered);
  };
  const submit = () => {
    recall.reset();
    void send(text);
    box.current?.focus();
  };
  return (
    <div className="composer" data-problem={problem !== null}>
      {completion && (
        <CompletionList
          id={`${id}-list`}
          completion={completion}
          active={active}
          onChoose={(index) => complete(completion, index)}
        />
      )}
      <div className="composer__box">
        <div className="composer__field">
          <Ghost typed={text} rest={command ? restOfHint(text, command) : ''} />
          <textarea
            ref={box}
            rows={1}
            role="combobox"
            aria-label={label}
            aria-expanded={completion !== null}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={completion ? `${id}-list-${active}` : undefined}
            aria-describedby={`${id}-hint ${id}-problem`}
            aria-invalid={problem !== null || undefined}
            placeholder={label}
            spellCheck={false}
            value={text}
            onChange={(event) => change(event.currentTarget.value, event.currentTarget.selectionStart)}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
            onKeyDown={press}
          />
        </div>
        {tools}
        <SendButton isEmpty={text.trim() === ''} isSending={isSending} onSend={submit} />
      </div>
      <p className="composer__problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
      <ComposerHint id={`${id}-hint`} command={command} />
    </div>
  );
}

/** What is still to be typed, in grey behind what is typed. */
function Ghost({ typed, rest }: { readonly typed: string; readonly rest: string }) {
  if (rest === '') return null;
  return (
    <div className="composer__ghost" aria-hidden="true">
      <span className="composer__typed">{typed}</span>
      {rest}
    </div>
  );
}

type SendButtonProps = {
  readonly isEmpty: boolean;
  readonly isSending: boolean;
  readonly onSend: () => void;
};

function SendButton({ isEmpty, isSending, onSend }: SendButtonProps) {
  return (
    <button
      type="button"
      className="button composer__send"
      data-style="primary"
      aria-label="Send"
      disabled={isEmpty}
      onClick={onSend}
    >
      {isSending ? <span className="spinner" aria-hidden="true" /> : <span aria-hidden="true">➤</span>}
    </button>
  );
}

function useFittingHeight(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text is what makes it higher.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, 160)}px`;
  }, [box, text]);
}
