import type { Ids } from '../ids.ts';
import type { Judged } from './access.ts';

/** A workspace, or with `team: null` a whole organisation. */
export type Place = { readonly enterprise: string | null; readonly team: string | null };

export type Grant = {
  readonly place: Place;
  readonly scopes: readonly string[];
  readonly by: string;
  readonly tokens: Token[];
  readonly refreshTokens: RefreshToken[];
};

type Token = {
  readonly text: string;
  readonly endsAt: number | null;
  isRevoked: boolean;
  isExchanged: boolean;
  uses: number;
};
type RefreshToken = { readonly text: string; usedAt: number | null };

export type Pair = {
  readonly access: string;
  readonly refresh: string | null;
  readonly endsInSeconds: number | null;
};

export type Grants = {
  readonly at: (place: Place) => Grant | null;
  readonly ofToken: (text: string) => Grant | null;
  readonly ofRefreshToken: (text: string) => Grant | null;
  readonly judge: (text: string) => Judged;
  /** Said yes to once more: the same grant, with new tokens where they rotate and the same one where they do not. */
  readonly give: (place: Place, by: string, scopes: readonly string[]) => { grant: Grant; pair: Pair };
  readonly refresh: (grant: Grant, text: string) => Pair;
  /** A token that does not end, for one that does. Once. */
  readonly exchange: (grant: Grant, text: string) => Pair | null;
  readonly isUsedUp: (text: string) => boolean;
  /** @returns false where that ended the grant, because nothing else stood for it */
  readonly revoke: (text: string) => boolean;
  readonly end: (grant: Grant) => void;
  readonly setRotating: (isRotating: boolean) => void;
};

const ACTIVE_MAX = 2;

type Rules = {
  readonly ids: Ids;
  readonly nowMs: () => number;
  readonly isRotating: boolean;
  /** How long a refresh token is taken again after its first use: "a short grace period". */
  readonly graceMs: number;
  readonly lifeSeconds: number;
};

/** Who has given the app what, by the rules of "Using token rotation" (docs.slack.dev). */
export function openGrants(rules: Rules): Grants {
  const { nowMs, graceMs } = rules;
  const grants: Grant[] = [];
  const ended = new Set<string>();
  const mood = { isRotating: rules.isRotating };
  const ofToken = (text: string) => grants.find(({ tokens }) => named(tokens, text) !== null) ?? null;
  const ofRefreshToken = (text: string) =>
    grants.find(({ refreshTokens }) => named(refreshTokens, text) !== null) ?? null;
  const at = (place: Place) => grants.find((grant) => isSame(grant.place, place)) ?? null;
  return {
    at,
    ofToken,
    ofRefreshToken,
    judge: (text) => {
      if (ended.has(text)) return { kind: 'refused', error: 'account_inactive' };
      const token = named(ofToken(text)?.tokens ?? [], text);
      if (token !== null) token.uses += 1;
      return token === null ? { kind: 'refused', error: 'invalid_auth' } : judged(token, nowMs());
    },
    give: (place, by, scopes) => {
      const before = at(place);
      const { tokens, refreshTokens } = before ?? { tokens: [], refreshTokens: [] };
      const grant: Grant = { place, by, scopes, tokens, refreshTokens };
      if (before !== null) grants.splice(grants.indexOf(before), 1);
      grants.push(grant);
      const lasting = grant.tokens.find((token) => token.endsAt === null && !token.isRevoked);
      if (mood.isRotating || lasting === undefined)
        return { grant, pair: issue(rules, grant, mood.isRotating) };
      return { grant, pair: { access: lasting.text, refresh: null, endsInSeconds: null } };
    },
    refresh: (grant, text) => {
      for (const token of grant.tokens) if (token.isExchanged) token.isRevoked = true;
      const used = named(grant.refreshTokens, text);
      if (used !== null) used.usedAt ??= nowMs();
      return issue(rules, grant, true);
    },
    exchange: (grant, text) => {
      const token = named(grant.tokens, text);
      if (token === null || token.isExchanged || token.endsAt !== null) return null;
      token.isExchanged = true;
      return issue(rules, grant, true);
    },
    isUsedUp: (text) => {
      const usedAt = named(ofRefreshToken(text)?.refreshTokens ?? [], text)?.usedAt ?? null;
      return usedAt !== null && nowMs() - usedAt >= graceMs;
    },
    revoke: (text) => {
      const token = named(ofToken(text)?.tokens ?? [], text);
      const refresh = named(ofRefreshToken(text)?.refreshTokens ?? [], text);
      if (token !== null) token.isRevoked = true;
      if (refresh !== null) refresh.usedAt = Number.NEGATIVE_INFINITY;
      return token === null || token.endsAt !== null;
    },
    end: (grant) => {
      for (const { text } of grant.tokens) ended.add(text);
      grants.splice(grants.indexOf(grant), 1);
    },
    setRotating: (isRotating) => {
      mood.isRotating = isRotating;
    },
  };
}

function named<T extends { readonly text: string }>(tokens: readonly T[], text: string): T | null {
  return tokens.find((token) => token.text === text) ?? null;
}

function judged({ isRevoked, endsAt }: Token, now: number): Judged {
  if (isRevoked) return { kind: 'refused', error: 'token_revoked' };
  return endsAt === null || endsAt > now ? { kind: 'bot' } : { kind: 'refused', error: 'token_expired' };
}

/** A new token, and where tokens end the means to renew it. The oldest of more than two that end is revoked. */
function issue({ ids, nowMs, lifeSeconds }: Rules, grant: Grant, ends: boolean): Pair {
  const endsAt = ends ? nowMs() + lifeSeconds * 1_000 : null;
  const access = `${ends ? 'xoxe.xoxb-1' : 'xoxb'}-${ids.secret()}`;
  const refresh = ends ? `xoxe-1-${ids.secret()}` : null;
  grant.tokens.push({ text: access, endsAt, isRevoked: false, isExchanged: false, uses: 0 });
  if (refresh !== null) grant.refreshTokens.push({ text: refresh, usedAt: null });
  const active = grant.tokens.filter(
    (token) => token.endsAt !== null && judged(token, nowMs()).kind === 'bot',
  );
  for (const token of active.slice(0, Math.max(0, active.length - ACTIVE_MAX))) token.isRevoked = true;
  return { access, refresh, endsInSeconds: ends ? lifeSeconds : null };
}

function isSame(one: Place, other: Place): boolean {
  return one.team === other.team && one.enterprise === other.enterprise;
}
