import { createServer } from 'node:net';
import { App, LogLevel } from '@slack/bolt';
import { openWorkspace, type Workspace, type WorkspaceOptions } from '../../src/local/workspace/index.ts';

export const manifest = {
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true },
    slash_commands: [
      { command: '/deploy', description: 'Deploy', usage_hint: 'service version', should_escape: true },
      { command: '/slow', description: 'Too slow' },
      { command: '/broken', description: 'Throws' },
    ],
    shortcuts: [
      { name: 'Start', type: 'global', callback_id: 'start', description: 'Start' },
      { name: 'Details', type: 'message', callback_id: 'details', description: 'Details' },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        'commands',
        'chat:write',
        'chat:write.public',
        'channels:read',
        'channels:history',
        'im:read',
        'im:write',
        'im:history',
        'users:read',
        'usergroups:read',
        'files:write',
        'files:read',
        'reactions:write',
        'app_mentions:read',
      ],
    },
  },
  settings: {
    event_subscriptions: { bot_events: ['app_mention', 'app_home_opened', 'message.im'] },
    interactivity: { is_enabled: true },
  },
};

export const secrets = { signingSecret: 'shh', botToken: 'xoxb-test', appToken: 'xapp-test' };

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

export type Bench = {
  readonly workspace: Workspace;
  readonly bolt: App;
  readonly stopBolt: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A workspace and the real Bolt, talking to each other over HTTP or in Socket Mode. */
export async function openBench(
  way: 'http' | 'socket',
  prepare: (bolt: App) => void,
  options: Partial<WorkspaceOptions> = {},
): Promise<Bench> {
  const port = await freePort();
  const workspace = await openWorkspace({
    port: 0,
    pageFolder: null,
    ...secrets,
    botUrl: () => `http://127.0.0.1:${port}/slack/events`,
    nowMs: Date.now,
    random: Math.random,
    manifest,
    ...options,
  });
  const bolt = new App({
    token: secrets.botToken,
    // So that Bolt does not ask the workspace at its start, when a test has already switched a fault on.
    botId: 'B0SLIPWAY',
    botUserId: 'U0SLIPWAY',
    tokenVerificationEnabled: false,
    logLevel: LogLevel.ERROR,
    logger: silent,
    clientOptions: {
      slackApiUrl: workspace.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    },
    ...(way === 'http'
      ? { signingSecret: secrets.signingSecret }
      : { socketMode: true, appToken: secrets.appToken, installerOptions: {} }),
  });
  prepare(bolt);
  await bolt.start(port);
  let isRunning = true;
  const stopBolt = async (): Promise<void> => {
    if (isRunning) await bolt.stop();
    isRunning = false;
  };
  return {
    workspace,
    bolt,
    stopBolt,
    close: async () => {
      await stopBolt();
      await workspace.close();
    },
  };
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
