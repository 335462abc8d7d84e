import { expect, test } from 'vitest';
import { Failed } from '../../core/failure.ts';
import { openDoor } from '../../http/door.ts';
import { openAlarm } from '../index.ts';
import { webhook } from './index.ts';

type Sent = { readonly url: string; readonly headers: Record<string, string>; readonly body: unknown };

function alarmAt(url: string, answer: () => Response) {
  const sent: Sent[] = [];
  const door = openDoor({
    fetch: async (input, init) => {
      sent.push({
        url: String(input),
        headers: init?.headers as Record<string, string>,
        body: JSON.parse(String(init?.body)),
      });
      return answer();
    },
    clock: { nowMs: () => 0, sleep: async () => undefined },
    random: () => 0.5,
    redact: (text) => text,
  });
  const configured = { name: 'pager', kind: 'webhook', settings: { url, secret: 'env:ALERTS' } };
  return { sent, alarm: openAlarm(configured, { door, secret: async (name) => `what ${name} says` }) };
}

const silence = {
  id: 'm-1',
  scope: { service: 'api', environment: null },
  untilMs: Date.UTC(2026, 10, 20, 12),
  reason: 'new disks',
};

test('a mute says what, until when and why, with the secret and to the very address', async () => {
  const { sent, alarm } = alarmAt('https://alerts.example.com/v1/mute?team=web', () => new Response(''));
  await alarm.mute(silence);
  await alarm.unmute(silence);
  expect(sent).toEqual([
    {
      url: 'https://alerts.example.com/v1/mute?team=web',
      headers: expect.objectContaining({ authorization: 'Bearer what env:ALERTS says' }),
      body: {
        action: 'mute',
        id: 'm-1',
        service: 'api',
        environment: null,
        until: '2026-11-20T12:00:00.000Z',
        reason: 'new disks',
      },
    },
    expect.objectContaining({ body: expect.objectContaining({ action: 'unmute', id: 'm-1' }) }),
  ]);
});

test('what the address refuses, or does not answer, is a failure with a name', async () => {
  const { alarm } = alarmAt('https://alerts.example.com/', () => new Response('no', { status: 403 }));
  await expect(alarm.mute(silence)).rejects.toBeInstanceOf(Failed);
});

test('only an encrypted address is taken, and a reference instead of the secret', () => {
  const issues = (settings: object) =>
    webhook.Settings.safeParse(settings).error?.issues.map(({ path }) => path[0]);
  const secret = 'env:ALERTS';
  expect(issues({ url: 'https://alerts.example.com/mute', secret })).toBeUndefined();
  expect(issues({ url: 'http://127.0.0.1:9/mute', secret })).toBeUndefined();
  expect(issues({ url: 'http://alerts.example.com/mute', secret })).toEqual(['url']);
  expect(issues({ url: 'http://127.0.0.1.example.com/mute', secret })).toEqual(['url']);
  expect(issues({ url: 'https://me:pass@alerts.example.com/', secret })).toEqual(['url']);
  expect(issues({ url: 'https://alerts.example.com/mute', secret: 'hunter2hunter2' })).toEqual(['secret']);
});
