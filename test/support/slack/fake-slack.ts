import type { Called, File, SlackClient } from '../../../src/slack/client.ts';

type Posted = {
  channel: string;
  ts: string;
  thread: string | null;
  text: string;
  blocks: readonly unknown[];
  metadata: unknown;
  edits: number;
};

export type FakeSlack = SlackClient & {
  readonly messages: Posted[];
  readonly files: { channel: string; thread: string | null; names: string[] }[];
  readonly calls: { method: string; atMs: number; args: Readonly<Record<string, unknown>> }[];
  /** Called before each call; what it returns is the answer, `lost` does the work and loses the answer. */
  disturb: (method: string, args: Readonly<Record<string, unknown>>) => Called | 'lost' | null;
};

/** A Slack that keeps messages in memory, for tests of what is sent. It is as strict as Slack about what does not exist. */
export function fakeSlack(nowMs: () => number): FakeSlack {
  const messages: Posted[] = [];
  const files: FakeSlack['files'] = [];
  const calls: FakeSlack['calls'] = [];
  let lastTs = 1_000_000;
  const ok = (body: object = {}): Called => ({ kind: 'ok', body: { ok: true, ...body } });
  const refused = (code: string): Called => ({ kind: 'refused', code });

  const methods: Record<string, (args: Readonly<Record<string, unknown>>) => Called> = {
    'chat.postMessage'(args) {
      lastTs += 1;
      const ts = `${lastTs}.000100`;
      messages.push({
        channel: String(args['channel']),
        ts,
        thread: typeof args['thread_ts'] === 'string' ? args['thread_ts'] : null,
        text: String(args['text']),
        blocks: args['blocks'] as unknown[],
        metadata: args['metadata'],
        edits: 0,
      });
      return ok({ channel: args['channel'], ts });
    },
    'chat.update'(args) {
      const message = messages.find(({ ts, channel }) => ts === args['ts'] && channel === args['channel']);
      if (message === undefined) return refused('message_not_found');
      message.text = String(args['text']);
      message.blocks = args['blocks'] as unknown[];
      message.edits += 1;
      return ok();
    },
    'chat.postEphemeral': () => ok(),
    'views.open': () => ok({ view: { id: 'V1' } }),
    'views.publish': () => ok(),
    'conversations.open': (args) => ok({ channel: { id: `D-${String(args['users'])}` } }),
    'chat.getPermalink': (args) => ok({ permalink: `https://slack.example/${String(args['message_ts'])}` }),
    'conversations.history': (args) =>
      ok({
        messages: messages
          .filter((each) => each.channel === args['channel'] && each.thread === null)
          .toReversed(),
      }),
    'conversations.replies': (args) =>
      ok({ messages: messages.filter((each) => each.ts === args['ts'] || each.thread === args['ts']) }),
  };

  const slack: FakeSlack = {
    messages,
    files,
    calls,
    disturb: () => null,
    async call(method, args) {
      calls.push({ method, atMs: nowMs(), args });
      const disturbance = slack.disturb(method, args);
      if (disturbance !== null && disturbance !== 'lost') return disturbance;
      const answer = methods[method]?.(args) ?? refused('unknown_method');
      return disturbance === 'lost' ? { kind: 'uncertain', because: 'TimeoutError' } : answer;
    },
    async upload({ channel, thread }, uploaded: readonly File[]) {
      const disturbance = slack.disturb('files', {});
      if (disturbance !== null && disturbance !== 'lost') return disturbance;
      files.push({ channel, thread, names: uploaded.map(({ name }) => name) });
      return ok();
    },
  };
  return slack;
}
