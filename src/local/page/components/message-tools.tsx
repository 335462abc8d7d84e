import { useState } from 'react';
import type { MessageView } from '../../workspace/page-contract.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { MenuButton } from './menu-button.tsx';

type MessageToolsProps = {
  readonly message: MessageView;
  readonly name: string;
  readonly onOpenThread: ((ts: string) => void) | null;
};

/** What can be done with a message: reply in its thread, and the app's message shortcuts. */
export function MessageTools({ message, name, onOpenThread }: MessageToolsProps) {
  const { snapshot, act } = useWorkspace();
  const [problem, setProblem] = useState<string | null>(null);
  const items = snapshot.shortcuts
    .filter(({ type }) => type === 'message')
    .map(({ callbackId, name: label }) => ({
      key: callbackId,
      label,
      description: null,
      onChoose: async () => {
        const answer = await act({
          kind: 'shortcut',
          callbackId,
          channel: message.channel,
          messageTs: message.ts,
        });
        setProblem(answer.ok ? null : answer.error);
      },
    }));
  return (
    <div className="message__tools">
      {onOpenThread && (
        <button
          type="button"
          className="button button--icon"
          aria-label={`Reply to ${name} in a thread`}
          title="Reply in thread"
          onClick={() => onOpenThread(message.threadTs ?? message.ts)}
        >
          <span aria-hidden="true">↩</span>
        </button>
      )}
      {items.length > 0 && <MenuButton label="Shortcuts for this message" icon="⋯" items={items} />}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
