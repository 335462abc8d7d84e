import { z } from 'zod';
import type { Installation, Installations, Sealed } from '../../store/installations.ts';
import type { Duties } from '../../store/store.ts';
import type { Called, SlackClient } from '../client.ts';
import type { Clock, OAuthSettings, SlackLog } from '../needs.ts';
import type { Workspace } from '../workspace.ts';
import { idsOf } from './installed.ts';
import type { Safe } from './seal.ts';

export type RenewNeeds = {
  readonly installations: Installations;
  readonly duties: Duties;
  readonly safe: Safe;
  readonly oauth: Pick<OAuthSettings, 'clientId' | 'clientSecret'>;
  /** A client without a token. */
  readonly client: SlackClient;
  forget(workspace: Workspace): void;
  readonly clock: Clock;
  readonly owner: string;
  readonly log: SlackLog;
};

const DUTY = 'slack-tokens';
const DUTY_LEASE_MS = 30_000;
const ROUND_MS = 10_000;
/** A token is good for twelve hours; so much of it is left for Slack, or us, to be away. */
export const RENEW_BEFORE_MS = 2 * 60 * 60_000;
/**
 * Longer than the call may take, and no longer: what a crash leaves behind is asked for again with the same refresh
 * token, which Slack takes for "a short grace period" (docs.slack.dev, "Using token rotation").
 */
const CLAIM_MS = 15_000;
const AT_ONCE = 20;

/** Renews tokens before they end, in the background, for as long as this process has the duty. */
export function startRenewing(needs: RenewNeeds): { stop(): Promise<void> } {
  const { clock, log, duties, owner } = needs;
  const round = renewingRound(needs);
  let isStopped = false;
  let callOff = () => {};
  let running: Promise<void> = Promise.resolve();
  const next = (inMs: number) => {
    if (isStopped) return;
    callOff = clock.after(inMs, () => {
      running = round()
        .catch((error: unknown) => log.warn({ because: String(error) }, 'tokens could not be looked through'))
        .then(() => next(ROUND_MS));
    });
  };
  next(0);
  return {
    async stop() {
      isStopped = true;
      callOff();
      await running;
      await duties.drop(DUTY, owner).catch(() => undefined);
    },
  };
}

type Unsaved = { readonly installation: Installation; readonly sealed: Sealed; readonly untilMs: number };

/** One look at all tokens. Exported to be stepped through in tests. */
export function renewingRound(needs: RenewNeeds): () => Promise<void> {
  const { installations, duties, owner } = needs;
  /** What Slack has given and the database has not taken yet. */
  const unsaved: Unsaved[] = [];
  return async () => {
    for (const renewed of unsaved.splice(0)) await save(needs, unsaved, renewed);
    if (!(await duties.hold(DUTY, owner, DUTY_LEASE_MS))) return;
    for (const installation of await installations.ending(RENEW_BEFORE_MS, AT_ONCE)) {
      await renewOne(needs, unsaved, installation);
      if (!(await duties.hold(DUTY, owner, DUTY_LEASE_MS))) return;
    }
    await resealAll(needs);
  };
}

async function renewOne(needs: RenewNeeds, unsaved: Unsaved[], installation: Installation): Promise<void> {
  const { installations, safe, owner, log, client, oauth } = needs;
  const tokens = safe.open(installation, installation);
  // Said by whoever needs the token; the key may come back.
  if (tokens === null) return;
  if (tokens.refresh === null) return giveUp(needs, installation, 'there is no refresh token');
  if (!(await installations.claim(installation, owner, CLAIM_MS))) return;
  const called = await client.call('oauth.v2.access', {
    client_id: oauth.clientId,
    client_secret: oauth.clientSecret.open(),
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh,
  });
  const read = called.kind === 'ok' ? Renewed.safeParse(called.body) : null;
  if (read?.success === true) {
    const { access_token: access, refresh_token: refresh, expires_in } = read.data;
    const sealed = safe.seal(installation, { access, refresh });
    const untilMs = needs.clock.nowMs() + expires_in * 1_000;
    return save(needs, unsaved, { installation, sealed, untilMs });
  }
  if (called.kind === 'refused' && isLost(called)) return giveUp(needs, installation, called.code);
  log.warn({ ...idsOf(installation), because: whyNot(called) }, 'a token could not be renewed, trying again');
}

const Renewed = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});

const lost = new Set(['invalid_refresh_token', 'token_revoked', 'account_inactive']);
const isLost = ({ code }: Extract<Called, { kind: 'refused' }>) => lost.has(code);

function whyNot(called: Called): string {
  switch (called.kind) {
    case 'ok':
      return 'the answer could not be read';
    case 'limited':
      return 'rate limited';
    case 'refused':
      return called.code;
    default:
      return called.because;
  }
}

/** Nobody can ask for these tokens a second time, so they are kept here until the database has them. */
async function save(needs: RenewNeeds, unsaved: Unsaved[], renewed: Unsaved): Promise<void> {
  const { installations, clock, log } = needs;
  const { installation, sealed, untilMs } = renewed;
  try {
    const isKept = await installations.renew(installation, sealed, untilMs - clock.nowMs());
    needs.forget(installation);
    if (isKept) log.info(idsOf(installation), 'a token was renewed');
    else log.warn(idsOf(installation), 'a token was renewed that somebody else has put another in place of');
  } catch (error) {
    unsaved.push(renewed);
    log.error({ ...idsOf(installation), because: String(error) }, 'a renewed token could not be kept yet');
  }
}

async function giveUp(needs: RenewNeeds, installation: Installation, because: string): Promise<void> {
  await needs.installations.giveUp(installation, because);
  const endsAt = installation.endsAtMs === null ? null : new Date(installation.endsAtMs).toISOString();
  needs.log.error(
    { ...idsOf(installation), because, endsAt },
    'a token cannot be renewed any more: install the app there anew before it ends',
  );
}

/** What was sealed with an older key gets the newest, so that the older one can be taken away. */
async function resealAll({ installations, safe, log }: RenewNeeds): Promise<void> {
  for (const installation of await installations.all()) {
    if (installation.keyId === safe.keyId) continue;
    const tokens = safe.open(installation, installation);
    if (tokens === null) continue;
    const isDone = await installations.reseal(installation, safe.seal(installation, tokens));
    if (isDone)
      log.info({ ...idsOf(installation), keyId: safe.keyId }, 'a token was sealed with the newest key');
  }
}
