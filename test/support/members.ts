import type { Actor, Caller } from '../../src/core/person.ts';

/** An ordinary account of the workspace. */
export function member(id: string, groups: readonly string[] = []): Actor {
  return { id, name: id, kind: 'member', groups };
}

/** Everybody is an ordinary member. */
export const openDirectory = {
  look: async (caller: Caller): Promise<Actor> => ({ ...caller, kind: 'member', groups: [] }),
};
