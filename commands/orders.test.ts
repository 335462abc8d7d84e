import { expect, test } from 'vitest';
import { understand, understandMention } from '../src/command/index.ts';
import { usual } from '../src/core/desk.ts';
import { plain } from '../src/core/text.ts';
import { asked, orderOf } from '../test/support/recording-desk.ts';
import { commands } from './index.ts';

test.each([
  ['deploy-staging', 'api v2'],
  ['deploy-staging', 'api@v2'],
  ['deploy-staging', ' api@v2 '],
  ['/deploy-staging', 'api --version v2'],
  ['deploy-staging', '--version=v2 api'],
  ['deploy-staging', '--VERSION "v2" api'],
  ['deploy-staging', '—version v2 api'],
  ['deploy-staging', 'api –version=“v2”'],
  ['deploy-staging', 'api\u00a0v2'],
  ['deploy-staging', 'api <http://v2|v2>'],
  ['deploy-staging', '<mailto:api@v2|api@v2>'],
  ['deploy-staging', '`api@v2`'.replaceAll('`', '')],
])('/%s %s deploys v2 of api to staging', async (name, text) => {
  expect(await orderOf(commands, name, text)).toEqual([
    'deploy',
    { ...usual, as: expect.anything(), service: 'api', environment: 'staging', ref: 'v2' },
  ]);
});

test.each([
  ['deploy-staging', 'api', ['deploy', { ref: null, again: false }]],
  [
    'deploy-staging',
    'api feature/login-2 --strategy rolling',
    ['deploy', { ref: 'feature/login-2', strategy: 'rolling' }],
  ],
  ['deploy-staging', 'api v2 --again', ['deploy', { again: true }]],
  ['deploy-staging', 'api --again v2', ['deploy', { again: true, ref: 'v2' }]],
  ['deploy-staging', 'api --again=no', ['deploy', { again: false }]],
  ['deploy-staging', 'api --reason “it’s slow — see <#C1|ops>”', ['deploy', { why: "it's slow — see #C1" }]],
  ['deploy-staging', "api --reason 'it’s slow'", ['deploy', { why: "it's slow" }]],
  ['deploy-staging', 'api --reason "a &lt; b &amp; c"', ['deploy', { why: 'a < b & c' }]],
  ['deploy-staging', 'api --reason "asked by <@U1|Ada Lovelace>"', ['deploy', { why: 'asked by @U1' }]],
  ['deploy-staging', 'api --reason "say \\"hi\\" now"', ['deploy', { why: 'say "hi" now' }]],
  ['deploy-staging', 'api --reason "--again"', ['deploy', { why: '--again', again: false }]],
  ['deploy-staging', 'api --version "help"', ['deploy', { ref: 'help' }]],
  ['deploy-staging', 'api "help"', ['deploy', { ref: 'help' }]],
  ['deploy-status', '', ['status', { service: null, environment: null, deployment: null }]],
  [
    'deploy-status',
    'api --env staging',
    ['status', { service: 'api', environment: 'staging', deployment: null }],
  ],
  ['deploy-status', 'd-7f3a9k2m', ['status', { service: null, deployment: 'd-7f3a9k2m' }]],
  [
    'deploy-rollback',
    'api --env staging',
    ['rollBack', { service: 'api', environment: 'staging', to: null, plan: null }],
  ],
  [
    'deploy-rollback',
    'api --environment staging --to d-7f3a9k2m --plan 1f2e',
    ['rollBack', { to: 'd-7f3a9k2m', plan: '1f2e' }],
  ],
  ['deploy-health', 'api', ['health', { service: 'api', environment: null }]],
  [
    'deploy-logs',
    'api',
    ['logs', { service: 'api', sinceMs: 900_000, linesMax: 200, contains: null, level: null }],
  ],
  [
    'deploy-logs',
    'd-7f3a9k2m --since 1h30m --grep "timed out" --level error --lines 20',
    [
      'logs',
      { deployment: 'd-7f3a9k2m', sinceMs: 5_400_000, contains: 'timed out', level: 'error', linesMax: 20 },
    ],
  ],
])('/%s %s asks the desk for %j', async (name, text, [method, wanted]) => {
  expect(await orderOf(commands, name, text)).toEqual([method, expect.objectContaining(wanted)]);
});

