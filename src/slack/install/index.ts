import { slackClient } from '../client.ts';
import { type Clients, installedClients } from '../clients.ts';
import type { OAuthSettings, SlackNeeds } from '../needs.ts';
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

export function openInstalling(needs: SlackNeeds, oauth: OAuthSettings): Installing {
  const { configuration, clock, log, owner } = needs;
  const { installations, duties } = needs.store;
  const { slackApiUrl, homeTeam, botToken } = configuration;
  const safe = openSafe(oauth.tokenKey, oauth.oldTokenKeys);
  const allowed = () => oauth.allowed();
  const installed = openInstalled({ installations, safe, homeTeam, botToken, allowed, clock, log });
  const forget = (workspace: Workspace) => installed.forget(workspace);
  const clients = () => installedClients(installed, slackApiUrl);
  const { clientIn } = clients();
  const common = { installations, safe, oauth, forget, clock, log };
  return {
    read: installed.read,
    bolt: boltInstalling({
      ...common,
      slackApiUrl,
      isAllowed: (place) => isAllowed({ allowed, homeTeam }, place),
    }),
    clients,
    removeGone: (workspace) => removeGone({ installations, clientIn, forget, log }, workspace),
    start: () => startRenewing({ ...common, duties, client: slackClient(null, slackApiUrl), owner }),
  };
}
