import { slackDoor } from '../config/index.ts';
import { openLocalDesk, seedFlags, startSamples } from '../local/index.ts';
import type { SlackConfiguration } from '../slack/index.ts';
import type { WebhookDoor } from '../webhook/index.ts';
import { clock } from './clock.ts';
import type { Closing } from './closing.ts';
import { readOAuth } from './oauth.ts';
import type { Platforms } from './platforms.ts';
import { type Settings, SettingsRefused } from './settings.ts';
import { openWebhookPort } from './webhooks.ts';

const SLACK_API_URL = 'https://slack.com/api/';
const LOOPBACK = '127.0.0.1';
const EVERYWHERE = '0.0.0.0';

/** Where people are: in Slack, or in the workspace that comes with this program. */
export type Chat = {
  readonly slack: SlackConfiguration;
  readonly pageUrl: string | null;
  onListening(deliveriesUrl: string | null): void;
  startSamples(): Promise<readonly string[]>;
};

/** Slack where its credentials are set, the local workspace where none are. @throws {SettingsRefused} for some of them. */
export async function chooseChat(
  settings: Settings,
  platforms: Platforms,
  webhooks: WebhookDoor,
  closing: Closing,
): Promise<Chat> {
  const { configuration, secrets } = settings;
  const door = await slackDoor(configuration.current().slack, secrets);
  if (door.kind === 'incomplete') throw new SettingsRefused([door.problem]);
  if (door.kind === 'local') {
    if (settings.slackApiUrl === null) {
      await openWebhookPort(settings, webhooks, { isShared: false, host: LOOPBACK }, closing);
      return openLocal(settings, platforms, closing);
    }
    throw new SettingsRefused([
      "SLACK_API_URL is set, but none of Slack's secrets are: without them the chat is here.",
    ]);
  }
  const isShared = door.kind !== 'socket';
  await openWebhookPort(settings, webhooks, { isShared, host: EVERYWHERE }, closing);
  const botToken = door.botToken === null ? null : (await secrets.read(door.botToken)).open();
  const transport = isShared
    ? {
        kind: 'http' as const,
        signingSecret: (await secrets.read(door.signingSecret)).open(),
        host: EVERYWHERE,
        port: settings.port,
        also: webhooks.take,
      }
    : { kind: 'socket' as const, appToken: (await secrets.read(door.appToken)).open() };
  return {
    slack: {
      ...common(settings),
      botToken,
      oauth: door.kind === 'installed' ? await readOAuth(settings) : null,
      transport,
      slackApiUrl: settings.slackApiUrl ?? SLACK_API_URL,
    },
    pageUrl: null,
    onListening: () => undefined,
    startSamples: async () => [],
  };
}

async function openLocal(settings: Settings, platforms: Platforms, closing: Closing): Promise<Chat> {
  let deliveriesUrl = '';
  const desk = await openLocalDesk(
    { port: settings.port, home: settings.home, botUrl: () => deliveriesUrl },
    { nowMs: clock.nowMs, random: Math.random },
  );
  closing.add('workspace', () => desk.close());
  const { botToken, signingSecret, slackApiUrl } = desk;
  return {
    slack: {
      ...common(settings),
      botToken,
      transport: { kind: 'http', signingSecret, host: LOOPBACK, port: 0 },
      slackApiUrl,
    },
    pageUrl: desk.url,
    onListening: (url) => {
      deliveriesUrl = url ?? '';
    },
    async startSamples() {
      const { local } = platforms;
      if (local === null) return [];
      platforms.endWith(() => local.shutDown());
      if (settings.servicesFolder !== null) return [];
      const { environments, services, flags = [] } = settings.configuration.current().catalog;
      const hasProduction = environments.some(({ name }) => name === 'production');
      if (flags.some(({ name, kind }) => name === 'samples' && kind === 'file')) {
        await seedFlags(
          settings.home,
          environments.map(({ name }) => name),
        );
      }
      const samples = await startSamples(local, clock, {
        hasProduction,
        isConfigured: (service, environment) =>
          services
            .find(({ name }) => name === service)
            ?.targets.some((target) => target.environment === environment) === true,
        comingUp: platforms.comingUp.begin,
        onProblem: (problem) => settings.log.warn({ problem }, 'the samples did not come up in production'),
      });
      platforms.endWith(() => samples.stop());
      return samples.urls;
    },
  };
}

function common({
  configuration,
}: Settings): Pick<SlackConfiguration, 'homeTeam' | 'channelFor' | 'isLoud' | 'fallbackChannel'> {
  return {
    homeTeam: configuration.current().slack.homeTeam,
    channelFor: (environment) =>
      configuration.current().catalog.environments.find(({ name }) => name === environment)?.channel ?? null,
    isLoud: (environment) =>
      configuration.current().catalog.environments.find(({ name }) => name === environment)?.isProtected ??
      true,
    fallbackChannel: configuration.current().slack.channel,
  };
}
