import { z } from 'zod';
import { SecretReference } from '../secret/index.ts';
import { Channel, Words, WorkspaceId } from './words.ts';

/** Where Slack sends people back to, which is a path of ours. */
const RedirectUrl = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) &&
      /^(?:https:$|http:\/\/(?:127\.0\.0\.1|localhost)$)/.test(schemeOf(text)) &&
      new URL(text).pathname.endsWith('/slack/oauth_redirect') &&
      text.endsWith('/slack/oauth_redirect'),
    'must be an address such as https://slipway.example.com/slack/oauth_redirect',
  );

/** The scheme; with the host where it is http, which is good enough on this machine alone. */
function schemeOf(text: string): string {
  const { protocol, hostname } = new URL(text);
  return protocol === 'http:' ? `http://${hostname}` : protocol;
}

/** The app that people talk to, and the workspaces that it listens to. */
export const Slack = z
  .strictObject({
    homeTeam: WorkspaceId.nullable()
      .default(null)
      .describe(
        'Nobody from another workspace is listened to. Null: the workspace that the bot is installed in.',
      ),
    channel: Channel.nullable().default(null).describe('Where messages go that have no place of their own.'),
    botToken: SecretReference.default('env:SLACK_BOT_TOKEN'),
    signingSecret: SecretReference.default('env:SLACK_SIGNING_SECRET').describe('With it: Slack over HTTP.'),
    appToken: SecretReference.default('env:SLACK_APP_TOKEN').describe('With it: Socket Mode.'),
    clientId: Words.pipe(
      z.string().regex(/^[0-9]{1,20}\.[0-9]{1,20}$/, 'must be a client id such as 123.456'),
    )
      .nullable()
      .default(null)
      .describe('With it workspaces install the app at /slack/install. Null: the one bot token.'),
    clientSecret: SecretReference.default('env:SLACK_CLIENT_SECRET'),
    stateSecret: SecretReference.default('env:SLACK_STATE_SECRET').describe(
      'Signs the way to Slack and back: 32 random characters or more.',
    ),
    tokenKey: SecretReference.default('env:SLACK_TOKEN_KEY').describe(
      'Seals the tokens of workspaces: 32 random characters or more.',
    ),
    oldTokenKeys: z
      .array(SecretReference)
      .max(5)
      .default([])
      .describe('Keys from before, until nothing is sealed with them any more.'),
    redirectUrl: RedirectUrl.nullable()
      .default(null)
      .describe('Where Slack sends people back to. Null: the first one in the settings of the app.'),
    workspaces: z
      .array(WorkspaceId)
      .max(1_000)
      .default([])
      .describe('Ids of the workspaces and organisations that may install it. Empty: homeTeam alone.'),
  })
  .prefault({});
