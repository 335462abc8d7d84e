import { stringify } from 'yaml';
import type { Command } from './command.ts';
import { usageHint } from './help.ts';

/** Where Slack is told to deliver to, until the person who installs the app puts their own host here. */
const HOST = 'https://slipway.example.com';
const ADDRESS = `${HOST}/slack/events`;
/** Where Slack sends people back to who install the app in a workspace of theirs. */
const REDIRECT = `${HOST}/slack/oauth_redirect`;

/**
 * The shortcuts, by the id that their deliveries carry.
 * Names at most 24 characters (schema 2.0.0 of https://github.com/slackapi/manifest-schema).
 */
const shortcuts = [
  {
    name: 'Start a deploy',
    type: 'global',
    callback_id: 'start-deploy',
    description: 'Choose what to deploy where',
  },
  {
    name: 'Pending approvals',
    type: 'global',
    callback_id: 'pending-approvals',
    description: 'Everything that waits for your approval',
  },
  {
    name: 'Emergency freeze',
    type: 'global',
    callback_id: 'emergency-freeze',
    description:
      'Stop deployments from starting and going on: asks what it reaches, why, and for which incident',
  },
  {
    name: 'Deploy details',
    type: 'message',
    callback_id: 'deploy-details',
    description: 'The state of the deployment in this message, also inside threads',
  },
  {
    name: 'Roll back this deploy',
    type: 'message',
    callback_id: 'roll-back-deploy',
    description: 'See how the deployment in this message would be taken back, then do it',
  },
] as const;

/** What the bot may do in a workspace, each with its reason. */
export const botScopes: readonly string[] = [
  'app_mentions:read', // be asked by a mention, the only way inside threads
  'channels:history', // find a message again whose answer was lost, before posting it twice
  'chat:write', // cards, threads and private answers
  'chat:write.public', // cards in public channels that nobody invited the bot to
  'commands', // slash commands and shortcuts
  'files:write', // reports and logs as files
  'groups:history', // as channels:history, where the channel is private
  'im:history', // be asked in a direct message
  'im:write', // open the direct message that private files go to
  'usergroups:read', // who is in a user group that a role was granted to
  'users:read', // tell people of the home workspace from guests, deactivated people and bots
];

/** The Slack app manifest: what is fixed is written here, what commands say comes from them. */
export function manifest(commands: readonly Command[]): string {
  return stringify(
    {
      _metadata: { major_version: 2, minor_version: 1 },
      display_information: {
        name: 'Slipway',
        description: 'Deploys services, watches them, and takes them back',
        background_color: '#1d2b3a',
      },
      features: {
        app_home: {
          home_tab_enabled: true,
          messages_tab_enabled: true,
          messages_tab_read_only_enabled: false,
        },
        bot_user: { display_name: 'slipway', always_online: true },
        shortcuts,
        slash_commands: commands.map((command) => ({
          command: `/${command.name}`,
          url: ADDRESS,
          description: command.summary,
          usage_hint: usageHint(command),
          should_escape: true,
        })),
      },
      oauth_config: { redirect_urls: [REDIRECT], scopes: { bot: botScopes } },
      settings: {
        event_subscriptions: {
          request_url: ADDRESS,
          bot_events: ['app_home_opened', 'app_mention', 'app_uninstalled', 'message.im', 'tokens_revoked'],
        },
        interactivity: { is_enabled: true, request_url: ADDRESS, message_menu_options_url: ADDRESS },
        org_deploy_enabled: false,
        socket_mode_enabled: false,
        token_rotation_enabled: false,
      },
    },
    { lineWidth: 0 },
  );
}
