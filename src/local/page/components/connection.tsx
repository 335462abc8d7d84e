import type { Link } from '../state/session.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { clockTime } from '../text/time.ts';

/** Whether the page hears the workspace, and whether the workspace reaches the bot: a mark and words. */
export function Connection({ link }: { readonly link: Link }) {
  const { connection } = useWorkspace().snapshot;
  const { state, words } = said(link, connection);
  return (
    <p className="connection" role="status" data-state={state}>
      <span className="connection__mark" aria-hidden="true">
        {{ good: '●', bad: '▲', waiting: '◌' }[state]}
      </span>
      {words}
    </p>
  );
}

type Said = { readonly state: 'good' | 'bad' | 'waiting'; readonly words: string };

function said(
  link: Link,
  connection: { readonly bot: 'connected' | 'unreachable'; readonly since: number },
): Said {
  if (link === 'reconnecting') return { state: 'waiting', words: 'Reconnecting…' };
  if (link === 'connecting') return { state: 'waiting', words: 'Connecting…' };
  if (connection.bot === 'connected') return { state: 'good', words: 'Bot connected' };
  return { state: 'bad', words: `Bot unreachable since ${clockTime(connection.since)}` };
}
