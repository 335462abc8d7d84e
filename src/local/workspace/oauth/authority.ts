import type { Json } from '../model.ts';
import type { World } from '../world.ts';
import type { Access } from './access.ts';
import { type Grant, type Grants, openGrants, type Pair, type Place } from './grants.ts';
import type { OAuthOptions } from './options.ts';

/** What somebody is asked to say yes to. */
export type Wish = {
  readonly scopes: readonly string[];
  readonly redirect: URL;
  /** Whether the app said where to: then it has to say so again when it comes with the code. */
  readonly isRedirectGiven: boolean;
  readonly state: string;
};

/** The side of Slack that gives tokens, for all workspaces together. */
export type Authority = {
  readonly options: OAuthOptions;
  readonly grants: Grants;
  readonly accessOf: (place: Place) => Access;
  /** Slack's word for what is wrong with the question. */
  readonly wish: (query: URLSearchParams) => Wish | string;
  /** Somebody said yes; the address that their browser is sent to. */
  readonly approve: (wish: Wish, place: Place, by: string) => string;
  /** Takes a code, once. */
  readonly redeem: (
    code: string,
    redirectUri: string | undefined,
  ) => Redeemed | 'invalid_code' | 'bad_redirect_uri';
};

export type Redeemed = { readonly grant: Grant; readonly pair: Pair };

type Code = { readonly wish: Wish; readonly place: Place; readonly by: string; readonly at: number };

/** Codes are good for ten minutes (docs.slack.dev, "Installing with OAuth"). */
const CODE_MS = 10 * 60_000;
const GRACE_MS = 60_000;
/** Access tokens that end are good for twelve hours (docs.slack.dev, "Using token rotation"). */
const LIFE_SECONDS = 43_200;

export function openAuthority(
  options: OAuthOptions,
  { settings, ids }: Pick<World, 'settings' | 'ids'>,
): Authority {
  const { nowMs } = settings;
  const { isRotating, graceMs = GRACE_MS, lifeSeconds = LIFE_SECONDS } = options;
  const grants = openGrants({ ids, nowMs, isRotating, graceMs, lifeSeconds });
  const codes = new Map<string, Code>();
  const standing = ({ enterprise, team }: Place): Grant | null =>
    grants.at({ enterprise, team }) ?? (enterprise === null ? null : grants.at({ enterprise, team: null }));
  return {
    options,
    grants,
    accessOf: (place) => ({
      judge: grants.judge,
      scopesOf: (token) => grants.ofToken(token)?.scopes ?? null,
      isInstalled: () => standing(place) !== null,
      isWhole: () => standing(place)?.place.team === null,
    }),
    wish: (query) => wishOf(options, query),
    approve: (wish, place, by) => {
      const code = `${ids.secret()}.${ids.secret()}`;
      codes.set(code, { wish, place, by, at: nowMs() });
      const back = new URL(wish.redirect);
      back.searchParams.set('code', code);
      back.searchParams.set('state', wish.state);
      return back.href;
    },
    redeem: (text, redirectUri) => {
      const code = codes.get(text);
      if (code === undefined || nowMs() - code.at > CODE_MS) return 'invalid_code';
      const { wish, place, by } = code;
      if (wish.isRedirectGiven ? redirectUri !== wish.redirect.href : redirectUri !== undefined)
        return 'bad_redirect_uri';
      codes.delete(text);
      return grants.give(place, by, wish.scopes);
    },
  };
}

function wishOf({ clientId, redirectUrls }: OAuthOptions, query: URLSearchParams): Wish | string {
  if (query.get('client_id') !== clientId) return 'invalid_client_id';
  const scopes = (query.get('scope') ?? '').split(',').filter((scope) => scope !== '');
  if (scopes.length === 0) return 'no_scopes';
  if (scopes.some((scope) => !/^[a-z_]+(?:[:.][a-z_]+){0,3}$/.test(scope))) return 'invalid_scope';
  const asked = query.get('redirect_uri');
  const redirect = asked ?? redirectUrls[0] ?? '';
  if (!URL.canParse(redirect) || !redirectUrls.some((url) => redirect.startsWith(url)))
    return 'bad_redirect_uri';
  return {
    scopes,
    redirect: new URL(redirect),
    isRedirectGiven: asked !== null,
    state: query.get('state') ?? '',
  };
}

/** What oauth.v2.access and oauth.v2.exchange answer with. */
export function answerWith({ grant, pair }: Redeemed, world: World): Json {
  const { app, team } = world.settings.seed;
  const { enterprise = null } = team;
  const isWhole = grant.place.team === null;
  return {
    access_token: pair.access,
    token_type: 'bot',
    scope: grant.scopes.join(','),
    bot_user_id: app.botUser,
    app_id: app.id,
    team: isWhole ? null : { id: team.id, name: team.name },
    enterprise,
    authed_user: { id: grant.by },
    is_enterprise_install: isWhole,
    ...(pair.refresh === null ? {} : { refresh_token: pair.refresh, expires_in: pair.endsInSeconds }),
  };
}
