import { useEffect, useState } from 'react';
import { useWorkspace } from '../state/workspace-context.tsx';
import { ScopedBlocks } from './scoped-blocks.tsx';

/** The app's home tab. The app is told each time that somebody looks, as Slack tells it. */
export function HomeTab() {
  const { snapshot, act } = useWorkspace();
  const [problem, setProblem] = useState<string | null>(null);
  const { home, me } = snapshot;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person looking is another look.
  useEffect(() => {
    void act({ kind: 'open-home' }).then((answer) => setProblem(answer.ok ? null : answer.error));
  }, [act, me]);
  return (
    <section className="home" aria-label="Home">
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {home ? (
        <ScopedBlocks
          blocks={home.blocks}
          channel={null}
          messageTs={null}
          viewId={null}
          isHome={true}
          form={`home ${me}`}
        />
      ) : (
        <p className="empty">The app has not put anything on your home tab yet.</p>
      )}
    </section>
  );
}
