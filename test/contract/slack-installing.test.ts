import { existsSync, readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Secret } from '../../src/secret/index.ts';
import { slackClient } from '../../src/slack/client.ts';
import { openInstalling } from '../../src/slack/install/index.ts';
import { RENEW_BEFORE_MS, renewingRound } from '../../src/slack/install/renew.ts';
import { openSafe } from '../../src/slack/install/seal.ts';
import type { Installation } from '../../src/store/installations.ts';
import { until } from '../scenario/until.ts';
import { without } from '../support/skips.ts';
import { installIn, openBrowser } from '../support/slack/install.ts';
import { CLIENT, openTown, seedOf, type Town, type TownOptions } from '../support/slack/open-town.ts';

let town: Town | null = null;
afterEach(async () => {
  await town?.close();
  town = null;
});

async function open(options: TownOptions = {}): Promise<Town> {
  town = await openTown(options);
  return town;
}

const HOUR_MS = 3_600_000;
const other = { enterprise: null, team: 'T0OTHER' };
const home = { enterprise: null, team: 'T0LOCAL' };

async function installationIn(
  { store }: Town,
  place: { enterprise: string | null; team: string | null },
): Promise<Installation> {
  const found = await store.installations.find(place);
  if (found === null) throw new Error('it is not installed');
  return found;
}

/** A process of its own on the same records, which looks when it is told to. */
function anotherProcess({ needs, store, oauth, workspace }: Town, owner: string, more = {}) {
  const forget = () => undefined;
  const client = slackClient(null, workspace.apiUrl);
  const { installations, duties } = store;
  const safe = openSafe(oauth.tokenKey);
  const { clock, log } = needs;
  return renewingRound({ installations, duties, safe, oauth, client, forget, clock, owner, log, ...more });
}

// ---- On the way through

test('each workspace that is listed installs the app, and is answered with its own token', async () => {
  const { workspace, botUrl, asked, store, logged } = await open();
  for (const team of ['T0LOCAL', 'T0OTHER']) {
    expect(await installIn(botUrl, team)).toMatchObject({
      status: 200,
      text: expect.stringContaining('is installed in'),
    });
  }
  expect(await store.installations.all()).toHaveLength(2);
  await workspace.as('U0ADA').command('/deploy-status', 'C0DEPLOYS');
  await workspace.in('T0OTHER').as('U0ADA').command('/deploy-status', 'C0DEPLOYS');
  await until(() => asked.length === 2);
  // The same id in another workspace is somebody else.
  expect(asked.map(({ by }) => by)).toEqual(['U0ADA', 'T0OTHER/U0ADA']);
  expect(asked.map(({ kind }) => kind)).toEqual(['member', 'member']);
  expect(asked.map(({ groups }) => groups)).toEqual([['S0DEPLOYERS'], ['T0OTHER/S0DEPLOYERS']]);

  await workspace.as('U0ADA').openHome();
  await workspace.in('T0OTHER').as('U0ADA').openHome();
  const published = (team: string) =>
    workspace
      .in(team)
      .ledger.calls()
      .filter(({ method, ok }) => method === 'views.publish' && ok);
  await until(() => published('T0LOCAL').length === 1 && published('T0OTHER').length === 1);
  const tokens = [home, other].flatMap((place) => workspace.given(place).tokens.map(({ text }) => text));
  for (const token of tokens) expect(logged.join('\n')).not.toContain(token);
});

test('a workspace that is not listed is told so, and what Slack gave for it is given back', async () => {
  const { workspace, botUrl, store } = await open();
  const page = await installIn(botUrl, 'T0FOREIGN');
  expect(page.status).toBe(403);
  expect(page.text).toContain('T0FOREIGN');
  expect(page.text).toContain('slack.workspaces');
  expect(await store.installations.all()).toEqual([]);
  const place = { enterprise: null, team: 'T0FOREIGN' };
  const { tokens, refreshTokens } = workspace.given(place);
  expect(tokens).toHaveLength(1);
  for (const text of [tokens[0]?.text ?? '', ...refreshTokens]) {
    const judged = await slackClient(text, workspace.apiUrl).call('auth.test', {});
    expect(judged.kind).toBe('refused');
  }
});

