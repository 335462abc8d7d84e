import type { HTTPReceiverOptions, Installation } from '@slack/bolt';
import type { Installations, NewInstallation } from '../../store/installations.ts';
import { type SlackClient, slackClient } from '../client.ts';
import type { Clock, OAuthSettings, SlackLog } from '../needs.ts';
import { nowhere, type Workspace } from '../workspace.ts';
import { idsOf } from './installed.ts';
import { failurePage, installedPage, notAllowedPage, showPage } from './pages.ts';
import type { Safe } from './seal.ts';
import { STATE_MS, stateStore } from './state.ts';

export const INSTALL_PATH = '/slack/install';
export const REDIRECT_PATH = '/slack/oauth_redirect';

export type InstallerNeeds = {
  readonly oauth: OAuthSettings;
  readonly slackApiUrl: string;
  readonly installations: Installations;
  readonly safe: Safe;
  /** Whether this workspace may be installed at all. */
  isAllowed(workspace: Workspace): boolean;
  /** Looks its token up afresh next time. */
  forget(workspace: Workspace): void;
  readonly clock: Clock;
  readonly log: SlackLog;
};

type BoltInstalling = Pick<
  HTTPReceiverOptions,
  'clientId' | 'clientSecret' | 'scopes' | 'installationStore'
> & {
  readonly redirectUri?: string;
  readonly installerOptions: NonNullable<HTTPReceiverOptions['installerOptions']>;
};

const CALL_TIMEOUT_MS = 10_000;

/**
 * What Bolt's own installer is given: its way to Slack and back, with our records, our states and our pages. It asks
 * Slack once for each code, because a code is good for once.
 */
export function boltInstalling(needs: InstallerNeeds): BoltInstalling {
  const { oauth, slackApiUrl, log } = needs;
  const redirect = oauth.redirectUrl === null ? {} : { redirectUri: oauth.redirectUrl };
  const options = { scopes: [...oauth.scopes], ...redirect };
  return {
    clientId: oauth.clientId,
    clientSecret: oauth.clientSecret.open(),
    ...options,
    installationStore: {
      storeInstallation: (installation) => keep(needs, installation),
      fetchInstallation: () => Promise.reject(new Error('tokens are read by us, and never by Bolt')),
    },
    installerOptions: {
      directInstall: true,
      installPath: INSTALL_PATH,
      redirectUriPath: REDIRECT_PATH,
      authorizationUrl: new URL('../oauth/v2/authorize', slackApiUrl).href,
      stateStore: stateStore(oauth.stateSecret, options, needs),
      stateCookieName: 'slipway-install',
      stateCookieExpirationSeconds: STATE_MS / 1_000,
      clientOptions: { slackApiUrl, timeout: CALL_TIMEOUT_MS, retryConfig: { retries: 0 } },
      callbackOptions: {
        async afterInstallation(installation, _options, _request, response) {
          if (needs.isAllowed(placeOf(installation))) return true;
          await giveBack(needs, installation);
          const { team, enterprise } = idsOf(placeOf(installation));
          log.warn(
            { team, enterprise, by: installation.user.id },
            'a workspace that is not listed was refused',
          );
          showPage(response, notAllowedPage(nameOf(installation), team ?? enterprise ?? ''));
          return false;
        },
        async successAsync(installation, _options, _request, response) {
          showPage(response, installedPage(nameOf(installation)));
        },
        async failureAsync(error, _options, _request, response) {
          log.warn({ code: error.code, because: reasonOf(error) }, 'an installation failed');
          if (!response.headersSent) showPage(response, failurePage(error.code));
        },
      },
    },
  };
}

function placeOf({ team, enterprise, isEnterpriseInstall }: Installation): Workspace {
  if (isEnterpriseInstall === true) return { ...nowhere, enterprise: enterprise?.id ?? null };
  return { team: team?.id ?? null, enterprise: enterprise?.id ?? null };
}

function nameOf({ team, enterprise }: Installation): string {
  return team?.name ?? team?.id ?? enterprise?.name ?? enterprise?.id ?? 'a workspace without a name';
}

async function keep(needs: InstallerNeeds, installation: Installation): Promise<void> {
  const { installations, safe, log } = needs;
  const place = placeOf(installation);
  const { bot, user } = installation;
  if (bot === undefined || (place.team === null && place.enterprise === null)) {
    throw new Error('Slack gave no bot token, or did not say for which workspace');
  }
  const sealed = safe.seal(place, { access: bot.token, refresh: bot.refreshToken ?? null });
  const made: NewInstallation = {
    ...place,
    ...sealed,
    name: nameOf(installation),
    botUser: bot.userId,
    installedBy: user.id,
    scopes: bot.scopes,
    endsInMs: bot.expiresAt === undefined ? null : bot.expiresAt * 1_000 - needs.clock.nowMs(),
  };
  await installations.put(made);
  needs.forget(place);
  log.info({ ...idsOf(place), by: user.id, scopes: bot.scopes }, 'installed in a workspace');
}

/** A token that is not kept is not left lying about either. */
async function giveBack({ slackApiUrl, log }: InstallerNeeds, { bot, user }: Installation): Promise<void> {
  for (const token of [bot?.refreshToken, bot?.token, user.token]) {
    if (token === undefined) continue;
    const client: SlackClient = slackClient(token, slackApiUrl);
    const called = await client.call('auth.revoke', {});
    if (called.kind !== 'ok') log.warn({ called }, 'a token that was not wanted could not be revoked');
  }
}

/** Slack's word for it where there is one: what else an error says may quote what was sent. */
function reasonOf(error: Error): string {
  const body: unknown = 'data' in error ? error.data : null;
  const word = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
  return typeof word === 'string' && /^[a-z_]{1,60}$/.test(word) ? word : error.name;
}
