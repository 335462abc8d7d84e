import type { Secrets } from '../secret/index.ts';
import type { SlackSettings } from './configuration.ts';

/** How Slack is reached, by which of its secrets are set. */
export type SlackDoor =
  /** None is set: the local workspace. */
  | { readonly kind: 'local' }
  | { readonly kind: 'http'; readonly botToken: string; readonly signingSecret: string }
  /** Workspaces install the app by themselves. The home one may have a bot token all the same. */
  | { readonly kind: 'installed'; readonly botToken: string | null; readonly signingSecret: string }
  | { readonly kind: 'socket'; readonly botToken: string; readonly appToken: string }
  | { readonly kind: 'incomplete'; readonly problem: string };

/**
 * A signing secret means HTTP, an app-level token means Socket Mode; HTTP is taken where both are set, because Socket
 * Mode is blind for seconds whenever Slack renews its connection. What comes back are references, not secrets.
 */
export async function slackDoor(settings: SlackSettings, secrets: Secrets): Promise<SlackDoor> {
  const { botToken, signingSecret, appToken } = settings;
  const [hasBot, hasSigning, hasApp] = await Promise.all(
    [botToken, signingSecret, appToken].map(secrets.isSet),
  );
  if (settings.clientId !== null) return installedDoor(settings, secrets, hasBot ? botToken : null);
  if (!hasBot && !hasSigning && !hasApp) return { kind: 'local' };
  if (!hasBot)
    return { kind: 'incomplete', problem: `${botToken} is not set, but the others of Slack's secrets are.` };
  if (hasSigning) return { kind: 'http', botToken, signingSecret };
  if (hasApp) return { kind: 'socket', botToken, appToken };
  const problem = `${botToken} is set; set ${signingSecret} for HTTP or ${appToken} for Socket Mode as well.`;
  return { kind: 'incomplete', problem };
}

/** Slack's page sends people back to an address of ours, so this is over HTTP alone. */
async function installedDoor(
  { signingSecret, clientSecret, stateSecret, tokenKey, oldTokenKeys }: SlackSettings,
  secrets: Secrets,
  botToken: string | null,
): Promise<SlackDoor> {
  const needed = [signingSecret, clientSecret, stateSecret, tokenKey, ...oldTokenKeys];
  const areSet = await Promise.all(needed.map(secrets.isSet));
  const missing = needed.filter((_, index) => areSet[index] !== true);
  if (missing.length === 0) return { kind: 'installed', botToken, signingSecret };
  const problem = `slack.clientId is set, so that workspaces can install the app; set ${missing.join(', ')} as well.`;
  return { kind: 'incomplete', problem };
}