test('without a list only the home workspace may install it, and without a home nobody', async () => {
  const first = await open({ allowed: [] });
  expect((await installIn(first.botUrl, 'T0OTHER')).status).toBe(403);
  expect((await installIn(first.botUrl, 'T0LOCAL')).status).toBe(200);
  await first.close();
  const second = await open({ allowed: [], homeTeam: null });
  expect((await installIn(second.botUrl, 'T0LOCAL')).status).toBe(403);
});

test('a workspace that was taken off the list is served no longer, whatever is installed there', async () => {
  const { workspace, botUrl, asked, allowed } = await open();
  await installIn(botUrl, 'T0OTHER');
  allowed.splice(allowed.indexOf('T0OTHER'), 1);
  await workspace.in('T0OTHER').as('U0ADA').command('/deploy-status', 'C0DEPLOYS');
  const shown = workspace
    .in('T0OTHER')
    .messages('C0DEPLOYS')
    .map(({ text }) => text);
  expect(shown.join()).toContain('serves the people of its own workspace');
  expect(asked).toEqual([]);
});

test('a way back is taken once, from the browser that it began in, and for ten minutes', async () => {
  const { botUrl, store, pass } = await open();
  const browser = openBrowser();
  const back = await browser.allow(await browser.begin(botUrl), 'T0OTHER');
  const stranger = await openBrowser().visit(back);
  expect(stranger).toMatchObject({ status: 400, text: expect.stringContaining('another browser') });
  expect((await browser.visit(back)).status).toBe(200);
  const [cookie = ''] = [new URL(back).searchParams.get('state') ?? ''];
  const again = await fetch(back, { headers: { cookie: `slipway-install=${cookie}` }, redirect: 'manual' });
  expect(again.status).toBe(400);

  const slow = openBrowser();
  const late = await slow.allow(await slow.begin(botUrl), 'T0LOCAL');
  pass(10 * 60_000 + 1_000);
  expect((await slow.visit(late)).status).toBe(400);
  expect((await store.installations.all()).map(({ team }) => team)).toEqual(['T0OTHER']);
});

test('a forged state is not taken, whatever the cookie says', async () => {
  const { botUrl, workspace, store } = await open();
  const browser = openBrowser();
  const back = new URL(await browser.allow(await browser.begin(botUrl), 'T0OTHER'));
  for (const state of ['x', 'a.b.c', `${back.searchParams.get('state')}x`, 'a.zzzzzzzz.AAAA']) {
    back.searchParams.set('state', state);
    const answer = await fetch(back, { headers: { cookie: `slipway-install=${state}` } });
    expect(answer.status).toBe(400);
  }
  expect(await store.installations.all()).toEqual([]);
  expect(workspace.given(other).tokens).toEqual([]);
});

