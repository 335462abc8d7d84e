import { Fragment, type ReactNode } from 'react';
import type { MessageView } from '../../workspace/page-contract.ts';
import { dayName, dayOf, millisecondsOf } from '../text/time.ts';
import { Message } from './message.tsx';
import { useStickToBottom } from './use-stick-to-bottom.ts';

/** Within how long two messages of one person are one block of words. */
const CONTINUED_MS = 5 * 60_000;

type MessageListProps = {
  readonly label: string;
  readonly messages: readonly MessageView[];
  readonly before?: ReactNode;
  /** How often something was said from here: each time the end is shown. */
  readonly said: number;
  readonly onOpenThread: ((ts: string) => void) | null;
};

export function MessageList({ label, messages, before, said, onOpenThread }: MessageListProps) {
  const { scroller, content, isAtBottom, missed, toBottom } = useStickToBottom(messages.length, said);
  return (
    <div className="message-list">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable with the keyboard. */}
      <section className="message-list__scroller" ref={scroller} aria-label={label} tabIndex={0}>
        <div ref={content} className="message-list__content">
          {before}
          <ol className="messages">
            {messages.map((message, index) => (
              <Fragment key={message.ts}>
                <DayDivider message={message} previous={messages[index - 1]} />
                <Message
                  message={message}
                  isContinued={continues(messages[index - 1], message)}
                  onOpenThread={onOpenThread}
                />
              </Fragment>
            ))}
          </ol>
        </div>
      </section>
      {!isAtBottom && (
        <button type="button" className="to-bottom" onClick={toBottom}>
          <span aria-hidden="true">↓ </span>
          {missed > 0 ? `${missed} new ${missed === 1 ? 'message' : 'messages'}` : 'Newest messages'}
        </button>
      )}
    </div>
  );
}

type Neighbours = { readonly message: MessageView; readonly previous: MessageView | undefined };

function DayDivider({ message, previous }: Neighbours) {
  const ms = millisecondsOf(message.ts);
  if (previous && dayOf(millisecondsOf(previous.ts)) === dayOf(ms)) return null;
  return (
    <li className="day">
      <span>{dayName(ms, Date.now())}</span>
    </li>
  );
}

function continues(previous: MessageView | undefined, message: MessageView): boolean {
  if (!previous || previous.user !== message.user || previous.isEphemeral !== message.isEphemeral)
    return false;
  const [before, now] = [millisecondsOf(previous.ts), millisecondsOf(message.ts)];
  return now - before < CONTINUED_MS && dayOf(before) === dayOf(now);
}
