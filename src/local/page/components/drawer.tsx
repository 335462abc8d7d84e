import { useWorkspace } from '../state/workspace-context.tsx';
import { FaultSwitches } from './fault-switches.tsx';
import type { Drawer as Which } from './top-bar.tsx';
import { WireLog } from './wire-log.tsx';

/** Behind the scenes: what went over the wire, and what to break in it. */
export function Drawer({
  which,
  onClose,
}: {
  readonly which: Exclude<Which, null>;
  readonly onClose: () => void;
}) {
  const { wire } = useWorkspace().snapshot;
  return (
    <section className="drawer" aria-label={which === 'wire' ? 'Wire' : 'Faults'}>
      <header className="panel-head">
        <h2>{which === 'wire' ? 'Wire' : 'Faults'}</h2>
        <span className="panel-head__note">
          {which === 'wire'
            ? 'everything between this workspace and the bot'
            : 'between this workspace and the bot'}
        </span>
        <button type="button" className="button button--icon" aria-label="Close" onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      {which === 'wire' ? <WireLog lines={wire} /> : <FaultSwitches />}
    </section>
  );
}