test('whoever says no at Slack, or comes without anything, gets a page that says what to do', async () => {
  const { botUrl } = await open();
  const browser = openBrowser();
  const page = new URL(await browser.begin(botUrl));
  page.pathname = '/oauth/v2/deny';
  const { headers } = await browser.visit(page.href);
  const denied = await browser.visit(headers.get('location') ?? '');
  expect(denied).toMatchObject({ status: 400, text: expect.stringContaining('Slack was told no') });
  const empty = await browser.visit(`${botUrl}/slack/oauth_redirect`);
  expect(empty).toMatchObject({ status: 400, text: expect.stringContaining('/slack/install') });
  expect(empty.headers.get('referrer-policy')).toBe('no-referrer');
  expect((await fetch(`${botUrl}/slack/install`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${botUrl}/slack/elsewhere`)).status).toBe(404);
});

// ---- Renewing

test('a token is renewed before it ends, while commands go on, and the one before is good meanwhile', async () => {
  const here = await open();
  const { workspace, botUrl, asked, pass } = here;
  await installIn(botUrl, 'T0OTHER');
  const before = workspace.given(other).tokens[0]?.text;
  const ada = workspace.in('T0OTHER').as('U0ADA');
  pass(9 * HOUR_MS);
  await anotherProcess(here, 'b')();
  expect(workspace.given(other).tokens).toHaveLength(1);
  let typed = 0;
  const typing = (async () => {
    for (; typed < 12; typed += 1) {
      if (typed === 4) {
        pass(12 * HOUR_MS - 9 * HOUR_MS - RENEW_BEFORE_MS + 1_000);
        await here.store.duties.drop('slack-tokens', 'test');
        await here.store.duties.drop('slack-tokens', 'b');
        await anotherProcess(here, 'c')();
      }
      expect(await ada.command('/deploy-status', 'C0DEPLOYS')).toEqual({ ok: true });
      await ada.openHome();
    }
  })();
  await typing;
  await until(() => asked.filter(({ by }) => by === 'T0OTHER/U0ADA').length >= 12);
  const { tokens } = workspace.given(other);
  expect(tokens).toHaveLength(2);
  expect(tokens[0]?.text).toBe(before);
  // Everybody has forgotten the old one by the time it ends.
  pass(3 * HOUR_MS);
  await ada.openHome();
  await until(() => (workspace.given(other).tokens[1]?.uses ?? 0) > 0);
  const refused = workspace
    .in('T0OTHER')
    .ledger.calls()
    .filter(({ ok }) => !ok);
  expect(refused).toEqual([]);
});

test('twenty processes that look at once use one refresh token once', async () => {
  const here = await open();
  await installIn(here.botUrl, 'T0OTHER');
  here.pass(11 * HOUR_MS);
  // Each believes that the duty is its own: what keeps them apart is the claim on the installation.
  const duties = { hold: async () => true, drop: async () => undefined };
  const rounds = Array.from({ length: 20 }, (_, index) =>
    anotherProcess(here, `process-${index}`, { duties }),
  );
  await Promise.all(rounds.map((round) => round()));
  expect(here.workspace.given(other).refreshTokens).toHaveLength(2);
  const refreshes = here.workspace.ledger
    .calls()
    .filter(({ args }) => args['grant_type'] === 'refresh_token');
  expect(refreshes).toHaveLength(1);
});

test('what a crash left between the answer and the record is asked for again, and taken in the grace period', async () => {
  const here = await open();
  const { workspace, store, pass } = here;
  await installIn(here.botUrl, 'T0OTHER');
  pass(11 * HOUR_MS);
  const found = await installationIn(here, other);
  const lost = { ...store.installations, renew: () => new Promise<boolean>(() => undefined) };
  void anotherProcess(here, 'crashes', { installations: lost })();
  await until(() => workspace.given(other).refreshTokens.length === 2);
  expect(await installationIn(here, other)).toEqual(found);
  await store.duties.drop('slack-tokens', 'crashes');

  await store.duties.drop('slack-tokens', 'test');
  const next = anotherProcess(here, 'next');
  await next();
  expect(workspace.given(other).refreshTokens).toHaveLength(2);
  pass(16_000);
  await next();
  expect(workspace.given(other).refreshTokens).toHaveLength(3);
  const renewed = await installationIn(here, other);
  expect(renewed.revision).not.toBe(found.revision);
  expect(renewed.trouble).toBeNull();
  await expectGood(here, renewed);
});

test('when the grace period is over as well, the token that is left is used to its end, and it is said what to do', async () => {
  const here = await open({ oauth: { graceMs: 0 } });
  const { workspace, store, pass, logged } = here;
  await installIn(here.botUrl, 'T0OTHER');
  pass(11 * HOUR_MS);
  const lost = { ...store.installations, renew: () => new Promise<boolean>(() => undefined) };
  void anotherProcess(here, 'crashes', { installations: lost })();
  await until(() => workspace.given(other).refreshTokens.length === 2);
  for (const owner of ['crashes', 'test']) await store.duties.drop('slack-tokens', owner);
  pass(16_000);
  await anotherProcess(here, 'next')();
  const kept = await installationIn(here, other);
  expect(kept.trouble).toBe('invalid_refresh_token');
  expect(logged.join('\n')).toMatch(/error: a token cannot be renewed any more.*T0OTHER/);
  await expectGood(here, kept);
  await anotherProcess(here, 'next')();
  const tries = workspace.ledger.calls().filter(({ args }) => args['grant_type'] === 'refresh_token');
  expect(tries).toHaveLength(2);
  expect((await installIn(here.botUrl, 'T0OTHER')).status).toBe(200);
  expect((await installationIn(here, other)).trouble).toBeNull();
});

test('tokens that the database would not take are kept until it does', async () => {
  const here = await open();
  await installIn(here.botUrl, 'T0OTHER');
  here.pass(11 * HOUR_MS);
  for (const owner of ['test', 'b']) await here.store.duties.drop('slack-tokens', owner);
  const { installations } = here.store;
  let isDown = true;
  const shaky = {
    ...installations,
    renew: async (...args: Parameters<typeof installations.renew>) => {
      if (isDown) throw new Error('database is down');
      return installations.renew(...args);
    },
  };
  const round = anotherProcess(here, 'b', { installations: shaky });
  await round();
  expect(here.logged.join('\n')).toContain('a renewed token could not be kept yet');
  isDown = false;
  await round();
  expect(here.workspace.given(other).refreshTokens).toHaveLength(2);
  const kept = await installationIn(here, other);
  expect((kept.endsAtMs ?? 0) - here.needs.clock.nowMs()).toBeGreaterThan(11 * HOUR_MS);
  await expectGood(here, kept);
});

test('a refresh token is not used up by a Slack that says that it is busy or broken', async () => {
  const here = await open();
  await installIn(here.botUrl, 'T0OTHER');
  here.pass(11 * HOUR_MS);
  await here.store.duties.drop('slack-tokens', 'test');
  here.workspace.setFaults({ serverErrorPercent: 100 });
  const round = anotherProcess(here, 'b');
  await round();
  here.workspace.setFaults({ serverErrorPercent: 0 });
  here.pass(16_000);
  await round();
  const renewed = await installationIn(here, other);
  expect(renewed.trouble).toBeNull();
  expect((renewed.endsAtMs ?? 0) - here.needs.clock.nowMs()).toBeGreaterThan(11 * HOUR_MS);
});

// ---- Keys

test('what an older key has sealed is opened, and sealed anew with the newest', async () => {
  const here = await open();
  await installIn(here.botUrl, 'T0OTHER');
  const before = await installationIn(here, other);
  const newest = new Secret('env:NEW', 'another key, which is long enough as well');
  const safe = openSafe(newest, [here.oauth.tokenKey]);
  await here.store.duties.drop('slack-tokens', 'test');
  await anotherProcess(here, 'b', { safe })();
  const after = await installationIn(here, other);
  expect(after.keyId).toBe(safe.keyId);
  expect(after.keyId).not.toBe(before.keyId);
  expect(openSafe(newest).open(after, after)).toEqual(openSafe(here.oauth.tokenKey).open(before, before));
  expect(openSafe(here.oauth.tokenKey).open(after, after)).toBeNull();
});

// ---- Gone

test('an installation that somebody removes at Slack is removed here, and one that is good is kept', async () => {
  const here = await open();
  const { workspace, store, botUrl } = here;
  await installIn(botUrl, 'T0LOCAL');
  await installIn(botUrl, 'T0OTHER');
  expect(workspace.uninstall(other)).toBe(true);
  await until(() => here.logged.some((line) => line.includes('an installation is gone')));
  expect((await store.installations.all()).map(({ team }) => team)).toEqual(['T0LOCAL']);
  expect(await workspace.in('T0OTHER').as('U0ADA').command('/deploy-status', 'C0DEPLOYS')).toMatchObject({
    ok: false,
    error: expect.stringContaining('not a valid command'),
  });
});

test('a farewell that comes late, after it was installed anew, removes nothing', async () => {
  const here = await open();
  const { workspace, store, botUrl, needs, oauth } = here;
  await installIn(botUrl, 'T0OTHER');
  const installing = openInstalling(needs, oauth);
  expect(await installing.removeGone(other)).toBe(true);
  expect(await store.installations.all()).toHaveLength(1);
  workspace.setFaults({ serverErrorPercent: 100 });
  expect(await installing.removeGone(other)).toBe(false);
  workspace.setFaults({ serverErrorPercent: 0 });
  expect(await store.installations.all()).toHaveLength(1);
});

// ---- Whole organisations

const org = { id: 'E0ORG', name: 'The Org' };

test('one installation in a whole organisation serves each of its workspaces, and nobody else', async () => {
  const here = await open({
    homeTeam: null,
    allowed: ['E0ORG'],
    others: [seedOf('T0ONE', org), seedOf('T0TWO', org), seedOf('T0FOREIGN')],
  });
  const { workspace, botUrl, asked, store } = here;
  expect((await installIn(botUrl, 'E0ORG')).status).toBe(200);
  expect(await store.installations.all()).toMatchObject([{ enterprise: 'E0ORG', team: null }]);
  for (const team of ['T0ONE', 'T0TWO']) {
    expect(await workspace.in(team).as('U0ADA').command('/deploy-status', 'C0DEPLOYS')).toEqual({ ok: true });
    expect(await workspace.in(team).as('U0BEN').command('/deploy-status', 'C0DEPLOYS')).toEqual({ ok: true });
  }
  await until(() => asked.length === 4);
  expect(new Set(asked.map(({ kind }) => kind))).toEqual(new Set(['member']));
  // In an organisation somebody is the same person everywhere.
  expect(new Set(asked.map(({ by }) => by))).toEqual(new Set(['E0ORG/U0ADA', 'E0ORG/U0BEN']));
  expect((await installIn(botUrl, 'T0FOREIGN')).status).toBe(403);
  workspace.uninstall({ enterprise: 'E0ORG', team: null });
  await until(() => here.logged.some((line) => line.includes('an installation is gone')));
  expect(await store.installations.all()).toEqual([]);
});

// ---- The workspace in place of Slack

test('the local workspace refuses what Slack refuses, in the words that Slack has for it', async () => {
  const here = await open({ oauth: { isRotating: false } });
  const { workspace, botUrl } = here;
  const call = async (method: string, args: object) => {
    const called = await slackClient(null, workspace.apiUrl).call(method, { ...args });
    return called.kind === 'refused' ? called.code : called.kind;
  };
  const client = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };
  const browser = openBrowser();
  const back = new URL(await browser.allow(await browser.begin(botUrl), 'T0OTHER'));
  const code = back.searchParams.get('code') ?? '';
  const redirect_uri = `${botUrl}/slack/oauth_redirect`;
  await installIn(botUrl, 'T0LOCAL');
  const [{ text: token } = { text: '' }] = workspace.given(home).tokens;
  const said: Record<string, string[]> = {
    'oauth.v2.access': [
      await call('oauth.v2.access', { ...client, client_id: '1.2', code }),
      await call('oauth.v2.access', { ...client, client_secret: 'wrong', code }),
      await call('oauth.v2.access', { ...client, code: 'wrong', redirect_uri }),
      await call('oauth.v2.access', { ...client, code }),
      await call('oauth.v2.access', { ...client, grant_type: 'wrong' }),
      await call('oauth.v2.access', { ...client, grant_type: 'refresh_token', refresh_token: 'wrong' }),
    ],
    'oauth.v2.exchange': [
      await call('oauth.v2.exchange', { ...client, token: 'wrong' }),
      await call('oauth.v2.exchange', { ...client, client_secret: 'wrong', token }),
    ],
  };
  expect(said).toEqual({
    'oauth.v2.access': [
      'invalid_client_id',
      'bad_client_secret',
      'invalid_code',
      'bad_redirect_uri',
      'invalid_grant_type',
      'invalid_refresh_token',
    ],
    'oauth.v2.exchange': ['invalid_token', 'bad_client_secret'],
  });
  expect(await call('oauth.v2.access', { ...client, code, redirect_uri })).toBe('ok');
  expect(await call('oauth.v2.access', { ...client, code, redirect_uri })).toBe('invalid_code');
  expect(await call('oauth.v2.exchange', { ...client, token })).toBe('ok');
  expect(await call('oauth.v2.exchange', { ...client, token })).toBe('token_already_exchanged');
  expect(await call('auth.revoke', {})).toBe('not_authed');

  const facts = '../shared/specs/slack-web-api-methods.json';
  if (!existsSync(facts))
    return without("Slack's words for refusals", 'the description of its methods is not here');
  const read = JSON.parse(readFileSync(facts, 'utf8')) as Methods;
  const methods = read.methods ?? read;
  for (const [method, codes] of Object.entries(said))
    expect(methods[method]?.errors).toEqual(expect.arrayContaining(codes));
});

type Facts = { readonly errors: readonly string[] };
type Methods = { readonly methods?: Readonly<Record<string, Facts>> } & Readonly<Record<string, Facts>>;

async function expectGood({ oauth, workspace }: Town, installation: Installation): Promise<void> {
  const tokens = openSafe(oauth.tokenKey).open(installation, installation);
  const judged = await slackClient(tokens?.access ?? '', workspace.apiUrl).call('auth.test', {});
  expect(judged).toMatchObject({ kind: 'ok', body: { team_id: installation.team } });
}
