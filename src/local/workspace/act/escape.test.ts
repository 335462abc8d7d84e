import { expect, test } from 'vitest';
import { Manifest } from '../manifest.ts';
import { openWorld } from '../open-world.ts';
import { localSeed } from '../seed.ts';
import { escapeCommand, escapeMessage } from './escape.ts';

const world = openWorld(
  {
    pageFolder: null,
    signingSecret: 's',
    botToken: 'xoxb-1',
    botUrl: () => 'http://127.0.0.1:1/',
    nowMs: () => 0,
    random: () => 0,
    seed: localSeed,
    manifest: Manifest.parse({}),
    waits: { ack: 1, eventRetries: [], fileProcessing: 0 },
  },
  () => 'http://127.0.0.1:2',
);

test.each([
  ['api for @ben', 'api for <@U0BEN|ben>'],
  ['to #production now', 'to <#C0PRODUCTION|production> now'],
  ['api@v2', 'api@v2'],
  ['by @nobody in #nowhere', 'by @nobody in #nowhere'],
  ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
  ['see https://a.test/x?a=1&b=2', 'see <https://a.test/x?a=1&amp;b=2>'],
  ['<!channel>', '&lt;!channel&gt;'],
  ['<@U0BEN|whoever> and <@U0NOBODY>', '<@U0BEN|ben> and &lt;@U0NOBODY&gt;'],
])('a command "%s" arrives as "%s"', (typed, arrives) => {
  expect(escapeCommand(world, typed, true)).toBe(arrives);
});

test('without should_escape, names stay names', () => {
  expect(escapeCommand(world, 'api @ben <x>', false)).toBe('api @ben &lt;x&gt;');
});

test('a message carries the id alone, and can call everybody', () => {
  expect(escapeMessage(world, '@slipway status')).toBe('<@U0SLIPWAY> status');
  expect(escapeMessage(world, 'hi @here')).toBe('hi <!here>');
});
