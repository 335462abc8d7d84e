import type { Store } from '../store.ts';
import { memoryBoard } from './board.ts';
import { memoryDuties } from './duties.ts';
import { memoryInbox } from './inbox.ts';
import { memoryInstallations } from './installations.ts';
import { memoryJournal } from './journal.ts';
import { memoryLedger } from './ledger.ts';
import { memoryOutbox } from './outbox.ts';
import { memorySamples } from './samples.ts';
import { emptyState, type State } from './state.ts';
import { memoryTargets } from './targets.ts';

/**
 * The store for simulation: the same contract without a database, on whatever clock is handed in. Each method does all
 * its work before it first waits, so that it is one transaction. What it gives out is frozen.
 */
export function memoryStore({ nowMs }: { readonly nowMs: () => number }): Store {
  return storeOver(emptyState(nowMs));
}

/** The same over a state that somebody else looks at too. */
export function storeOver(state: State): Store {
  return {
    journal: memoryJournal(state),
    inbox: memoryInbox(state),
    outbox: memoryOutbox(state),
    targets: memoryTargets(state),
    duties: memoryDuties(state),
    samples: memorySamples(state),
    board: memoryBoard(state),
    ledger: memoryLedger(state),
    installations: memoryInstallations(state),
    nowMs: async () => state.nowMs(),
    close: async () => undefined,
  };
}
