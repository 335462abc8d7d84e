import { invariant } from '../../core/bug.ts';
import type { Installations } from '../../store/installations.ts';
import { slackClient } from '../client.ts';
import { type Clients, installedClients, oneClient } from '../clients.ts';
import type { Clock, OAuthSettings, SlackConfiguration, SlackLog, SlackNeeds } from '../needs.ts';
import type { Workspace } from '../workspace.ts';
import { removeGone } from './gone.ts';
import { type Installed, isAllowed, openInstalled } from './installed.ts';
import { boltInstalling } from './installer.ts';
import { startRenewing } from './renew.ts';
import { openSafe } from './seal.ts';

/** Everything about being installed in many workspaces. */
export type Installing = {
  readonly read: Installed['read'];
  /** Bolt's installer, for the receiver that serves its pages. */
  readonly bolt: ReturnType<typeof boltInstalling>;
  clients(): Clients;
  /** @returns false when Slack has to tell it again */
  removeGone(workspace: Workspace): Promise<boolean>;
  /** Renews tokens from now on. */
  start(): { stop(): Promise<void> };
};

export type InstalledAs = {
  readonly configuration: Pick<SlackConfiguration, 'botToken' | 'slackApiUrl' | 'homeTeam' | 'oauth'>;
  readonly store: { readonly installations: Installations };
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: SlackLog;
};

/** Who speaks in which workspace, for whoever only asks: with the one bot token, or with the one of each. */
export function slackClients(needs: InstalledAs): Clients {
  const { configuration } = needs;
  const { oauth, slackApiUrl } = configuration;
  if (oauth != null) return installedClients(installedAs(needs, oauth).installed, slackApiUrl);
  invariant(configuration.botToken !== null, 'without installations there is one bot token');
  return oneClient(configuration.botToken, slackApiUrl);
}

function installedAs({ configuration, store, clock, log }: InstalledAs, oauth: OAuthSettings) {
  const { homeTeam, botToken } = configuration;
  const { installations } = store;
  const safe = openSafe(oauth.tokenKey, oauth.oldTokenKeys);
  const allowed = () => oauth.allowed();
  return { safe, installed: openInstalled({ installations, safe, homeTeam, botToken, allowed, clock, log }) };
}

export function openInstalling(needs: SlackNeeds, oauth: OAuthSettings): Installing {
  const { configuration, clock, log, owner } = needs;
  const { installations, duties } = needs.store;
  const { slackApiUrl, homeTeam } = configuration;
  const { safe, installed } = installedAs(needs, oauth);
  const forget = (workspace: Workspace) => installed.forget(workspace);
  const clients = () => installedClients(installed, slackApiUrl);
  const { clientIn } = clients();
  const common = { installations, safe, oauth, forget, clock, log };
  const isLet = (place: Workspace) => isAllowed({ allowed: oauth.allowed, homeTeam }, place);
  return {
    read: installed.read,
    bolt: boltInstalling({ ...common, slackApiUrl, isAllowed: isLet }),
    clients,
    removeGone: (workspace) => removeGone({ installations, clientIn, forget, log }, workspace),
    start: () => startRenewing({ ...common, duties, client: slackClient(null, slackApiUrl), owner }),
  };
}
