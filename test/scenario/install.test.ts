import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openWorkspace, type Workspace } from '../../src/local/workspace/index.ts';
import { freePort } from '../support/server.ts';
import { installIn } from '../support/slack/install.ts';
import { seedOf } from '../support/slack/open-town.ts';
import { openStory, type Story } from './story.ts';
import { until } from './until.ts';

const secrets = {
  SLACK_SIGNING_SECRET: '5tory51gn1ng5ecretc4n4ry00000000',
  SLACK_CLIENT_SECRET: 'cl13nt5ecretc4n4ry000000000000',
  SLACK_STATE_SECRET: '5tate5ecretc4n4ry0000000000000000000',
  SLACK_TOKEN_KEY: 't0kenkeyc4n4ry0000000000000000000000',
};
const home = { enterprise: null, team: 'T0LOCAL' };
const other = { enterprise: null, team: 'T0OTHER' };
const CHANNEL = 'C0DEPLOYS';

let workspace: Workspace;
let story: Story;
let botUrl: string;

/** Everything that Slack has given until now, for anybody. */
const given = () =>
  [home, other, { enterprise: null, team: 'T0FOREIGN' }].flatMap((place) => {
    const { tokens, refreshTokens } = workspace.given(place);
    return [...tokens.map(({ text }) => text), ...refreshTokens];
  });

beforeAll(async () => {
  const port = await freePort();
  botUrl = `http://127.0.0.1:${port}`;
  workspace = await openWorkspace({
    port: 0,
    pageFolder: null,
    signingSecret: secrets.SLACK_SIGNING_SECRET,
    botToken: 'xoxb-of-nobody',
    botUrl: () => `${botUrl}/slack/events`,
    nowMs: Date.now,
    random: Math.random,
    manifest: parse(await readFile('manifest.yml', 'utf8')),
    others: [seedOf('T0OTHER'), seedOf('T0FOREIGN')],
    oauth: {
      clientId: '111.222',
      clientSecret: secrets.SLACK_CLIENT_SECRET,
      redirectUrls: [`${botUrl}/slack/oauth_redirect`],
      isRotating: true,
      // Two hours before its end a token is renewed: here that is fifteen seconds after it was given.
      lifeSeconds: 2 * 3_600 + 15,
    },
  });
  story = await openStory({
    workspaceUrl: workspace.url,
    configuration: CONFIGURATION(`${botUrl}/slack/oauth_redirect`),
    environment: { PORT: String(port), SLACK_API_URL: workspace.apiUrl, LOG_LEVEL: 'debug', ...secrets },
  });
});
afterAll(async () => {
  await story?.close();
  await workspace?.close();
});

const shown = (team: string, user: string) =>
  workspace
    .in(team)
    .as(user)
    .messages(CHANNEL)
    .map(({ text }) => text)
    .join('\n');

test('two workspaces install the app; a third one, which is not listed, is told that it may not', async () => {
  for (const team of ['T0LOCAL', 'T0OTHER']) expect((await installIn(botUrl, team)).status).toBe(200);
  const foreign = await installIn(botUrl, 'T0FOREIGN');
  expect(foreign).toMatchObject({ status: 403, text: expect.stringContaining('slack.workspaces') });
});

test('people are known by their workspace: the same id elsewhere is somebody else', async () => {
  await workspace.in('T0OTHER').as('U0ADA').command('/deploy-status', CHANNEL);
  const answer = await workspace
    .in('T0OTHER')
    .waitForMessage(({ text, isEphemeral }) => isEphemeral && !text.startsWith('Taking'));
  expect(answer.text).toMatch(/role|may not|allowed/);
  await workspace.in('T0OTHER').as('U0BEN').command('/deploy-status', CHANNEL);
  await until(() => shown('T0OTHER', 'U0BEN').includes('api in staging'));
  expect(shown('T0OTHER', 'U0ADA')).not.toContain('api in staging');
});

