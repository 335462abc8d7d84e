import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { InstallURLOptions, StateStore } from '@slack/bolt';
import type { Secret } from '../../secret/index.ts';
import type { Installations } from '../../store/installations.ts';
import type { Clock } from '../needs.ts';

/** How long somebody may take to say yes at Slack. */
export const STATE_MS = 10 * 60_000;

/** Why a way back from Slack is not taken. */
export class StateRefused extends Error {
  override readonly name = 'StateRefused';
  /** What Bolt's own refusals of a state are called. */
  readonly code = 'slack_oauth_invalid_state';
}

/**
 * The word that goes to Slack and has to come back with the same browser: ours by its signature, good for ten minutes,
 * and used once. Only one that comes back is written down, so that asking for many of them fills nothing.
 */
export function stateStore(
  secret: Secret,
  options: InstallURLOptions,
  { installations, clock }: { readonly installations: Pick<Installations, 'spend'>; readonly clock: Clock },
): StateStore {
  const sign = (text: string) =>
    createHmac('sha256', secret.open()).update(`slipway/install-state/v1 ${text}`).digest();
  return {
    async generateStateParam() {
      const text = `${randomBytes(24).toString('base64url')}.${(clock.nowMs() + STATE_MS).toString(36)}`;
      return `${text}.${sign(text).toString('base64url')}`;
    },
    async verifyStateParam(_now, state) {
      const [nonce = '', until = '', signature = '', ...more] = state.split('.');
      const expected = sign(`${nonce}.${until}`);
      const given = Buffer.from(signature, 'base64url');
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
      if (!isOurs || more.length > 0) throw new StateRefused('not ours');
      if (clock.nowMs() > Number.parseInt(until, 36)) throw new StateRefused('too late');
      const word = createHash('sha256').update(state).digest('base64url');
      if (!(await installations.spend(word, 2 * STATE_MS))) throw new StateRefused('used before');
      return options;
    },
  };
}
