import { handling } from './handle/handle.ts';
import type { Replying } from './handle/reply.ts';
import { openHomes } from './home/homes.ts';
import { openInstalling, slackClients } from './install/index.ts';
import type { SlackNeeds } from './needs.ts';
import { openApp } from './receive/open-app.ts';
import { type Sending, startSending } from './send/start-sending.ts';

export { slackDirectory } from './directory.ts';
export { slackClients } from './install/index.ts';
export type {
  Asking,
  Clock,
  HttpTransport,
  OAuthSettings,
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
  const { slackApiUrl, oauth } = configuration;
  const installing = oauth == null ? null : openInstalling(needs, oauth);
  const clients = () => installing?.clients() ?? slackClients(needs);
  // Two clients, so that what people wait for never queues behind what only tells.
  const interactive = clients();
  const background = clients().clientIn(null);
  const replying: Replying = {
    client: interactive.clientIn(null),
    clients: interactive,
    postJson: (url, body) => needs.postJson(url, body),
    outbox: store.outbox,
    slackApiUrl,
    clock,
    log,
  };
  const homes = openHomes({ needs, clients: interactive });
  const handled = handling(needs, replying, homes);
  const transport = openApp({ needs, replying, handling: handled, installing });
  let sending: Sending | null = null;
  let renewing: { stop(): Promise<void> } | null = null;

  return {
    async start() {
      const { outbox, duties } = store;
      const { reports, owner } = needs;
      const random = () => needs.random();
      const more = { client: background, reports, configuration, clock, random, owner, log };
      sending = startSending({ outbox, duties, ...more });
      renewing = installing?.start() ?? null;
      homes.start();
      return transport.start();
    },
    async stop() {
      await transport.stop();
      await handled.idle();
      await homes.stop();
      await sending?.stop();
      await renewing?.stop();
    },
    handleWaiting: () => handled.waiting(),
  };
}
