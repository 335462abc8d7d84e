import type { Installations } from '../../store/installations.ts';
import type { SlackClient } from '../client.ts';
import type { SlackLog } from '../needs.ts';
import type { Workspace } from '../workspace.ts';
import { idsOf } from './installed.ts';

export type GoneNeeds = {
  readonly installations: Pick<Installations, 'find' | 'remove'>;
  clientIn(workspace: Workspace): SlackClient;
  forget(workspace: Workspace): void;
  readonly log: SlackLog;
};

/** Slack's words for a token that is not good any more. */
const dead = new Set(['account_inactive', 'invalid_auth', 'token_expired', 'token_revoked', 'not_installed']);

export const goneEvents: ReadonlySet<string> = new Set(['app_uninstalled', 'tokens_revoked']);

/**
 * Slack says that the app, or a token of it, was taken away. It may say so late, about a token that was renewed or an
 * installation that was made anew since, so the token that we have is tried first.
 * @returns false when it could not be found out; then it has to be told again
 */
export async function removeGone(needs: GoneNeeds, workspace: Workspace): Promise<boolean> {
  const { installations, log } = needs;
  const found = await installations.find(workspace);
  if (found === null) return true;
  needs.forget(workspace);
  const called = await needs.clientIn(workspace).call('auth.test', {});
  if (called.kind === 'ok') {
    log.info(idsOf(found), 'told that a token is gone, but the one that is kept is good');
    return true;
  }
  if (called.kind !== 'refused' || !dead.has(called.code)) return false;
  const isRemoved = await installations.remove(found);
  needs.forget(workspace);
  if (isRemoved) log.warn({ ...idsOf(found), because: called.code }, 'an installation is gone');
  return true;
}
