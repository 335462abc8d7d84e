import { expect, test } from 'vitest';
import type { Called, SlackClient } from './client.ts';
import { slackDirectory } from './directory.ts';

type User = Record<string, unknown>;

/** A directory over a workspace with these accounts; groups are null where they cannot be read. */
function openDirectory(users: Record<string, User | Called>, groups: object[] | null = []) {
  const calls: string[] = [];
  const clock = { nowMs: 0, isStopping: false };
  /** What the next calls are turned away for, in milliseconds. */
  const limits: number[] = [];
  const client: SlackClient = {
    async call(method, args): Promise<Called> {
      calls.push(method);
      await Promise.resolve();
      const retryAfterMs = limits.shift();
      if (retryAfterMs !== undefined) return { kind: 'limited', retryAfterMs };
      if (method === 'usergroups.list') {
        return groups === null
          ? { kind: 'refused', code: 'missing_scope' }
          : { kind: 'ok', body: { ok: true, usergroups: groups } };
      }
      const user = users[String(args['user'])];
      if (user === undefined) return { kind: 'refused', code: 'user_not_found' };
      return 'kind' in user ? (user as Called) : { kind: 'ok', body: { ok: true, user } };
    },
    upload: async () => ({ kind: 'refused', code: 'unknown_method' }),
  };
  const directory = slackDirectory({
    homeTeam: 'T1',
    nowMs: () => clock.nowMs,
    async sleep(ms) {
      const untilMs = clock.nowMs + ms;
      await new Promise((resolve) => setImmediate(resolve));
      clock.nowMs = Math.max(clock.nowMs, untilMs);
      return !clock.isStopping;
    },
    clients: { clientIn: () => client },
  });
  const look = (id: string, how: 'fresh' | 'recent' = 'fresh', patience?: 'at-once') =>
    directory.look({ id, name: 'approved' }, how, patience);
  return { look, calls, clock, users, limits };
}

const ours = { id: 'U1', team_id: 'T1' };

test.each([
  ['an account of the workspace', ours, 'member'],
  ['of its organisation', { id: 'U1', team_id: 'T9', enterprise_user: { teams: ['T1'] } }, 'member'],
  ['a bot', { ...ours, is_bot: true }, 'bot'],
  ['a workflow', { ...ours, is_workflow_bot: true }, 'bot'],
  ['a multi-channel guest', { ...ours, is_restricted: true }, 'guest'],
  ['a single-channel guest', { ...ours, is_restricted: true, is_ultra_restricted: true }, 'guest'],
  ['deactivated', { ...ours, deleted: true }, 'deactivated'],
  ['of another workspace', { id: 'U1', team_id: 'T2' }, 'external'],
  ['of another one, and a guest', { id: 'U1', team_id: 'T2', is_restricted: true }, 'external'],
  ['a stranger', { ...ours, is_stranger: true }, 'external'],
  ['somebody else', { id: 'U2', team_id: 'T1' }, 'unknown'],
  ['no account at all', { team_id: 'T1' }, 'unknown'],
  ['words where a flag should be', { ...ours, is_bot: 'no' }, 'unknown'],
  ['a refusal', { kind: 'refused', code: 'ratelimited' }, 'unknown'],
  ['nobody whom Slack knows', { kind: 'refused', code: 'user_not_found' }, 'external'],
  ['silence', { kind: 'uncertain', because: 'TimeoutError' }, 'unknown'],
])('%s', async (_, user, kind) => {
  expect((await openDirectory({ U1: user as User }).look('U1')).kind).toBe(kind);
});

test('Slackbot is a bot, whatever is said of it', async () => {
  const { look } = openDirectory({ USLACKBOT: { ...ours, id: 'USLACKBOT' } });
  expect((await look('USLACKBOT')).kind).toBe('bot');
});

test('somebody is in the groups that name them, unless the group is gone', async () => {
  const groups = [
    { id: 'S1', users: ['U1', 'U2'], date_delete: 0 },
    { id: 'S2', users: ['U2'] },
    { id: 'S3', users: ['U1'], date_delete: 1 },
  ];
  expect((await openDirectory({ U1: ours }, groups).look('U1')).groups).toEqual(['S1']);
});

