import type { Duties } from '../store.ts';
import { isHeld, type State } from './state.ts';

export function memoryDuties(state: State): Duties {
  return {
    hold: async (duty, owner, leaseMs) => {
      const nowMs = state.nowMs();
      const holder = state.duties.get(duty) ?? null;
      if (isHeld(holder, nowMs) && holder?.owner !== owner) return false;
      state.duties.set(duty, { owner, untilMs: nowMs + leaseMs });
      return true;
    },
    drop: async (duty, owner) => {
      if (state.duties.get(duty)?.owner === owner) state.duties.delete(duty);
    },
  };
}
