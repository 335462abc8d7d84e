import type { Hub } from './hub.ts';
import type { Values, View } from './model.ts';

/** What each person has open beside the channels: a stack of modals, and the app's home. */
export type Screens = {
  /** Bottom first. */
  readonly stack: (user: string) => readonly View[];
  readonly setStack: (user: string, stack: readonly View[]) => void;
  readonly home: (user: string) => View | null;
  readonly setHome: (user: string, view: View) => void;
  /** An open modal or a home, by its id or by the `external_id` that the app gave it. */
  readonly find: (by: { readonly id?: string; readonly externalId?: string }) => View | null;
  /** Puts a changed view in the place of the one with its id. */
  readonly replace: (view: View) => void;
  /** What a person has chosen in a message's own inputs, which Slack repeats with every action on it. */
  readonly chosen: (user: string, messageTs: string) => Values;
  readonly choose: (user: string, messageTs: string, values: Values) => void;
  readonly reset: () => void;
};

export function openScreens(hub: Hub): Screens {
  const stacks = new Map<string, readonly View[]>();
  const homes = new Map<string, View>();
  const choices = new Map<string, Values>();
  const setStack = (user: string, stack: readonly View[]): void => {
    stacks.set(user, stack);
    hub.tell({ kind: 'modals', user });
  };
  const setHome = (user: string, view: View): void => {
    homes.set(user, view);
    hub.tell({ kind: 'home', user });
  };
  return {
    stack: (user) => stacks.get(user) ?? [],
    setStack,
    home: (user) => homes.get(user) ?? null,
    setHome,
    find: ({ id, externalId }) =>
      [...[...stacks.values()].flat(), ...homes.values()].find(
        (view) => view.id === id || (externalId !== undefined && view.content['external_id'] === externalId),
      ) ?? null,
    replace: (view) => {
      if (view.type === 'home') return setHome(view.user, view);
      const stack = stacks.get(view.user) ?? [];
      setStack(
        view.user,
        stack.map((each) => (each.id === view.id ? view : each)),
      );
    },
    chosen: (user, messageTs) => choices.get(`${user} ${messageTs}`) ?? {},
    choose: (user, messageTs, values) => {
      choices.set(`${user} ${messageTs}`, values);
    },
    reset: () => {
      choices.clear();
      stacks.clear();
      homes.clear();
    },
  };
}
