import { useState } from 'react';
import type { ChannelView, MessageView } from '../../workspace/page-contract.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';

type ThreadPanelProps = {
  readonly channel: ChannelView;
  readonly threadTs: string;
  readonly messages: readonly MessageView[];
  readonly onClose: () => void;
};

/** A message and its replies. Slash commands are refused here by Slack itself; mentions of the bot work. */
export function ThreadPanel({ channel, threadTs, messages, onClose }: ThreadPanelProps) {
  const { act, snapshot } = useWorkspace();
  const [text, setText] = useState('');
  const [said, setSaid] = useState(0);
  const shown = messages.filter((message) => message.ts === threadTs || message.threadTs === threadTs);
  const bot = snapshot.people.find(({ isBot }) => isBot);
  return (
    <aside
      className="thread"
      aria-label="Thread"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header className="panel-head">
        <h2>Thread</h2>
        <span className="panel-head__note">
          {channel.kind === 'channel' ? `#${channel.name}` : 'direct message'}
        </span>
        <button type="button" className="button button--icon" aria-label="Close thread" onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      <MessageList
        key={threadTs}
        label="Messages in the thread"
        messages={shown}
        said={said}
        onOpenThread={null}
      />
      <Composer
        label={bot ? `Reply, or @${bot.name} status` : 'Reply'}
        text={text}
        onText={setText}
        onSend={(sent) => {
          setSaid(said + 1);
          return act({ kind: 'say', channel: channel.id, text: sent, threadTs });
        }}
      />
    </aside>
  );
}