test.each([
  ['deploy-staging', 'api v2 --strategy rollng', ['api@v2 --strategy rolling']],
  ['deploy-staging', 'api v2 --stategy rolling', ['api v2 --strategy rolling']],
  ['deploy-staging', 'api v2 -strategy=rolling', ['api v2 --strategy=rolling']],
  ['deploy-staging', 'api v2 strategy=rolling', ['api v2 --strategy=rolling']],
  ['deploy-staging', 'api v2 strategy rolling', ['api v2 --strategy rolling']],
  ['deploy-rollback', 'api --enviroment staging', ['api --environment staging']],
  ['deploy-rollback', 'api --envv=staging', ['api --env=staging']],
  ['deploy-logs', 'api --level eror', ['api --level error']],
])('/%s %s is refused, and offers %j', (name, text, offered) => {
  const refusal = asked(commands, name, text);
  expect(refusal).toMatchObject({ kind: 'refusal', code: 'bad-arguments' });
  expect(refusal.kind === 'refusal' && refusal.offers?.map((offer) => offer.text)).toEqual(offered);
  for (const line of offered) expect(asked(commands, name, line).kind).toBe('prepared');
});

test.each([
  ['deploy-staging', 'api v2 staging', 'I do not know what to do with staging.'],
  ['deploy-staging', 'api v2 --env production', 'There is no --env here.'],
  ['deploy-staging', 'api --version', '--version needs a value'],
  ['deploy-staging', 'api --reason --again', '--reason needs a value'],
  ['deploy-staging', 'api v2 --version v3', 'The version is given twice.'],
  ['deploy-staging', 'api --reason "half', 'The quote before half is never closed.'],
  ['deploy-staging', 'API', 'The service must be a-z, 0-9 and -, starting with a letter, not API.'],
  [
    'deploy-staging',
    'арi',
    'The service must be a-z, 0-9 and -, starting with a letter, not [U+0430][U+0440]i, which contains U+0430 (Cyrillic letter), U+0440 (Cyrillic letter).',
  ],
  ['deploy-staging', 'api v2\u202e', 'not v2[U+202E], which contains U+202E (turns the reading direction).'],
  ['deploy-staging', 'api --again=maybe', '--again is either there or not; it takes no value'],
  ['deploy-staging', 'api --reason "a\u200bb"', 'which contains U+200B (invisible)'],
  ['deploy-staging', `api ${'x'.repeat(8_000)}`, 'longer than 8000 characters'],
  ['deploy-rollback', 'api staging', 'I do not know what to do with staging.'],
  ['deploy-status', 'api d-7f3a9k2m', 'The deployment says which service it is already'],
  ['deploy-status', 'd-7f3a', 'The deployment looks like d-7f3a9k2m, not d-7f3a.'],
  [
    'deploy-maintenance',
    'take --service l-7f3a9k2m --reason x',
    'The service must not look like an id of ours, such as l-7f3a9k2m of a lock, not l-7f3a9k2m.',
  ],
  ['deploy-logs', 'api --since soon', '--since must be a time between 1s and 168h'],
  ['deploy-logs', 'api --since 8d', '--since must be a time between 1s and 168h'],
  ['deploy-logs', 'api --lines 0', '--lines must be a whole number from 1 to 5000, not 0.'],
  ['deploy-logs', 'api --__proto__ x', 'There is no --__proto__ here.'],
])('/%s %s is refused with "%s"', (name, text, words) => {
  const refusal = asked(commands, name, text);
  if (refusal.kind !== 'refusal') throw new Error(`understood as ${refusal.kind}`);
  expect(plain(refusal.message)).toContain(words);
  expect(plain(refusal.next ?? [])).toContain(`/${name} help`);
});

