import { createContext, use } from 'react';
import type {
  Act,
  Acted,
  ChannelView,
  OptionsAnswer,
  PersonView,
  Snapshot,
} from '../../workspace/page-contract.ts';

/** What any part of the page may know and do. */
export type Workspace = {
  readonly snapshot: Snapshot;
  readonly person: (id: string) => PersonView | null;
  readonly channel: (id: string) => ChannelView | null;
  readonly act: (act: Act) => Promise<Acted>;
  readonly options: (query: Readonly<Record<string, string>>) => Promise<OptionsAnswer>;
  readonly fileAddress: (id: string) => string;
  readonly openChannel: (id: string) => void;
};

const Context = createContext<Workspace | null>(null);

export const WorkspaceProvider = Context.Provider;

export function useWorkspace(): Workspace {
  const workspace = use(Context);
  if (!workspace) throw new Error('Everything on the page is inside a workspace.');
  return workspace;
}
