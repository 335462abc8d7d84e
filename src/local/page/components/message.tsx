import { memo, useRef, useState } from 'react';
import type { MessageView } from '../../workspace/page-contract.ts';
import { Emoji } from '../blocks/inlines.tsx';
import { Mrkdwn } from '../blocks/text.tsx';
import { useWorkspace } from '../state/workspace-context.tsx';
import { clockTime, millisecondsOf, wholeMoment } from '../text/time.ts';
import { Avatar } from './avatar.tsx';
import { Files } from './files.tsx';
import { MessageTools } from './message-tools.tsx';
import { ScopedBlocks } from './scoped-blocks.tsx';

type MessageProps = {
  readonly message: MessageView;
  /** Follows one of the same person closely: no need to say again who it is. */
  readonly isContinued: boolean;
  /** Null inside a thread, where there is nothing further to open. */
  readonly onOpenThread: ((ts: string) => void) | null;
};

export const Message = memo(function Message({ message, isContinued, onOpenThread }: MessageProps) {
  const { person } = useWorkspace();
  const [isDismissed, setDismissed] = useState(false);
  const author = person(message.user);
  const name = author?.realName || author?.name || message.user;
  if (isDismissed) return null;
  return (
    <li
      className="message"
      data-continued={isContinued}
      data-ephemeral={message.isEphemeral}
      data-ts={message.ts}
    >
      <EditGlow editedAt={message.editedAt} />
      <div className="message__gutter">
        {isContinued ? <MomentOf ts={message.ts} isQuiet /> : <Avatar person={author} name={name} />}
      </div>
      <article className="message__body" aria-label={`${name}, ${clockTime(millisecondsOf(message.ts))}`}>
        {!isContinued && (
          <header className="message__head">
            <strong className="message__author">{name}</strong>
            {author?.isBot && <span className="badge">app</span>}
            {author?.isGuest && <span className="badge">guest</span>}
            <MomentOf ts={message.ts} />
            <Edited editedAt={message.editedAt} />
          </header>
        )}
        {message.isEphemeral && (
          <p className="message__private">
            <svg className="message__eye" viewBox="0 0 20 20" aria-hidden="true">
              <path d="M1.5 10S4.6 4.5 10 4.5 18.5 10 18.5 10 15.4 15.5 10 15.5 1.5 10 1.5 10Z" />
              <circle cx="10" cy="10" r="2.6" />
            </svg>
            <span>Only visible to you</span>
            <button type="button" className="link-button" onClick={() => setDismissed(true)}>
              Dismiss
            </button>
          </p>
        )}
        {message.isBroadcast && onOpenThread && <p className="message__private">also sent from a thread</p>}
        <Words message={message} isContinued={isContinued} />
        <Files files={message.files} />
        <Reactions message={message} />
        {message.replyCount > 0 && onOpenThread && (
          <button type="button" className="thread-link" onClick={() => onOpenThread(message.ts)}>
            {message.replyCount} {message.replyCount === 1 ? 'reply' : 'replies'}
            <span className="thread-link__more">View thread</span>
          </button>
        )}
      </article>
      {!message.isEphemeral && <MessageTools message={message} name={name} onOpenThread={onOpenThread} />}
    </li>
  );
});

function Words({ message, isContinued }: Pick<MessageProps, 'message' | 'isContinued'>) {
  const { channel, ts, blocks, text, editedAt } = message;
  return (
    <div className="message__words">
      {blocks.length === 0 ? (
        <Mrkdwn source={text} />
      ) : (
        <ScopedBlocks
          blocks={blocks}
          channel={channel}
          messageTs={ts}
          viewId={null}
          isHome={false}
          form={`message ${channel} ${ts}`}
        />
      )}
      {isContinued && <Edited editedAt={editedAt} />}
    </div>
  );
}

function Edited({ editedAt }: { readonly editedAt: number | null }) {
  if (editedAt === null) return null;
  return (
    <span className="message__edited" title={wholeMoment(editedAt)}>
      (edited)
    </span>
  );
}

function MomentOf({ ts, isQuiet = false }: { readonly ts: string; readonly isQuiet?: boolean }) {
  const ms = millisecondsOf(ts);
  return (
    <time
      className="message__time"
      data-quiet={isQuiet}
      dateTime={new Date(ms).toISOString()}
      title={wholeMoment(ms)}
    >
      {clockTime(ms)}
    </time>
  );
}

/** Shines up once for every edit that happens before one's eyes, and never for edits of the past. */
function EditGlow({ editedAt }: { readonly editedAt: number | null }) {
  const atFirst = useRef(editedAt);
  if (editedAt === null || editedAt === atFirst.current) return null;
  return <span key={editedAt} className="message__glow" aria-hidden="true" />;
}

function Reactions({ message }: { readonly message: MessageView }) {
  if (message.reactions.length === 0) return null;
  return (
    <ul className="reactions" aria-label="Reactions">
      {message.reactions.map(({ name, users }) => (
        <li key={name} className="reaction">
          <Emoji name={name} /> {users.length}
        </li>
      ))}
    </ul>
  );
}
