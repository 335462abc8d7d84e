import { useEffect, useState } from 'react';
import type { ChannelView, MessageView } from '../../workspace/page-contract.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { Composer } from './composer.tsx';
import { MenuButton } from './menu-button.tsx';
import { MessageList } from './message-list.tsx';
import { Welcome } from './welcome.tsx';

type ConversationProps = {
  readonly channel: ChannelView;
  readonly title: string;
  readonly messages: readonly MessageView[];
  readonly onOpenThread: (ts: string) => void;
};

/** A channel: its messages, and where one types. */
export function Conversation({ channel, title, messages, onOpenThread }: ConversationProps) {
  const { snapshot, act } = useWorkspace();
  const [text, setText] = useState('');
  const [said, setSaid] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  useComposerFocus(channel.id);
  const shown = messages.filter(
    ({ threadTs, ts, isBroadcast }) => threadTs === null || threadTs === ts || isBroadcast,
  );
  const shortcuts = snapshot.shortcuts
    .filter(({ type }) => type === 'global')
    .map(({ callbackId, name }) => ({
      key: callbackId,
      label: name,
      description: null,
      onChoose: async () => {
        const answer = await act({ kind: 'shortcut', callbackId, channel: channel.id, messageTs: null });
        setProblem(answer.ok ? null : answer.error);
      },
    }));
  const pick = (example: string) => {
    setText(example);
    composerBox()?.focus();
  };
  return (
    <div className="conversation">
      <MessageList
        label={`Messages in ${title}`}
        messages={shown}
        said={said}
        before={<Welcome title={title} topic={channel.topic} commands={snapshot.commands} onPick={pick} />}
        onOpenThread={onOpenThread}
      />
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <Composer
        label={`Message ${title}, or type / for commands`}
        text={text}
        onText={setText}
        onSend={(sent) => {
          setSaid(said + 1);
          return act({ kind: 'say', channel: channel.id, text: sent, threadTs: null });
        }}
        tools={shortcuts.length > 0 ? <MenuButton label="Shortcuts" icon="⚡" items={shortcuts} /> : null}
      />
    </div>
  );
}

const composerBox = () => document.querySelector<HTMLTextAreaElement>('.conversation .composer textarea');

/** Whoever comes into a channel can type at once; on a phone the keyboard would jump up, so not there. */
function useComposerFocus(channel: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each channel.
  useEffect(() => {
    if (window.matchMedia('(hover: hover)').matches) composerBox()?.focus();
  }, [channel]);
}
