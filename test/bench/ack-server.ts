import { setTimeout as sleep } from 'node:timers/promises';
import { App, HTTPReceiver } from '@slack/bolt';
import { commands } from '../../commands/index.ts';
import { openSlack, type SlackNeeds } from '../../src/slack/index.ts';
import { openStore } from '../../src/store/index.ts';
import { openDirectory } from '../support/members.ts';
import { recordingDesk } from '../support/recording-desk.ts';
import { answering, settingsOf } from './child.ts';
import { SIGNING_SECRET } from './slash-command.ts';

/**
 * What a slash command is sent to. `bare` is Bolt with one listener that only acks. `accept` is our Slack side up to
 * the ack, with the real inbox: what was taken is never handled, because somebody else seems to have it. `whole` is
 * also handled, by a desk that does nothing: taken from the inbox, understood, its answer drawn (and then dropped
 * instead of posted), marked as done.
 */
export type AckServer = {
  readonly kind: 'bare' | 'accept' | 'whole';
  /** Null: the embedded database in `folder`. */
  readonly databaseUrl: string | null;
  readonly folder: string;
};

export type AckUsage = { readonly cpuMicros: number; readonly handled: number };

type Opened = { readonly url: string; handled(): number; close(): Promise<void> };

async function bare(): Promise<Opened> {
  const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, port: 0 });
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-bench', botId: 'B0BENCH', botUserId: 'U0BENCH' }),
  });
  app.command('/deploy-staging', async ({ ack }) => ack());
  const server = await app.start(0);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('Bolt listens nowhere');
  return {
    url: `http://127.0.0.1:${address.port}/slack/events`,
    handled: () => 0,
    close: async () => void (await app.stop()),
  };
}

async function ours({ kind, databaseUrl, folder }: AckServer): Promise<Opened> {
  const { store } = await openStore({ databaseUrl, folder, nowMs: Date.now });
  let handled = 0;
  const inbox: SlackNeeds['store']['inbox'] =
    kind === 'accept'
      ? { ...store.inbox, take: async () => null }
      : {
          ...store.inbox,
          async done(key, owner) {
            await store.inbox.done(key, owner);
            handled += 1;
          },
        };
  const quiet = () => undefined;
  const slack = await openSlack({
    configuration: {
      botToken: 'xoxb-bench',
      transport: { kind: 'http', signingSecret: SIGNING_SECRET, host: '127.0.0.1', port: 0 },
      slackApiUrl: 'http://127.0.0.1:9/api/',
      homeTeam: 'T0LOCAL',
      channelFor: () => 'C0DEPLOYS',
      fallbackChannel: null,
    },
    commands,
    store: { ...store, inbox },
    deskFor: () => recordingDesk([]),
    directory: openDirectory,
    reports: {
      reportFor: async () => null,
      threadLine: async () => null,
      lineFrom: async () => null,
      keptReport: async () => null,
      sheetFor: async () => null,
    },
    postJson: async () => 200,
    clock: { nowMs: Date.now, after: afterMs },
    random: Math.random,
    owner: `bench ${process.pid}`,
    newId: () => 'bench',
    log: { info: quiet, warn: quiet, error: console.error },
  });
  const started = await slack.start();
  return {
    url: started?.url ?? '',
    handled: () => handled,
    close: async () => {
      await slack.stop();
      await store.close();
    },
  };
}

function afterMs(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}

const settings = settingsOf<AckServer>();
const opened = settings.kind === 'bare' ? await bare() : await ours(settings);

answering(async ({ handled }) => {
  if (handled === undefined) return { url: opened.url };
  // What was accepted belongs to the same measurement until it is handled.
  while (settings.kind === 'whole' && opened.handled() < Number(handled)) await sleep(5);
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, handled: opened.handled() } satisfies AckUsage;
}, opened.close);