/** Row G6 of our catalogue of hostile references. */
const HOSTILE_REFS = [
  '--upload-pack=/bin/sh',
  '-x',
  '../',
  '..',
  'a..b',
  '@{u}',
  'HEAD~1',
  'refs/heads/../x',
  'v%2f',
  'v%00',
  '"v\n2"',
  'v.lock',
  'a.lock/b',
  'a//b',
  '/a',
  'a/',
  'a.',
  '.a',
  'a/.b',
  'v:2',
  'v?',
  'v*',
  'v[',
  'v\\2',
  'v^',
  '"v 2"',
  'v\u202e2',
  'v\u200b2',
  'v\uff12',
  'vе',
  'x'.repeat(201),
  '@',
  'v@{1}',
  '"$(id)"',
  '"`id`"',
  'v;id',
  'v|id',
  'v&amp;id',
];
test.each(HOSTILE_REFS)('no command takes %j for a version', (ref) => {
  for (const text of [`api ${ref}`, `api@${ref}`, `api --version ${ref}`, `api --version=${ref}`]) {
    expect(asked(commands, 'deploy-staging', text).kind).toBe('refusal');
  }
  expect(asked(commands, 'deploy-rollback', `api --env staging --to ${ref}`).kind).toBe('refusal');
});

test.each([
  'help',
  '?',
  '--help',
  '-h',
  'HELP',
  'api help',
  'api ?',
  'api --help',
  'api --nonsense x --help',
  '—help',
])('every command answers %j with help, whatever else is wrong', (text) => {
  for (const { name } of commands) {
    const found = asked(commands, name, text);
    expect(found.kind).toBe('help');
    expect(found.kind === 'help' && found.answer.parts.length).toBeGreaterThan(2);
  }
});

test('what is missing is asked for with a form that holds what is there, and said where no form can be opened', () => {
  expect(asked(commands, 'deploy-staging', '')).toMatchObject({ kind: 'form', filled: {} });
  const found = asked(commands, 'deploy-rollback', 'api --reason "too slow"');
  expect(found).toMatchObject({ kind: 'form', filled: { service: 'api', reason: 'too slow' } });
  expect(found.kind === 'form' && plain(found.refusal.message)).toBe('--env is needed.');
  expect(asked(commands, 'deploy-logs', '--level error')).toMatchObject({
    kind: 'form',
    filled: { level: 'error' },
  });
});

test('an unknown command is refused with the commands that were probably meant', () => {
  const refusal = understand(commands, '/deploy-stagin', 'api@v2');
  expect(refusal).toMatchObject({
    code: 'not-found',
    offers: [{ command: 'deploy-staging', text: 'api@v2' }],
  });
  expect(understand(commands, '/nonsense', 'api')).toMatchObject({ code: 'not-found' });
});

test.each([
  '<@U0BOT> deploy-staging api@v2',
  '<@U0BOT|slipway>  /deploy-staging api@v2',
  'staging api@v2',
  '<@U0BOT> STAGING api@v2',
])('the mention %j is the same order as the slash command', (text) => {
  expect(understandMention(commands, text)).toMatchObject({ kind: 'prepared', echo: 'api@v2' });
});

test('a mention without a command says what there is', () => {
  for (const text of ['<@U0BOT>', '', '<@U0BOT> please help me']) {
    const refusal = understandMention(commands, text);
    expect(refusal.kind === 'refusal' && plain(refusal.next ?? [])).toContain('/deploy-staging');
  }
});

test('what would still be wrong after a correction is not offered', () => {
  const refusal = asked(commands, 'deploy-staging', 'API@v2 --stategy rolling');
  expect(refusal).toMatchObject({ kind: 'refusal' });
  expect(refusal).not.toHaveProperty('offers');
});

test('a switch that is set to no is not echoed as if it were set', () => {
  expect(asked(commands, 'deploy-staging', 'api --again=no')).toMatchObject({ echo: 'api' });
  expect(asked(commands, 'deploy-staging', 'api --again=yes')).toMatchObject({ echo: 'api --again' });
});
