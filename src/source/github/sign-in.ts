import type { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/rest';
import { Failed } from '../../core/failure.ts';
import type { Around } from '../source.ts';
import type { Settings } from './settings.ts';

/** What says who we are; `again`: what it said before was just turned away. */
export type SignIn = (how?: 'again') => Promise<string>;

/** Before this much of its life is left a token is not used any more. */
const LEFT_MS = 120_000;

/** A token as it is kept, or one that GitHub gives to an App for an hour. The key of an App is read only to ask for one. */
export function openSignIn({ token, app }: Settings, around: Around, request: Octokit['request']): SignIn {
  if (app === undefined)
    return async (how) => `Bearer ${(await around.secret(token ?? '', how)).open().trim()}`;
  let known: { readonly token: string; readonly endsAtMs: number } | null = null;
  return async (how) => {
    const isFresh = known !== null && known.endsAtMs - around.clock.nowMs() > LEFT_MS;
    if (known === null || !isFresh || how === 'again') {
      const key = (await around.secret(app.key, how)).open();
      known = await installationToken(app, key, request);
    }
    return `Bearer ${known.token}`;
  };
}

async function installationToken(
  { id, installation }: NonNullable<Settings['app']>,
  privateKey: string,
  request: Octokit['request'],
) {
  const auth = await openAuth({ appId: id, installationId: installation, privateKey, request });
  const { token, expiresAt } = await auth({ type: 'installation', refresh: true });
  const endsAtMs = Date.parse(expiresAt);
  if (Number.isNaN(endsAtMs)) {
    const message = 'GitHub gave the App a token and does not say until when';
    throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  }
  return { token, endsAtMs };
}

/** @throws {Failed} `rejected` when the key is none */
async function openAuth(options: Parameters<typeof createAppAuth>[0] & { readonly privateKey: string }) {
  if (options.privateKey.includes('-----BEGIN ')) {
    const app = await import('@octokit/auth-app');
    return app.createAppAuth(options);
  }
  const message = "the private key of the GitHub App is not one in PEM, as GitHub's page hands it out";
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}
