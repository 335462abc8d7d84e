import { SocketModeReceiver } from '@slack/bolt';
import type { Clock, SlackLog, SocketTransport } from '../needs.ts';
import type { BoltLog, Transport } from './transport.ts';

/** A connection that says nothing for this long is made anew; the SDK's own 5 s is also how long a refresh is deaf. */
const PING_MS = 1_000;
const CONNECT_MS = 10_000;

/** Slack over a socket that we open: for development, and where nothing may come in from outside. */
export function socketTransport(
  { appToken }: SocketTransport,
  slackApiUrl: string,
  clock: Clock,
  log: SlackLog,
  logger: BoltLog,
): Transport {
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    clientPingTimeout: PING_MS,
    installerOptions: { clientOptions: { slackApiUrl } },
    customPropertiesExtractor: ({ envelope_id }) => ({ fallbackKey: envelope_id }),
  });
  return {
    receiver,
    /** Does not wait for a Slack that is not there: it goes on trying, and the deployments go on meanwhile. */
    async start() {
      const connected = receiver.start().then(
        () => true,
        (error: unknown) => {
          log.error({ because: String(error) }, 'Slack could not be reached over its socket');
          return false;
        },
      );
      let callOff = () => {};
      const waited = new Promise<false>((resolve) => {
        callOff = clock.after(CONNECT_MS, () => resolve(false));
      });
      const isConnected = await Promise.race([connected, waited]).finally(callOff);
      if (!isConnected) log.warn({}, 'not connected to Slack yet');
      return null;
    },
    stop: () => receiver.stop().then(() => undefined),
  };
}
