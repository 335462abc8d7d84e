import type { Called, SlackClient } from '../../src/slack/client.ts';
import type { Faults } from './faults.ts';
import type { Crossing, Node } from './node.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** One message in the one channel, and every text that it has had. */
export type SlackMessage = {
  readonly ts: string;
  readonly thread: string | null;
  readonly key: string;
  readonly metadata: unknown;
  text: string;
};

export type FakeSlack = {
  readonly messages: readonly SlackMessage[];
  clientFrom(node: Node): SlackClient;
};

const TIMEOUT_MS = 8_000;
const DOWN_MS = 700;

type Args = Readonly<Record<string, unknown>>;

/** A workspace that takes posts and edits and shows them; it may limit, lose and forget to answer. */
export function openSlack(scheduler: Scheduler, random: Random, faults: Faults): FakeSlack {
  const messages: SlackMessage[] = [];
  let [cards, alerts] = [0, 0];
  const isTroubled = () => scheduler.nowMs() < faults.untilMs && faults.has('slack-trouble');

  function act(method: string, args: Args): Called {
    if (isTroubled() && random.chance(0.08))
      return { kind: 'limited', retryAfterMs: random.int(1_000, 8_000) };
    switch (method) {
      case 'chat.postMessage':
        return posted(args);
      case 'chat.update': {
        const message = messages.find(({ ts }) => ts === args['ts']);
        if (message === undefined) return { kind: 'refused', code: 'message_not_found' };
        message.text = String(args['text']);
        return { kind: 'ok', body: { channel: args['channel'], ts: message.ts } };
      }
      case 'conversations.history':
        return listed(messages.filter(({ thread }) => thread === null));
      case 'conversations.replies':
        return listed(messages.filter(({ ts, thread }) => thread === args['ts'] || ts === args['ts']));
      default:
        return { kind: 'refused', code: `unknown_method_${method}` };
    }
  }
  function posted(args: Args): Called {
    const ts = `${1_000 + messages.length}.000`;
    const key = keyOf(args);
    const thread = args['thread_ts'] === undefined ? null : String(args['thread_ts']);
    messages.push({ ts, thread, key, metadata: args['metadata'], text: String(args['text']) });
    scheduler.note(`POSTED ${key}`);
    return { kind: 'ok', body: { channel: args['channel'], ts } };
  }
  function listed(found: readonly SlackMessage[]): Called {
    const newestFirst = found.toReversed().slice(0, 200);
    return { kind: 'ok', body: { messages: newestFirst.map(({ ts, metadata }) => ({ ts, metadata })) } };
  }
  function lost(): Crossing<Called>['lost'] {
    if (!isTroubled() || !random.chance(0.1)) return null;
    const what = random.pick(['request', 'answer'] as const);
    return { what, afterMs: random.between(100, TIMEOUT_MS), error: unanswered };
  }
  function isLostCard(method: string, args: Args): boolean {
    const { fatalAlert, lateCards } = faults.aims;
    if (lateCards === null || !isPostOf('card', method, args)) return false;
    return alerts < fatalAlert || ++cards <= lateCards;
  }
  function isFatal(method: string, args: Args): boolean {
    return isPostOf('alert', method, args) && ++alerts === faults.aims.fatalAlert;
  }
  function call(node: Node, method: string, args: Args): Promise<Called> {
    const answered = node.cross({
      label: method,
      isWork: false,
      thereMs: random.between(10, 80),
      backMs: random.between(10, 80),
      lost: isLostCard(method, args) ? { what: 'request', afterMs: TIMEOUT_MS, error: unanswered } : lost(),
      act: () => act(method, args),
    });
    if (isFatal(method, args)) node.crash(DOWN_MS);
    return answered.catch((): Called => ({ kind: 'uncertain', because: 'no answer in time' }));
  }
  return {
    messages,
    clientFrom: (node) => ({
      call: (method, args) => call(node, method, args),
      upload: async () => ({ kind: 'ok', body: {} }),
    }),
  };
}

const unanswered = () => new Error('no answer');

function keyOf(args: Args): string {
  return (args['metadata'] as { event_payload: { key: string } }).event_payload.key;
}

function isPostOf(kind: 'card' | 'alert', method: string, args: Args): boolean {
  return method === 'chat.postMessage' && keyOf(args).startsWith(`${kind}/`);
}
