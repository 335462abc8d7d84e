import type { Secret } from '../../secret/index.ts';
import { Secret as SecretValue } from '../../secret/index.ts';
import type { Installation, Installations } from '../../store/installations.ts';
import type { Clock, SlackLog } from '../needs.ts';
import { nowhere, type Workspace, workspaceNamed } from '../workspace.ts';
import type { Safe } from './seal.ts';

/** Who may be served: the store's installations, as far as the configuration lets them. */
export type Installed = {
  /** What calls for this workspace are made with; null when it is not installed, or not let in. */
  read(workspace: Workspace | null): Promise<Access | null>;
  /** Looks it up afresh next time. */
  forget(workspace: Workspace | null): void;
};

export type Access = {
  readonly token: Secret;
  /** The same as long as the token is. */
  readonly name: string;
  /** A token for a whole organisation has to be told which workspace is meant. */
  readonly isWhole: boolean;
};

export type InstalledNeeds = {
  readonly installations: Pick<Installations, 'find'>;
  readonly safe: Safe;
  readonly homeTeam: string | null;
  /** For the home workspace where it was not installed by way of Slack's page; null where there is none. */
  readonly botToken: string | null;
  allowed(): readonly string[];
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: SlackLog;
};

/** Another process may have renewed a token, or seen it revoked: the old one is good for as long as this, and longer. */
const KEPT_MS = 30_000;
const KEPT_MAX = 1_000;

type Kept = { readonly access: Access; readonly atMs: number };

/** Reads tokens out of the store, and remembers them for half a minute: every delivery asks. */
export function openInstalled(needs: InstalledNeeds): Installed {
  const { installations, safe, clock, log } = needs;
  const kept = new Map<string, Kept>();

  const look = async (workspace: Workspace): Promise<Access | null> => {
    const found = await installations.find(workspace);
    if (found === null) return null;
    const tokens = safe.open(found, found);
    if (tokens !== null) return accessOf(found, tokens.access);
    log.error(
      { ...idsOf(found), keyId: found.keyId },
      'the token of a workspace cannot be opened with any key',
    );
    return null;
  };
  const readAllowed = async (workspace: Workspace): Promise<Access | null> => {
    const known = kept.get(keyOf(workspace));
    if (known !== undefined && clock.nowMs() - known.atMs < KEPT_MS) return known.access;
    const access = (await look(workspace)) ?? homeAccess(needs, workspace);
    if (kept.size >= KEPT_MAX) kept.clear();
    if (access === null) kept.delete(keyOf(workspace));
    else kept.set(keyOf(workspace), { access, atMs: clock.nowMs() });
    return access;
  };
  return {
    async read(asked) {
      const workspace = asked ?? homeOf(needs);
      return isAllowed(needs, workspace) ? readAllowed(workspace) : null;
    },
    forget: (asked) => void kept.delete(keyOf(asked ?? homeOf(needs))),
  };
}

/**
 * Whether a workspace may install and be served: it or its organisation is listed, or it is the home one where nothing
 * is. What is not named is not let in.
 */
export function isAllowed(
  { allowed, homeTeam }: Pick<InstalledNeeds, 'allowed' | 'homeTeam'>,
  { team, enterprise }: Workspace,
): boolean {
  const listed = allowed();
  const ids = listed.length > 0 ? listed : homeTeam === null ? [] : [homeTeam];
  return (team !== null && ids.includes(team)) || (enterprise !== null && ids.includes(enterprise));
}

export const idsOf = ({ enterprise, team }: Workspace) => ({ enterprise, team });

const keyOf = ({ enterprise, team }: Workspace) => `${enterprise ?? ''}/${team ?? ''}`;

function homeOf({ homeTeam }: InstalledNeeds): Workspace {
  return homeTeam === null ? nowhere : workspaceNamed(homeTeam);
}

function accessOf(installation: Installation, token: string): Access {
  const name = `${keyOf(installation)} ${installation.revision}`;
  return {
    token: new SecretValue(`installation:${keyOf(installation)}`, token),
    name,
    isWhole: installation.team === null,
  };
}

function homeAccess({ homeTeam, botToken }: InstalledNeeds, { team, enterprise }: Workspace): Access | null {
  if (botToken === null || homeTeam === null || (homeTeam !== team && homeTeam !== enterprise)) return null;
  return { token: new SecretValue('slack.botToken', botToken), name: 'home', isWhole: false };
}
