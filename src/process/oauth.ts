import { botScopes } from '../command/index.ts';
import type { Secret } from '../secret/index.ts';
import type { OAuthSettings } from '../slack/index.ts';
import { type Settings, SettingsRefused } from './settings.ts';

const LENGTH_MIN = 32;

/** What installing in many workspaces needs. @throws {SettingsRefused} for secrets that could be guessed. */
export async function readOAuth({ configuration, secrets }: Settings): Promise<OAuthSettings> {
  const { clientId, clientSecret, stateSecret, tokenKey, oldTokenKeys, redirectUrl } =
    configuration.current().slack;
  return {
    clientId: clientId ?? '',
    clientSecret: await secrets.read(clientSecret),
    stateSecret: longEnough(await secrets.read(stateSecret)),
    tokenKey: longEnough(await secrets.read(tokenKey)),
    oldTokenKeys: await Promise.all(oldTokenKeys.map((reference) => secrets.read(reference))),
    redirectUrl,
    scopes: botScopes,
    allowed: () => configuration.current().slack.workspaces,
  };
}

function longEnough(secret: Secret): Secret {
  if (secret.open().length >= LENGTH_MIN) return secret;
  throw new SettingsRefused([
    `${secret.reference} has fewer than ${LENGTH_MIN} characters. Make one with: openssl rand -base64 33`,
  ]);
}
