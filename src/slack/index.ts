import { slackClient } from './client.ts';
import { handling } from './handle/handle.ts';
import type { Replying } from './handle/reply.ts';
import type { SlackNeeds } from './needs.ts';
import type { Door } from './receive/door.ts';
import { openApp } from './receive/open-app.ts';
import { type Sending, startSending } from './send/start-sending.ts';

export type {
  Asking,
  Clock,
  HttpTransport,
  Reports,
  SlackConfiguration,
  SlackLog,
  SlackNeeds,
  SocketTransport,
} from './needs.ts';

export type Slack = {
  /** Starts to receive and to tell. The address is where Slack has to deliver to; null over a socket. */
  start(): Promise<{ readonly url: string; readonly port: number } | null>;
  /** Takes nothing new, finishes what is being handled and sent. */
  stop(): Promise<void>;
  /** Handles deliveries that were written down and that nobody has handled; call it every few seconds. */
  handleWaiting(): Promise<number>;
};

/** Puts the Slack side together; nothing is opened before `start`. */
export async function openSlack(needs: SlackNeeds): Promise<Slack> {
  const { configuration, store, clock, log } = needs;
  const { botToken, slackApiUrl } = configuration;
  // Two clients, so that what people wait for never queues behind what only tells.
  const interactive = slackClient(botToken, slackApiUrl);
  const background = slackClient(botToken, slackApiUrl);
  const replying: Replying = {
    client: interactive,
    postJson: (url, body) => needs.postJson(url, body),
    outbox: store.outbox,
    slackApiUrl,
    clock,
    log,
  };
  const handled = handling(needs, replying);
  const door: Door = { needs, replying, handling: handled };
  const transport = openApp(door);
  let sending: Sending | null = null;

  return {
    async start() {
      const { outbox, duties } = store;
      const { reports, owner } = needs;
      const random = () => needs.random();
      const more = { client: background, reports, configuration, clock, random, owner, log };
      sending = startSending({ outbox, duties, ...more });
      return transport.start();
    },
    async stop() {
      await transport.stop();
      await handled.idle();
      await sending?.stop();
    },
    handleWaiting: () => handled.waiting(),
  };
}