test('a card stands in the channel of another workspace, and is kept up to date there', async () => {
  await workspace.as('U0ADA').command('/deploy-staging api v2', CHANNEL);
  const card = await workspace
    .in('T0OTHER')
    .waitForMessage(({ text }) => text.startsWith('api v2 → staging'), { timeoutMs: 120_000 });
  expect(card.channel).toBe(CHANNEL);
  await workspace
    .in('T0OTHER')
    .waitForMessage(({ ts, text }) => ts === card.ts && /deployed|is live|runs/i.test(text), {
      timeoutMs: 120_000,
    });
  expect(workspace.messages(CHANNEL).some(({ text }) => text.startsWith('api v2 → staging'))).toBe(false);
  const calls = workspace.in('T0OTHER').ledger.calls();
  expect(calls.filter(({ method, ok }) => method === 'chat.update' && ok).length).toBeGreaterThan(0);
});

test('tokens are renewed while commands go on, and nobody notices', async () => {
  const ben = workspace.in('T0OTHER').as('U0BEN');
  const before = workspace.given(other).tokens.length;
  const isRenewed = () =>
    workspace.given(other).tokens.some(({ uses }, index) => index >= before && uses > 0);
  for (let turn = 0; turn < 60 && !isRenewed(); turn += 1) {
    expect(await ben.command('/deploy-status', CHANNEL)).toEqual({ ok: true });
    await ben.openHome();
    await sleep(1_000);
  }
  expect(isRenewed()).toBe(true);
  const calls = [workspace, workspace.in('T0OTHER')].flatMap(({ ledger }) => ledger.calls());
  expect(calls.filter(({ error }) => /auth|token|inactive/.test(error ?? ''))).toEqual([]);
});

test('after a restart everybody is still installed; who removes the app is forgotten', async () => {
  await story.end('SIGKILL');
  await story.start();
  await workspace.in('T0OTHER').as('U0BEN').openHome();
  await until(() => workspace.in('T0OTHER').as('U0BEN').home() !== null);
  workspace.uninstall(other);
  await until(() => story.said().includes('an installation is gone'));
  expect((await workspace.as('U0ADA').command('/deploy-status', CHANNEL)).ok).toBe(true);
});

test('no token, and no secret, stands in what it wrote, said or keeps', async () => {
  const canaries = [...Object.values(secrets), ...given()];
  expect(given().length).toBeGreaterThan(4);
  const said = [workspace, workspace.in('T0OTHER')].map(({ ledger, messages }) =>
    JSON.stringify([ledger.calls().filter(({ method }) => !method.startsWith('oauth')), messages(CHANNEL)]),
  );
  await story.end('SIGINT');
  const kept: string[] = [];
  for (const entry of await readdir(story.folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) kept.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  // It is there, so that what is not there was looked for in the right place.
  expect(kept.some((text) => text.includes('T0OTHER') && text.includes('U0SLIPWAY'))).toBe(true);
  const everything = [story.said(), ...said, ...kept];
  const leaks = canaries.filter((canary) =>
    [canary, Buffer.from(canary).toString('base64').replace(/=+$/, ''), canary.slice(0, -2)].some(
      (disguise) => everything.some((text) => text.includes(disguise)),
    ),
  );
  expect(leaks).toEqual([]);
});

const CONFIGURATION = (redirectUrl: string) => `
slack:
  homeTeam: T0LOCAL
  channel: C0DEPLOYS
  clientId: "111.222"
  redirectUrl: ${redirectUrl}
  workspaces: [T0LOCAL, T0OTHER]
engine: { lease: 4s, reconcileEvery: 1s, lookEvery: 2s }
environments:
  staging: { channel: T0OTHER/C0DEPLOYS, protected: false }
services:
  api:
    summary: Answers what web asks
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: rolling
        pace: { traffic: [50], observe: 1s, releaseDeadline: 20s }
        gates: [serves-version]
grants:
  - { role: viewer, people: [U0ADA, T0OTHER/U0BEN], services: all, environments: all }
  - { role: deployer, people: [U0ADA], services: all, environments: all }
`;
