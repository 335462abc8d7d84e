import { type Called, type SlackClient, slackClient } from './client.ts';
import type { Access, Installed } from './install/installed.ts';
import { splitId, type Workspace } from './workspace.ts';

/** Who speaks for the bot in each workspace. */
export type Clients = {
  /** Null means the home workspace. */
  clientIn(workspace: Workspace | null): SlackClient;
};

/** One bot token, for one workspace. */
export function oneClient(botToken: string, slackApiUrl: string): Clients {
  const client = slackClient(botToken, slackApiUrl);
  return { clientIn: () => client };
}

/** Nothing was done: the token was turned away. */
const turnedAway = new Set([
  'token_expired',
  'token_revoked',
  'invalid_auth',
  'account_inactive',
  'not_authed',
]);

/** What a token for a whole organisation has to be told (docs.slack.dev, "Organization-ready apps"). */
const needTeam = new Set([
  'conversations.list',
  'team.info',
  'usergroups.list',
  'usergroups.users.list',
  'users.conversations',
  'users.list',
]);

/**
 * Each call with the token of the workspace that it is for: the one that is asked for, unless the channel is written
 * with another (`T0OTHER/C0DEPLOYS`); what Slack answers then names the channel in the same way.
 */
export function installedClients(installed: Installed, slackApiUrl: string): Clients {
  const made = new Map<string, { readonly name: string; readonly client: SlackClient }>();
  const clientWith = ({ token, name }: Access): SlackClient => {
    const key = token.reference;
    const known = made.get(key);
    if (known?.name === name) return known.client;
    const client = slackClient(token.open(), slackApiUrl);
    made.set(key, { name, client });
    return client;
  };

  type Use = (client: SlackClient, access: Access) => Promise<Called>;
  const use = async (workspace: Workspace | null, how: Use): Promise<Called> => {
    const access = await installed.read(workspace).catch(() => 'unknown' as const);
    if (access === 'unknown') return { kind: 'unreachable', because: 'installations could not be read' };
    if (access === null) return { kind: 'refused', code: 'not_installed' };
    const called = await how(clientWith(access), access);
    if (called.kind !== 'refused' || !turnedAway.has(called.code)) return called;
    installed.forget(workspace);
    const fresh = await installed.read(workspace).catch(() => null);
    return fresh === null || fresh.name === access.name ? called : how(clientWith(fresh), fresh);
  };

  return {
    clientIn: (here) => ({
      async call(method, args) {
        const { workspace, id } = splitId(typeof args['channel'] === 'string' ? args['channel'] : '');
        const bare = workspace === null ? args : { ...args, channel: id };
        const called = await use(workspace ?? here, (client, { isWhole }) => {
          const team = isWhole && needTeam.has(method) ? (here?.team ?? null) : null;
          return client.call(method, team === null ? bare : { team_id: team, ...bare });
        });
        return workspace === null ? called : inWorkspace(called, workspace);
      },
      upload({ channel, thread }, files) {
        const { workspace, id } = splitId(channel);
        return use(workspace ?? here, (client) => client.upload({ channel: id, thread }, files));
      },
    }),
  };
}

/** The place where something stands is remembered with its workspace, so that it is found there again. */
function inWorkspace(called: Called, { team, enterprise }: Workspace): Called {
  if (called.kind !== 'ok' || typeof called.body !== 'object' || called.body === null) return called;
  const channel = 'channel' in called.body ? called.body.channel : null;
  if (typeof channel !== 'string') return called;
  return { kind: 'ok', body: { ...called.body, channel: `${team ?? enterprise}/${channel}` } };
}
