import type { Act, Acted, Change, OptionsAnswer, Snapshot } from '../../workspace/page-contract.ts';

/** What the page asks of the workspace's server. All of it is below `/page/` of the same origin. */
export type WorkspaceApi = {
  /** Without a person, the server says who one is to begin with. Throws when the server does not answer. */
  state(user: string | null): Promise<Snapshot>;
  /** Throws never: a server that cannot be reached is an answer, in words for the person who acted. */
  act(user: string, act: Act): Promise<Acted>;
  /** The choices of an external_select for what was typed so far. Throws when the bot gave none. */
  options(user: string, query: Readonly<Record<string, string>>): Promise<OptionsAnswer>;
  fileAddress(user: string, id: string): string;
  listen(user: string, ear: Ear): () => void;
};

export type Ear = {
  readonly onOpen: () => void;
  readonly onLost: () => void;
  readonly onChange: (change: Change) => void;
};

/** How long to wait before a stream that the browser gave up is opened again. */
const REOPEN_MS = 1_500;

export const workspaceApi: WorkspaceApi = {
  async state(user) {
    const answer = await fetch(
      user === null ? '/page/state' : `/page/state?${new URLSearchParams({ user })}`,
    );
    if (!answer.ok) throw new Error(`The workspace answered ${answer.status}.`);
    return (await answer.json()) as Snapshot;
  },

  async act(user, act) {
    try {
      const answer = await fetch('/page/act', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user, act }),
      });
      // A refusal has its own status, and the same words for the person.
      return (await answer.json()) as Acted;
    } catch {
      return { ok: false, error: 'The workspace cannot be reached. Is `npm start` still running?' };
    }
  },

  async options(user, query) {
    const answer = await fetch(`/page/options?${new URLSearchParams({ user, ...query })}`);
    if (!answer.ok) throw new Error(`The workspace answered ${answer.status}.`);
    return (await answer.json()) as OptionsAnswer;
  },

  fileAddress: (user, id) => `/page/file/${encodeURIComponent(id)}?${new URLSearchParams({ user })}`,
  listen,
};

/** The browser opens a broken stream again by itself, but gives up when the answer is an error: then we do it. */
function listen(user: string, ear: Ear): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const open = () => {
    const stream = new EventSource(`/page/events?${new URLSearchParams({ user })}`);
    stream.onopen = ear.onOpen;
    stream.onmessage = (event: MessageEvent<string>) => ear.onChange(JSON.parse(event.data) as Change);
    stream.onerror = () => {
      ear.onLost();
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
    };
    source = stream;
  };
  open();
  return () => {
    if (timer !== null) clearTimeout(timer);
    source?.close();
  };
}
