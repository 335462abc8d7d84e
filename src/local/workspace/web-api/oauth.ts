import { z } from 'zod';
import { sendEvent } from '../deliver/event.ts';
import { type Authority, answerWith } from '../oauth/authority.ts';
import type { Grant } from '../oauth/grants.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import { flag, type Method, MethodError, method } from './method.ts';

const Client = { client_id: z.string().optional(), client_secret: z.string().optional() };

/** The methods that give tokens and take them away. Their arguments and answers are secrets. */
export function oauthMethods(worlds: () => Worlds): Readonly<Record<string, Method>> {
  const needAuthority = (): Authority => {
    const { authority } = worlds();
    if (authority === null) throw new MethodError('invalid_client_id');
    return authority;
  };
  const needClient = (args: {
    client_id?: string | undefined;
    client_secret?: string | undefined;
  }): Authority => {
    const authority = needAuthority();
    if (args.client_id !== authority.options.clientId) throw new MethodError('invalid_client_id');
    if (args.client_secret !== authority.options.clientSecret) throw new MethodError('bad_client_secret');
    return authority;
  };
  const access = method({
    tier: 'special',
    token: 'none',
    isSecret: true,
    args: z.object({
      ...Client,
      code: z.string().optional(),
      redirect_uri: z.string().optional(),
      grant_type: z.string().optional(),
      refresh_token: z.string().optional(),
    }),
    run: (_world, args) => {
      const authority = needClient(args);
      const { grant_type = 'authorization_code', refresh_token, code = '', redirect_uri } = args;
      if (grant_type === 'refresh_token') return refreshed(authority, worlds(), refresh_token ?? '');
      if (grant_type !== 'authorization_code') throw new MethodError('invalid_grant_type');
      const redeemed = authority.redeem(code, redirect_uri);
      if (typeof redeemed === 'string') throw new MethodError(redeemed);
      return answerWith(redeemed, worlds().ofPlace(redeemed.grant.place));
    },
  });
  const exchange = method({
    tier: 3,
    token: 'none',
    isSecret: true,
    args: z.object({ ...Client, token: z.string().optional() }),
    run: (_world, args) => {
      const { grants } = needClient(args);
      const grant = grants.ofToken(args.token ?? '');
      if (grant === null) throw new MethodError('invalid_token');
      const pair = grants.exchange(grant, args.token ?? '');
      if (pair === null) throw new MethodError('token_already_exchanged');
      return answerWith({ grant, pair }, worlds().ofPlace(grant.place));
    },
  });
  const revoke = method({
    tier: 3,
    token: 'any',
    isSecret: true,
    args: z.object({ token: z.string(), test: flag.optional() }),
    run: (_world, args) => {
      if (args.test === true) return { revoked: false };
      const { grants } = needAuthority();
      const grant = grants.ofToken(args.token);
      if (!grants.revoke(args.token) && grant !== null) endGrant(worlds(), grant);
      return { revoked: true };
    },
  });
  return { 'oauth.v2.access': access, 'oauth.v2.exchange': exchange, 'auth.revoke': revoke };
}

function refreshed(authority: Authority, worlds: Worlds, text: string) {
  const { grants } = authority;
  const grant = grants.ofRefreshToken(text);
  if (grant === null || grants.isUsedUp(text)) throw new MethodError('invalid_refresh_token');
  return answerWith({ grant, pair: grants.refresh(grant, text) }, worlds.ofPlace(grant.place));
}

/** The app is gone from there, and is told so. */
export function endGrant(worlds: Worlds, grant: Grant): void {
  worlds.authority?.grants.end(grant);
  const world: World = worlds.ofPlace(grant.place);
  const { botUser } = world.settings.seed.app;
  void sendEvent(world, { type: 'tokens_revoked', tokens: { oauth: [], bot: [botUser] } });
  void sendEvent(world, { type: 'app_uninstalled' });
}
