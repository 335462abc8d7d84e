import { randomUUID } from 'node:crypto';
import { applyChange } from '../../src/local/page/state/apply-change.ts';
import { actionsIn } from '../../src/local/workspace/blocks/identify.ts';
import type {
  Act,
  Acted,
  Change,
  MessageView,
  ModalView,
  OptionsAnswer,
  Snapshot,
} from '../../src/local/workspace/page-contract.ts';
import { until } from './until.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where something to act on is: a message, an open form, or the app's home. */
export type Place = MessageView | ModalView | 'home';

/** What each act was called: the answers of the workspace carry it. */
const refs = new WeakMap<Acted, string>();

/** By which the answers to what somebody did are known; null where the app answers by writing to them anew. */
export function refOf(acted: Acted): string | null {
  return refs.get(acted) ?? null;
}

/** A slash command and whatever is pressed or chosen at a message is answered at its own address. */
function isAnsweredInPlace(act: Act): boolean {
  if (act.kind === 'say') return act.text.startsWith('/');
  return (act.kind === 'block-action' || act.kind === 'shortcut') && act.messageTs !== null;
}

/** Somebody in front of the workspace's page, who sees and does what can be seen and done there, over HTTP. */
export type Person = {
  readonly id: string;
  act(act: Act): Promise<Acted>;
  type(text: string, channel?: string): Promise<Acted>;
  say(text: string, threadTs?: string | null, channel?: string): Promise<Acted>;
  /** Presses the button, or chooses from the menu, whose words or `action_id` these are. */
  press(place: Place, button: string, choice?: string): Promise<Acted>;
  submit(form: ModalView, values: Readonly<Record<string, string>>): Promise<Acted>;
  options(form: ModalView, actionId: string, typed: string): Promise<OptionsAnswer['options']>;
  /** Everything that was shown until now, ephemeral messages included, in all channels. */
  messages(): readonly MessageView[];
  forms(): readonly ModalView[];
  home(): Snapshot['home'];
  /** The first message that is like this, newest first, once there is one. */
  sees(isIt: (message: MessageView) => boolean, withinMs?: number): Promise<MessageView>;
  leave(): void;
};

export async function personAt(url: string, id: string): Promise<Person> {
  const leaving = new AbortController();
  const stream = await fetch(`${url}/page/events?user=${id}`, { signal: leaving.signal });
  let snapshot = (await (await fetch(`${url}/page/state?user=${id}`)).json()) as Snapshot;
  void listen(stream, (change) => {
    snapshot = applyChange(snapshot, change);
  }).catch(() => undefined);

  const messages = () => Object.values(snapshot.messages).flat();
  const act = async (asked: Act): Promise<Acted> => {
    const ref = isAnsweredInPlace(asked) ? randomUUID() : null;
    const answer = await fetch(`${url}/page/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: id, act: ref === null ? asked : { ...asked, ref } }),
    });
    const acted = (await answer.json()) as Acted;
    if (ref !== null) refs.set(acted, ref);
    return acted;
  };
  const blocksOf = (place: Place): Json[] =>
    (place === 'home' ? (snapshot.home?.blocks ?? []) : place.blocks) as Json[];

  return {
    id,
    act,
    messages,
    forms: () => snapshot.modals,
    home: () => snapshot.home,
    type: (text, channel = 'C0DEPLOYS') => act({ kind: 'say', channel, text, threadTs: null }),
    say: (text, threadTs = null, channel = 'C0DEPLOYS') => act({ kind: 'say', channel, text, threadTs }),
    press(place, named, choice) {
      const { blockId, element } = elementNamed(blocksOf(place), named);
      const action = choice === undefined ? element : { ...element, ...chosen(element, choice) };
      const where = { channel: null, messageTs: null, viewId: null, isHome: place === 'home' };
      const at =
        place === 'home'
          ? where
          : 'hash' in place
            ? { ...where, viewId: place.id }
            : { ...where, channel: place.channel, messageTs: place.ts };
      return act({ kind: 'block-action', ...at, blockId, actionId: String(element['action_id']), action });
    },
    submit(form, values) {
      const filled: Record<string, Record<string, Json>> = {};
      for (const [named, value] of Object.entries(values)) {
        const { blockId, element } = elementNamed(blocksOf(form), named);
        filled[blockId] = {
          [String(element['action_id'])]: { type: element['type'], ...chosen(element, value) },
        };
      }
      return act({ kind: 'submit', viewId: form.id, values: filled });
    },
    async options(form, actionId, typed) {
      const { blockId } = elementNamed(blocksOf(form), actionId);
      const query = new URLSearchParams({ user: id, viewId: form.id, actionId, blockId, value: typed });
      const answer = await fetch(`${url}/page/options?${query}`);
      return ((await answer.json()) as OptionsAnswer).options;
    },
    async sees(isIt, withinMs) {
      const found = () => messages().findLast(isIt);
      await until(
        () => found() !== undefined,
        withinMs,
        () =>
          `${id} did not get to see it. Seen:\n${messages()
            .map(({ text }) => text)
            .join('\n')}`,
      );
      return found() as MessageView;
    },
    leave: () => leaving.abort(),
  };
}

async function listen(stream: Response, hear: (change: Change) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of stream.body ?? []) {
    const events = (rest + decoder.decode(piece, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (event.startsWith('data: ')) hear(JSON.parse(event.slice('data: '.length)) as Change);
    }
  }
}

/** By its `action_id`, by the words on it, or by the `block_id` of the field that it stands in. @throws when there is none: a story that presses nothing is wrong. */
function elementNamed(blocks: readonly Json[], named: string) {
  const all = actionsIn(blocks);
  const found =
    all.find(({ element }) => element['action_id'] === named || labelOf(element) === named) ??
    all.find(({ blockId }) => blockId === named);
  if (found !== undefined) return found;
  const known = all.map(({ element }) => `${element['action_id']} “${labelOf(element)}”`).join(', ');
  throw new Error(`There is no button “${named}”, only: ${known}`);
}

/** What stands on a button, without its sign. */
function labelOf(element: Json): string {
  const text = (element['text'] as Json | undefined)?.['text'];
  return String(text ?? '').replace(/^[^\p{L}\d/]+\s/u, '');
}

export function buttonsOf({ blocks }: Pick<MessageView, 'blocks'>): string[] {
  return actionsIn(blocks as Json[])
    .filter(({ element }) => element['type'] === 'button')
    .map(({ element }) => labelOf(element));
}

/** Everything that a message says, in its blocks too. */
export function wordsOf(message: Pick<MessageView, 'text' | 'blocks'>): string {
  return `${message.text} ${textsIn(message.blocks).join(' ')}`;
}

function textsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(textsIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, member]) =>
    (name === 'text' || name === 'title') && typeof member === 'string' ? [member] : textsIn(member),
  );
}

function chosen(element: Json, value: string): Json {
  const option = { text: { type: 'plain_text', text: value }, value };
  switch (element['type']) {
    case 'external_select':
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return { selected_option: option };
    case 'datetimepicker':
      return { selected_date_time: Number(value) };
    case 'checkboxes':
      return { selected_options: [option] };
    default:
      return { value };
  }
}
