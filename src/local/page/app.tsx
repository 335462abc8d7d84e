import { useCallback, useEffect, useRef, useState } from 'react';
import type { Snapshot } from '../workspace/page-contract.ts';
import { Shell } from './components/shell.tsx';
import { goTo, usePlace, writePlace } from './state/place.ts';
import { useSession } from './state/use-session.ts';
import type { WorkspaceApi } from './state/workspace-api.ts';
import { type Workspace, WorkspaceProvider } from './state/workspace-context.tsx';

/** How long to wait before the server is asked again who one is. */
const ASK_AGAIN_MS = 1_500;

export function App({ api }: { readonly api: WorkspaceApi }) {
  const place = usePlace();
  useSomebody(api, place.user);
  const { snapshot, link, session } = useSession(api, place.user);
  const shown = useWithoutGap(snapshot, place.user);
  const workspace = useWorkspaceOf(api, shown);

  if (!workspace) return <Starting isLost={link === 'reconnecting'} />;
  return (
    <WorkspaceProvider value={workspace}>
      <Shell
        place={place}
        link={link}
        onGo={goTo}
        onModalsClosed={(modals) => session?.expect({ kind: 'modals', modals })}
      />
    </WorkspaceProvider>
  );
}

/** An address without a person is given the one that the server begins with. */
function useSomebody(api: WorkspaceApi, user: string | null): void {
  useEffect(() => {
    if (user !== null) return;
    let timer: ReturnType<typeof setTimeout> | null = null;
    let isOver = false;
    const ask = async () => {
      try {
        const { me } = await api.state(null);
        if (isOver) return;
        const address = writePlace({ user: me, channel: null, isHome: false, thread: null });
        window.location.replace(address);
      } catch {
        if (!isOver) timer = setTimeout(ask, ASK_AGAIN_MS);
      }
    };
    void ask();
    return () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
    };
  }, [api, user]);
}

/**
 * While the next person's view is on its way, the frame stays and everything that one person alone may see is gone at
 * once.
 */
function useWithoutGap(snapshot: Snapshot | null, user: string | null): Snapshot | null {
  const before = useRef<Snapshot | null>(null);
  if (snapshot) before.current = snapshot;
  if (snapshot || !before.current || user === null) return snapshot;
  return { ...before.current, me: user, messages: {}, modals: [], home: null };
}

function useWorkspaceOf(api: WorkspaceApi, snapshot: Snapshot | null): Workspace | null {
  const me = snapshot?.me ?? '';
  const people = snapshot?.people;
  const channels = snapshot?.channels;
  const act = useCallback<Workspace['act']>((what) => api.act(me, what), [api, me]);
  const options = useCallback<Workspace['options']>((query) => api.options(me, query), [api, me]);
  const fileAddress = useCallback((id: string) => api.fileAddress(me, id), [api, me]);
  const person = useCallback((id: string) => people?.find((known) => known.id === id) ?? null, [people]);
  const channel = useCallback((id: string) => channels?.find((known) => known.id === id) ?? null, [channels]);
  const openChannel = useCallback(
    (id: string) => goTo({ user: me, channel: id, isHome: false, thread: null }),
    [me],
  );
  return snapshot && { snapshot, person, channel, act, options, fileAddress, openChannel };
}

function Starting({ isLost }: { readonly isLost: boolean }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 3_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className="starting" role="status">
      <img src="./icon.svg" alt="" width="56" height="56" />
      <p>{isLost ? 'Reconnecting…' : 'Opening the Slipway local workspace…'}</p>
      {isLong && (
        <p className="starting__hint">Is `npm start` running? This page goes on by itself when it is.</p>
      )}
    </main>
  );
}
