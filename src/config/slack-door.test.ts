import { expect, test } from 'vitest';
import { openSecrets } from '../secret/index.ts';
import { slackDoor } from './slack-door.ts';

const settings = {
  homeTeam: null,
  channel: null,
  botToken: 'env:BOT',
  signingSecret: 'env:SIGNING',
  appToken: 'env:APP',
  clientId: null,
  clientSecret: 'env:CLIENT',
  stateSecret: 'env:STATE',
  tokenKey: 'env:KEY',
  oldTokenKeys: ['env:OLD_KEY'],
  redirectUrl: null,
  workspaces: [],
};

test.each([
  ['nothing', {}, 'local'],
  ['a bot token and a signing secret', { BOT: 'x', SIGNING: 'x' }, 'http'],
  ['a bot token and an app token', { BOT: 'x', APP: 'x' }, 'socket'],
  ['everything', { BOT: 'x', SIGNING: 'x', APP: 'x' }, 'http'],
  ['a bot token alone', { BOT: 'x' }, 'incomplete'],
  ['all but the bot token', { SIGNING: 'x', APP: 'x' }, 'incomplete'],
  ['empty variables', { BOT: '', SIGNING: '' }, 'local'],
])('with %s set (%j), Slack is reached by: %s', async (_, variables, kind) => {
  const secrets = openSecrets({ variables, nowMs: () => 0, learn: () => {} });
  expect((await slackDoor(settings, secrets)).kind).toBe(kind);
});

const installing = { SIGNING: 'x', CLIENT: 'x', STATE: 'x', KEY: 'x', OLD_KEY: 'x' };

test.each([
  ['all of it', installing, 'installed', null],
  ['a bot token for the home workspace as well', { ...installing, BOT: 'x' }, 'installed', 'env:BOT'],
])('where workspaces install the app, with %s: %j', async (_, variables, kind, botToken) => {
  const secrets = openSecrets({ variables, nowMs: () => 0, learn: () => {} });
  expect(await slackDoor({ ...settings, clientId: '1.2' }, secrets)).toMatchObject({ kind, botToken });
});

test.each(Object.keys(installing))(
  'where workspaces install the app, %s cannot be left out',
  async (name) => {
    const secrets = openSecrets({
      variables: { ...installing, [name]: '', APP: 'x' },
      nowMs: () => 0,
      learn: () => {},
    });
    const door = await slackDoor({ ...settings, clientId: '1.2' }, secrets);
    expect(door).toMatchObject({ kind: 'incomplete', problem: expect.stringContaining(`env:${name}`) });
  },
);
