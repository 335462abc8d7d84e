import { type ComponentType, createContext, use } from 'react';

/** Where blocks are shown, in the words of the Act that a click in them becomes. */
export type Scope = {
  readonly channel: string | null;
  readonly messageTs: string | null;
  readonly viewId: string | null;
  readonly isHome: boolean;
  /** The name under which what is entered is kept. */
  readonly form: string;
  /** What is wrong with which block. */
  readonly errors: Readonly<Record<string, string>>;
  /** Draws blocks inside a block. */
  readonly Blocks: ComponentType<{ readonly blocks: readonly unknown[] }>;
  /** Says, beside the blocks, what came of an act that failed; null takes it back. */
  readonly report: (problem: string | null) => void;
};

const Context = createContext<Scope | null>(null);

export const ScopeProvider = Context.Provider;

export function useScope(): Scope {
  const scope = use(Context);
  if (!scope) throw new Error('Blocks are shown inside a scope.');
  return scope;
}
