import { type ReactNode, useState } from 'react';
import type { Confirm } from '../blocks/schema.ts';
import { Label, Text } from '../blocks/text.tsx';
import { Dialog } from '../components/dialog.tsx';

const words = {
  confirm: { type: 'plain_text', text: 'Yes' },
  deny: { type: 'plain_text', text: 'Cancel' },
} as const;

/** Asks first where the element has a `confirm`, then runs. The question has to be put on the page by who calls. */
export function useConfirmed(confirm: Confirm | undefined): {
  readonly ask: (run: () => void) => void;
  readonly question: ReactNode;
} {
  const [waiting, setWaiting] = useState<{ readonly run: () => void } | null>(null);
  const ask = (run: () => void) => (confirm ? setWaiting({ run }) : run());
  if (!confirm || !waiting) return { ask, question: null };
  const answer = (isYes: boolean) => {
    setWaiting(null);
    if (isYes) waiting.run();
  };
  const question = (
    <Dialog title={<Label text={confirm.title} />} size="small" onDismiss={() => answer(false)}>
      <div className="dialog__body">
        <Text text={confirm.text} />
      </div>
      <footer className="dialog__foot">
        <button type="button" className="button" onClick={() => answer(false)}>
          <Label text={confirm.deny ?? words.deny} />
        </button>
        <button
          type="button"
          className="button"
          data-style={confirm.style ?? 'primary'}
          data-first-focus
          onClick={() => answer(true)}
        >
          <Label text={confirm.confirm ?? words.confirm} />
        </button>
      </footer>
    </Dialog>
  );
  return { ask, question };
}
