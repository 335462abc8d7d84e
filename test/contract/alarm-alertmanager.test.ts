import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAlarm } from '../../src/alarm/index.ts';
import { openDoorOut } from '../../src/http/door.ts';
import { redact } from '../../src/http/redact.ts';
import { startAlertmanager, type TestServer } from '../support/prometheus.ts';
import { skipped } from '../support/skips.ts';
import { openStandIn } from '../support/stand-in/index.ts';

const door = openDoorOut({
  clock: { nowMs: Date.now, sleep: async () => undefined },
  random: () => 0.5,
  redact,
});

function alarmAt(url: string, more: object = {}) {
  const configured = { name: 'pager', kind: 'alertmanager', settings: { url, ...more } };
  return openAlarm(configured, { door, secret: async (name) => `what ${name} says` });
}

type Silenced = {
  readonly id: string;
  readonly comment: string;
  readonly endsAt: string;
  readonly startsAt: string;
  readonly matchers: unknown;
  readonly status: { readonly state: string };
};

let server: TestServer | null = null;
beforeAll(async () => {
  const started = await startAlertmanager();
  if ('unavailable' in started) skipped('Alertmanager itself', started.unavailable, started.install);
  else server = started;
}, 60_000);
afterAll(() => server?.stop());

async function silences(url: string): Promise<Silenced[]> {
  const all = (await (await fetch(`${url}/api/v2/silences`)).json()) as Silenced[];
  return all.filter(({ status }) => status.state !== 'expired');
}

const silence = (id: string, minutes: number) => ({
  id,
  scope: { service: 'api', environment: 'production' },
  untilMs: Math.ceil(Date.now() / 1_000) * 1_000 + minutes * 60_000,
  reason: 'new disks',
});

test('a maintenance is one silence with an end, and the same again moves the end', async ({ skip }) => {
  if (server === null) return skip();
  const alarm = alarmAt(server.url, { only: { team: 'shop' } });
  const first = silence('m-00000001', 30);
  await alarm.mute(first);
  await alarm.mute(silence('m-00000002', 5));
  const later = { ...first, untilMs: first.untilMs + 60_000 };
  await alarm.mute(later);
  await alarm.mute(later);
  const [own, ...others] = (await silences(server.url)).filter(({ comment }) =>
    comment.includes('m-00000001'),
  );
  expect(others).toEqual([]);
  expect(own).toMatchObject({
    comment: '[m-00000001] new disks',
    matchers: [
      { name: 'team', value: 'shop', isRegex: false, isEqual: true },
      { name: 'service', value: 'api', isRegex: false, isEqual: true },
      { name: 'environment', value: 'production', isRegex: false, isEqual: true },
    ],
  });
  expect(Date.parse(own?.endsAt ?? '')).toBe(later.untilMs);
  expect(Math.abs(Date.parse(own?.startsAt ?? '') - Date.now())).toBeLessThan(60_000);
  await alarm.unmute(first);
  await alarm.unmute(first);
  expect((await silences(server.url)).map(({ comment }) => comment)).toEqual(['[m-00000002] new disks']);
});

test('a silence of everything is one of everything that has a name', async ({ skip }) => {
  if (server === null) return skip();
  const all = { ...silence('m-00000003', 5), scope: { service: null, environment: null }, reason: null };
  await alarmAt(server.url).mute(all);
  const [own] = (await silences(server.url)).filter(({ comment }) => comment.includes('m-00000003'));
  expect(own).toMatchObject({
    comment: '[m-00000003] maintenance',
    matchers: [{ name: 'alertname', value: '.+', isRegex: true, isEqual: true }],
  });
});

test('it says who we are, speaks as it is described, and a lost answer leaves no second silence', async () => {
  const kept: Record<string, unknown>[] = [];
  const standIn = await openStandIn({
    spec: 'alertmanager-v2.yaml',
    basePath: '/api/v2',
    handle: ({ method, body, headers, path }) => {
      if (headers['authorization'] !== 'Bearer what env:TOKEN says')
        return { status: 400, json: 'who is that' };
      if (method === 'GET') return { status: 200, json: kept };
      if (method === 'DELETE') {
        kept.splice(0, kept.length, ...kept.filter(({ id }) => path !== `/silence/${id}`));
        return { status: 200 };
      }
      const { id = '1b4e28ba-2fa1-4d2b-883f-0016d3cca427', ...posted } = body as Record<string, unknown>;
      const silenced = { id, status: { state: 'active' }, updatedAt: posted['endsAt'], ...posted };
      kept.splice(0, kept.length, ...kept.filter((each) => each['id'] !== id), silenced);
      return { status: 200, json: { silenceID: id } };
    },
  });
  const alarm = alarmAt(standIn.url.replace(/\/api\/v2$/, ''), { bearer: 'env:TOKEN' });
  const first = silence('m-00000004', 30);
  standIn.failNext('lose-answer', { method: 'POST' });
  await expect(alarm.mute(first)).rejects.toMatchObject({ failure: { code: 'outcome-unknown' } });
  await alarm.mute(first);
  expect(kept).toHaveLength(1);
  await alarm.unmute(first);
  expect(kept).toEqual([]);
  await standIn.close();
});

test('a secret is not sent in the clear', () => {
  expect(() => alarmAt('http://alerts.example.com', { bearer: 'env:TOKEN' })).toThrow(/in the clear/);
  expect(() => alarmAt('https://alerts.example.com', { bearer: 'env:TOKEN' })).not.toThrow();
});
