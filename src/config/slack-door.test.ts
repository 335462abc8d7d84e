import { expect, test } from 'vitest';
import { openSecrets } from '../secret/index.ts';
import { slackDoor } from './slack-door.ts';

const settings = {
  homeTeam: null,
  channel: null,
  botToken: 'env:BOT',
  signingSecret: 'env:SIGNING',
  appToken: 'env:APP',
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
