import type { Change, Snapshot } from '../../workspace/page-contract.ts';
import { applyChange, keepEphemeral } from './apply-change.ts';
import type { WorkspaceApi } from './workspace-api.ts';

/** How the page and the workspace's server stand: the bot's own connection is in the snapshot. */
export type Link = 'connecting' | 'live' | 'reconnecting';

export type SessionState = {
  readonly snapshot: Snapshot | null;
  readonly link: Link;
};

/** One person's view of the workspace, kept up to date. */
export type Session = {
  readonly getState: () => SessionState;
  readonly subscribe: (onChange: () => void) => () => void;
  /** What the page already knows will happen, before the server says it: a modal that was closed. */
  readonly expect: (change: Change) => void;
  readonly close: () => void;
};

/**
 * Opens the stream first and asks for the state when it is open, so that nothing falls between the two; what arrives
 * meanwhile is applied afterwards. Every time the stream opens again the state is asked for again.
 */
export function openSession(api: WorkspaceApi, user: string): Session {
  let state: SessionState = { snapshot: null, link: 'connecting' };
  let meanwhile: Change[] | null = [];
  let asked = 0;
  const listeners = new Set<() => void>();

  const set = (next: Partial<SessionState>) => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };

  const refresh = async (before: Snapshot | null) => {
    asked += 1;
    const mine = asked;
    meanwhile = [];
    try {
      const snapshot = await api.state(user);
      if (mine !== asked) return;
      const changes: Change[] = meanwhile ?? [];
      meanwhile = null;
      set({ snapshot: changes.reduce(applyChange, keepEphemeral(before, snapshot)), link: 'live' });
    } catch {
      if (mine === asked) set({ link: 'reconnecting' });
    }
  };

  const onChange = (change: Change) => {
    if (change.kind === 'reset') void refresh(null);
    else if (meanwhile) meanwhile.push(change);
    else if (state.snapshot) set({ snapshot: applyChange(state.snapshot, change) });
  };

  const stop = api.listen(user, {
    onOpen: () => void refresh(state.snapshot),
    onLost: () => set({ link: 'reconnecting' }),
    onChange,
  });

  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    expect: (change) => {
      if (state.snapshot) set({ snapshot: applyChange(state.snapshot, change) });
    },
    close: () => {
      asked += 1;
      stop();
    },
  };
}