test('where groups cannot be read it is not sure what somebody may not do, and nothing of it is remembered', async () => {
  const { look, calls } = openDirectory({ U1: ours }, null);
  expect(await look('U1', 'recent')).toMatchObject({ kind: 'member', groups: [], isUnsure: true });
  await look('U1', 'recent');
  expect(calls.filter((method) => method === 'users.info')).toHaveLength(2);
  expect(await openDirectory({ U1: ours }).look('U1')).not.toHaveProperty('isUnsure');
});

test('what is a minute old is asked again, and what has to be fresh always is', async () => {
  const { look, users, clock } = openDirectory({ U1: ours });
  expect((await look('U1', 'recent')).kind).toBe('member');
  users['U1'] = { ...ours, deleted: true };
  clock.nowMs = 59_999;
  expect((await look('U1', 'recent')).kind).toBe('member');
  expect((await look('U1', 'fresh')).kind).toBe('deactivated');
  expect((await look('U1', 'recent')).kind).toBe('deactivated');
  users['U1'] = ours;
  clock.nowMs += 60_000;
  expect((await look('U1', 'recent')).kind).toBe('member');
});

const groupReads = (calls: readonly string[]) =>
  calls.filter((method) => method === 'usergroups.list').length;

test('however many ask for groups at once, they are read once, and once more for whoever asks meanwhile', async () => {
  const { look, calls } = openDirectory({ U1: ours, U2: { ...ours, id: 'U2' } });
  const first = Array.from({ length: 20 }, (_, at) => look(at % 2 === 0 ? 'U1' : 'U2'));
  await Promise.resolve();
  await Promise.resolve();
  expect(groupReads(calls)).toBe(1);
  const late = Array.from({ length: 20 }, () => look('U1'));
  for (const { kind } of await Promise.all([...first, ...late])) expect(kind).toBe('member');
  expect(groupReads(calls)).toBe(2);
  await look('U1');
  expect(groupReads(calls)).toBe(3);
});

test('whoever asks while groups are being read hears of them as they were after that', async () => {
  const groups = [{ id: 'S1', users: ['U1'] }];
  const answers: (() => void)[] = [];
  const directory = slackDirectory({
    homeTeam: 'T1',
    nowMs: () => 0,
    sleep: async () => true,
    clients: {
      clientIn: () => ({
        async call(method): Promise<Called> {
          if (method === 'users.info') return { kind: 'ok', body: { user: ours } };
          const read = structuredClone(groups);
          await new Promise<void>((answer) => void answers.push(answer));
          return { kind: 'ok', body: { usergroups: read } };
        },
        upload: async () => ({ kind: 'refused', code: 'unknown_method' }),
      }),
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const early = directory.look({ id: 'U1', name: '' }, 'fresh');
  await settle();
  groups.splice(0);
  const late = directory.look({ id: 'U1', name: '' }, 'fresh');
  await settle();
  answers.shift()?.();
  expect((await early).groups).toEqual(['S1']);
  await settle();
  answers.shift()?.();
  expect((await late).groups).toEqual([]);
});

test('who is asked after too often is asked after again when Slack says so, within half a minute', async () => {
  const { look, clock, limits, calls } = openDirectory({ U1: ours });
  limits.push(9_000, 12_000, 14_000);
  const actor = await look('U1');
  expect(actor.kind).toBe('member');
  expect(actor).not.toHaveProperty('isUnsure');
  expect(clock.nowMs).toBeLessThanOrEqual(30_000);
  expect(calls).toHaveLength(5);
});

test('whoever would have to wait longer than that, or not at all, is told so at once', async () => {
  const { look, clock, limits, calls } = openDirectory({ U1: ours });
  limits.push(30_001, 30_001);
  expect(await look('U1')).toMatchObject({ kind: 'unknown', isUnsure: true });
  limits.push(1_000, 1_000);
  expect((await look('U1', 'fresh', 'at-once')).kind).toBe('unknown');
  expect([clock.nowMs, calls.length]).toEqual([0, 4]);
  expect((await look('U1')).kind).toBe('member');
});

test('a process that is about to end waits for nobody', async () => {
  const { look, clock, limits, calls } = openDirectory({ U1: ours });
  clock.isStopping = true;
  limits.push(1_000, 1_000);
  expect((await look('U1')).kind).toBe('unknown');
  expect(calls).toHaveLength(2);
});
