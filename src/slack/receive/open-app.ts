import { App } from '@slack/bolt';
import { z } from 'zod';
import { silent } from '../client.ts';
import type { SlackLog } from '../needs.ts';
import { clean } from '../render/clean.ts';
import type { House } from './door.ts';
import { httpTransport } from './http.ts';
import { receive } from './receive.ts';
import { socketTransport } from './socket.ts';
import type { BoltLog, Transport } from './transport.ts';

/**
 * Bolt, with one listener for everything: it asks every listener about every delivery, about 5 µs each, and leaves
 * what none of them takes unanswered for three seconds. Which handler it is for, our own table says.
 */
export function openApp(house: House): Transport {
  const { configuration, clock, log } = house.needs;
  const { transport, slackApiUrl } = configuration;
  const logger = boltLog(log);
  const opened =
    transport.kind === 'http'
      ? httpTransport(transport, clock, logger, house.installing?.bolt ?? null)
      : socketTransport(transport, slackApiUrl, clock, log, logger);
  const app = new App({
    receiver: opened.receiver,
    // We have clients of our own. Without a token here Bolt asks Slack nothing, at the start or ever.
    authorize: async () => ({}),
    convoStore: false,
    ignoreSelf: false,
    attachFunctionToken: false,
    clientOptions: { slackApiUrl },
    logger,
  });
  app.use(async (args) => {
    const { body, context } = args;
    const ack = 'ack' in args && typeof args.ack === 'function' ? (args.ack as Ack) : undefined;
    const key = Key.safeParse(context['fallbackKey']);
    await receive(house, { body, ack, fallbackKey: key.success ? key.data : null });
  });
  return opened;
}

type Ack = (answer?: object | string) => Promise<void>;

const Key = z.string().min(1).max(200);

/** Bolt's complaints in our log. Its sentences may quote what was sent, so they are cleaned and kept short. */
function boltLog(log: SlackLog): BoltLog {
  const words = (said: unknown[]) => clean(said.map(String).join(' '), 200);
  return {
    ...silent,
    warn: (...said) => log.warn({ said: words(said) }, 'Bolt warned'),
    error: (...said) => log.error({ said: words(said) }, 'Bolt complained'),
  };
}
