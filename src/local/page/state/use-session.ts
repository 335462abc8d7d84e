import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { openSession, type Session, type SessionState } from './session.ts';
import type { WorkspaceApi } from './workspace-api.ts';

const nothing: SessionState = { snapshot: null, link: 'connecting' };

/** A session for as long as one is this person. */
export function useSession(
  api: WorkspaceApi,
  user: string | null,
): SessionState & { readonly session: Session | null } {
  const [session, setSession] = useState<Session | null>(null);
  useEffect(() => {
    if (user === null) return;
    const opened = openSession(api, user);
    setSession(opened);
    return () => {
      opened.close();
      setSession(null);
    };
  }, [api, user]);
  const subscribe = useCallback(
    (onChange: () => void) => session?.subscribe(onChange) ?? (() => {}),
    [session],
  );
  const state = useSyncExternalStore(subscribe, () => session?.getState() ?? nothing);
  return { ...state, session };
}
