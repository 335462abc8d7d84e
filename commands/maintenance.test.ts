import { describe, expect, test } from 'vitest';
import { formOf } from '../src/command/index.ts';
import { asked, orderOf } from '../test/support/recording-desk.ts';
import { commands } from './index.ts';

const understood = (text: string) => orderOf(commands, 'deploy-maintenance', text);
const api = { service: 'api', environment: 'staging' };

describe('what is typed after /deploy-maintenance', () => {
  test.each([
    ['list', { kind: 'list', scope: { service: null, environment: null } }],
    ['list api --env staging', { kind: 'list', scope: api }],
    [
      'start api --env staging --for 2h',
      { kind: 'start', scope: api, forMs: 7_200_000, when: null, plan: null },
    ],
    ['start api 2h --env staging', { kind: 'start', scope: api, forMs: null, when: '2h' }],
    [
      'schedule api sat 02:00 3h --env staging --tz europe/berlin --reason "new disks" --allow-deploys',
      {
        kind: 'schedule',
        when: 'sat 02:00 3h',
        zone: 'Europe/Berlin',
        why: 'new disks',
        allowsDeploys: true,
      },
    ],
    ['extend m-7f3a9k2m 30m', { kind: 'extend', which: { id: 'm-7f3a9k2m' }, forMs: 1_800_000 }],
    ['extend api --env staging --for 30m', { kind: 'extend', which: { scope: api }, forMs: 1_800_000 }],
    ['end m-7f3a9k2m', { kind: 'end', which: { id: 'm-7f3a9k2m' } }],
    [
      'lock api --env staging --for 1h --reason mine',
      { kind: 'lock', which: { scope: api }, forMs: 3_600_000, why: 'mine' },
    ],
    // Only what is wholly an id is one: these begin as ids of ours do.
    ['start m-shop 2h', { kind: 'start', scope: { service: 'm-shop', environment: null }, when: '2h' }],
    ['take f-frontend --reason x', { which: { scope: { service: 'f-frontend', environment: null } } }],
    ['lock all', { kind: 'lock', which: { scope: { service: null, environment: null } } }],
    ['unlock l-7f3a9k2m', { kind: 'unlock', which: { id: 'l-7f3a9k2m' } }],
    ['give l-7f3a9k2m --to <@U0BEN|ben>', { kind: 'give', to: 'U0BEN' }],
    ['give api --env staging --to U0BEN', { kind: 'give', to: 'U0BEN', which: { scope: api } }],
    ['take l-7f3a9k2m --reason "it burns" --seen 3', { kind: 'take', why: 'it burns', seen: 3 }],
    [
      'freeze all every fri 16:00 - mon 08:00 --env production --reason "no releases over the weekend"',
      {
        kind: 'freeze',
        scope: { service: null, environment: 'production' },
        when: 'every fri 16:00 - mon 08:00',
        why: 'no releases over the weekend',
      },
    ],
    ['unfreeze f-7f3a9k2m --seen 2', { kind: 'unfreeze', which: { id: 'f-7f3a9k2m' }, seen: 2 }],
    ['resume h-7f3a9k2m', { kind: 'resume', which: { id: 'h-7f3a9k2m' } }],
    ['resume api --env staging', { kind: 'resume', which: { scope: api } }],
  ])('%s', async (text, order) => {
    expect(await understood(text)).toEqual(['maintain', expect.objectContaining(order)]);
  });

  test.each([
    ['lock', 'service'],
    ['start api', 'for'],
    ['schedule api --env staging', 'when'],
    ['freeze all', 'reason'],
    ['take l-7f3a9k2m', 'reason'],
    ['extend m-7f3a9k2m', 'for'],
    ['', 'do'],
  ])('%s asks with a form, for what is missing', (text, missing) => {
    const found = asked(commands, 'deploy-maintenance', text);
    expect(found.kind).toBe('form');
    if (found.kind !== 'form') return;
    expect(found.command.check(found.filled).map(({ argument }) => argument)).toContain(missing);
    const form = formOf(found.command, found.filled);
    expect(form.fields.map(({ name }) => name)).toContain(missing);
    // Whoever has named one is not asked where it is, and its id is kept.
    if (text.includes('-7f3a9k2m')) {
      expect(form.fields.map(({ name }) => name)).not.toContain('service');
      expect(Object.values(form.kept)).toContain(text.split(' ')[1]);
    }
  });

  test.each([
    ['lokc api', 'lock api'],
    ['unlock api --en staging', 'unlock api --env staging'],
    ['lock api --env staging --resaon x', 'lock api --env staging --reason x'],
  ])('%s is understood by nobody, and offered as %s', (text, meant) => {
    const found = asked(commands, 'deploy-maintenance', text);
    expect(found.kind).toBe('refusal');
    if (found.kind === 'refusal') expect(found.offers?.map((offer) => offer.text)).toContain(meant);
  });

  test.each([
    'end l-7f3a9k2m',
    'unlock m-7f3a9k2m',
    'lock l-7f3a9k2m api',
    'extend m-7f3a9k2m sat 02:00',
    'give l-7f3a9k2m --to ben',
    'start api 2h --for 3h --env staging extra-$',
  ])('%s changes nothing', (text) => {
    expect(asked(commands, 'deploy-maintenance', text).kind).not.toBe('prepared');
  });
});
