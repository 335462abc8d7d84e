import { useState } from 'react';
import { useWorkspace } from '../state/workspace-context.tsx';
import { useScope } from './scope.tsx';

type Origin = { readonly blockId: string; readonly actionId: string };

/** Sends what was clicked or chosen as a block action, and knows whether it is still under way. */
export function useDispatch(origin: Origin): {
  readonly isBusy: boolean;
  readonly dispatch: (action: Readonly<Record<string, unknown>>) => Promise<void>;
} {
  const { act } = useWorkspace();
  const { channel, messageTs, viewId, isHome, report } = useScope();
  const [isBusy, setBusy] = useState(false);

  const dispatch = async (action: Readonly<Record<string, unknown>>) => {
    setBusy(true);
    report(null);
    const answer = await act({
      kind: 'block-action',
      channel,
      messageTs,
      viewId,
      isHome,
      ...origin,
      action: {
        ...action,
        block_id: origin.blockId,
        action_id: origin.actionId,
        action_ts: String(Date.now() / 1000),
      },
    });
    setBusy(false);
    if (!answer.ok) report(answer.error);
  };
  return { isBusy, dispatch };
}
