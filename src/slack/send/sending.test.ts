import { expect, test } from 'vitest';
import { type FakeSlack, fakeSlack } from '../../../test/support/slack/fake-slack.ts';
import { firstLine } from '../../../test/support/slack/first-line.ts';
import { diceOf, randomReport } from '../../../test/support/slack/random-report.ts';
import type { Report } from '../../core/report.ts';
import type { Text } from '../../core/text.ts';
import { memoryStore } from '../../store/memory/index.ts';
import type { Notice } from '../../store/store.ts';
import { sendingRound } from './start-sending.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A desk without an engine: reports and lines are whatever the test says they are now. */
function openWorld(deployments: number, fallbackChannel: string | null = null) {
  let nowMs = 1_795_000_000_000;
  const store = memoryStore({ nowMs: () => nowMs });
  const slack = fakeSlack(() => nowMs);
  const ids = Array.from({ length: deployments }, (_, index) => `d-${String(index).padStart(8, '0')}`);
  const reports = new Map<string, Report>(
    ids.map((deploymentId) => [deploymentId, { ...calm, deploymentId, sentence: `${deploymentId} begins.` }]),
  );
  const lines = new Map<string, Text[]>(ids.map((id) => [id, []]));
  const complaints: string[] = [];
  const newRound = (owner = 'one') =>
    sendingRound({
      outbox: store.outbox,
      duties: store.duties,
      client: slack,
      reports: {
        reportFor: async (id) => reports.get(id) ?? null,
        threadLine: async (id, seq) => lines.get(id)?.[seq - 1] ?? null,
        lineFrom: async (id, seq) => firstLine(lines.get(id) ?? [], seq),
        keptReport: async () => ({ markdown: '# Report', json: '{}' }),
        sheetFor: async () => null,
      },
      configuration: {
        channelFor: (environment) => (environment === 'nowhere' ? null : 'C1'),
        fallbackChannel,
      },
      clock: { nowMs: () => nowMs, after: () => () => undefined },
      random: () => 0.5,
      owner,
      log: { ...quiet, error: (_fields, sentence) => void complaints.push(sentence) },
    });

  let begun = 0;
  /** Writes notices in the transaction of a beginning, which is the simplest way to have one. */
  const tell = async (...notices: Notice[]) => {
    begun += 1;
    const made = await store.journal.begin({
      deploymentId: `d-other${begun}`,
      orderKey: `order ${begun}`,
      environment: 'staging',
      requestedBy: 'U1',
      targets: [{ id: `target ${begun}`, service: 's', version: 'v' }],
      event: { kind: 'step-started', step: 'x' },
      notices,
    });
    expect(made.kind).toBe('begun');
  };
  return {
    store,
    slack,
    ids,
    reports,
    lines,
    complaints,
    newRound,
    tell,
    nowMs: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const calm: Report = {
  ...randomReport(diceOf(1)),
  phase: 'moving',
  problem: null,
  title: 'api v2 → staging',
  actions: [],
};

const card = (deploymentId: string, lane: Notice['lane'] = 'progress', environment = 'staging'): Notice => ({
  key: `card/${deploymentId}`,
  stream: `card/${deploymentId}`,
  lane,
  content: { kind: 'card', deploymentId, environment, seq: null },
});

const line = (deploymentId: string, seq: number): Notice => ({
  key: `thread/${deploymentId}/${seq}`,
  stream: `thread/${deploymentId}`,
  lane: 'progress',
  content: { kind: 'thread', deploymentId, environment: 'staging', seq },
});

const report = (deploymentId: string): Notice => ({
  key: `report/${deploymentId}`,
  stream: `thread/${deploymentId}`,
  lane: 'report',
  content: { kind: 'report', deploymentId, environment: 'staging', seq: null },
});

const alert = (deploymentId: string, environment = 'staging'): Notice => ({
  key: `alert/${deploymentId}`,
  stream: `alert/${deploymentId}`,
  lane: 'critical',
  content: { kind: 'alert', deploymentId, environment, seq: null },
});

async function until(
  world: ReturnType<typeof openWorld>,
  round: () => Promise<number>,
  ms: number,
  stepMs = 250,
) {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await round();
    world.pass(stepMs);
  }
}

function mostInAMinute(slack: FakeSlack, method: string): number {
  const times = slack.calls.filter((call) => call.method === method).map(({ atMs }) => atMs);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

test('fifty deployments at once stay within 45 edits a minute, and every end is shown', {
  timeout: 120_000,
}, async () => {
  const world = openWorld(50);
  const round = world.newRound();
  for (const id of world.ids) await world.tell(card(id, 'critical'));
  for (let second = 0; second < 240; second += 1) {
    const isLast = second === 239;
    for (const [index, id] of world.ids.entries()) {
      if (!isLast && (second + index) % 3 !== 0) continue;
      world.reports.set(id, {
        ...calm,
        deploymentId: id,
        sentence: isLast ? 'It ended.' : `Second ${second}.`,
      });
      await world.tell(card(id, isLast ? 'critical' : 'progress'));
    }
    await until(world, round, 1_000);
  }
  await until(world, round, 120_000);

  expect(mostInAMinute(world.slack, 'chat.update')).toBeLessThanOrEqual(45);
  expect(mostInAMinute(world.slack, 'chat.update')).toBeGreaterThan(30);
  expect(mostInAMinute(world.slack, 'chat.postMessage')).toBeLessThanOrEqual(60);
  expect(world.slack.messages).toHaveLength(50);
  expect(world.slack.messages.every(({ text }) => text.includes('It ended.'))).toBe(true);
  // Nobody was forgotten while it lasted.
  expect(Math.min(...world.slack.messages.map(({ edits }) => edits))).toBeGreaterThan(1);
  expect((await world.store.outbox.backlog()).rows).toBe(0);
});

test('lost answers post nothing twice', async () => {
  const world = openWorld(20);
  const dice = diceOf(7);
  world.slack.disturb = (method) => {
    const isPost = method === 'chat.postMessage' || method === 'chat.update';
    return isPost && dice.roll(3) === 0
      ? 'lost'
      : dice.roll(10) === 0
        ? { kind: 'uncertain', because: 'x' }
        : null;
  };
  const round = world.newRound();
  for (const id of world.ids) {
    world.lines.set(id, [['one'], ['two'], ['three']]);
    await world.tell(card(id), line(id, 1), line(id, 2), line(id, 3), report(id));
  }
  await until(world, round, 1_200_000, 1_000);
  const keys = world.slack.messages.map(({ metadata }) => JSON.stringify(metadata));
  expect(new Set(keys).size).toBe(keys.length);
  expect(world.slack.messages.filter(({ thread }) => thread === null)).toHaveLength(20);
  for (const id of world.ids) {
    const thread = world.slack.messages.filter(
      (each) => each.thread !== null && JSON.stringify(each.metadata).includes(id),
    );
    const said = JSON.stringify(thread.map(({ blocks }) => blocks));
    for (const word of ['one', 'two', 'three']) expect(said.split(`"text":"${word}"`)).toHaveLength(2);
    expect(thread.filter(({ text }) => text.startsWith('Report'))).toHaveLength(1);
  }
});

test('a crash between posting and writing it down posts nothing twice', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  await world.tell(card(id));
  const round = world.newRound();
  const dies = world.store.outbox.sent;
  Object.assign(world.store.outbox, { sent: () => Promise.reject(new Error('killed')) });
  await expect(round()).rejects.toThrow('killed');
  Object.assign(world.store.outbox, { sent: dies });
  expect(world.slack.messages).toHaveLength(1);
  world.pass(61_000);
  await until(world, world.newRound('two'), 30_000);
  expect(world.slack.messages).toHaveLength(1);
  expect(await world.store.outbox.ref(`card/${id}`)).toEqual({
    channel: 'C1',
    ts: world.slack.messages[0]?.ts,
  });
});

test('a limit on one method holds up no other', async () => {
  const world = openWorld(2);
  const [first = '', second = ''] = world.ids;
  const round = world.newRound();
  await world.tell(card(first));
  await round();
  world.slack.disturb = (method) =>
    method === 'chat.update' ? { kind: 'limited', retryAfterMs: 30_000 } : null;
  world.pass(5_000);
  await world.tell(card(first), card(second));
  const from = world.nowMs();
  await until(world, round, 5_000);
  expect(world.slack.messages).toHaveLength(2);
  // Asked once, then left alone for as long as Slack said.
  expect(
    world.slack.calls.filter(({ method, atMs }) => method === 'chat.update' && atMs >= from),
  ).toHaveLength(1);
  world.slack.disturb = () => null;
  world.reports.set(first, { ...calm, deploymentId: first, sentence: 'Newest.' });
  await until(world, round, 31_000);
  expect(world.slack.messages[0]?.text).toContain('Newest.');
});

test('a thread tells lines that wait together, in order, at most once in five seconds', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  const round = world.newRound();
  await world.tell(card(id));
  await until(world, round, 1_000);
  for (let seq = 1; seq <= 12; seq += 1) {
    world.lines.get(id)?.push([`line ${seq};`]);
    await world.tell(line(id, seq));
    await until(world, round, 1_000);
  }
  await until(world, round, 20_000);
  const thread = world.slack.messages.filter((message) => message.thread !== null);
  const posts = world.slack.calls
    .filter((call) => call.args['thread_ts'] !== undefined)
    .map(({ atMs }) => atMs);
  for (const [index, at] of posts.entries())
    if (index > 0) expect(at - (posts[index - 1] ?? 0)).toBeGreaterThanOrEqual(5_000);
  const said = thread.map(({ text }) => text).join(' ');
  expect(said.match(/line \d+;/g)).toEqual(Array.from({ length: 12 }, (_, index) => `line ${index + 1};`));
  expect(thread.length).toBeLessThanOrEqual(4);
});

test('another process that takes over repeats no line of a thread', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  world.lines.set(id, [['one'], ['two']]);
  await world.tell(card(id), line(id, 1), line(id, 2));
  const round = world.newRound();
  await round();
  await round();
  world.pass(1_000);
  await round();
  expect(world.slack.messages).toHaveLength(2);
  // `one` was posted together with `two`, whose own row still waits.
  world.pass(20_000);
  await until(world, world.newRound('two'), 20_000);
  expect(world.slack.messages).toHaveLength(2);
});

test('what a person pressed after hours of looks is told, however many entries without a line lie before it', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  const round = world.newRound();
  world.lines.set(id, [['one']]);
  await world.tell(card(id), line(id, 1));
  await until(world, round, 10_000);
  const lines: Text[] = [['one']];
  lines[300] = ['pressed'];
  world.lines.set(id, lines);
  const content = { kind: 'thread', deploymentId: id, environment: 'staging', seq: null } as const;
  const stream = `thread/${id}`;
  await world.tell({ key: `${stream}/press/1`, stream, lane: 'progress', content });
  await until(world, round, 20_000);
  expect(world.slack.messages.map(({ text }) => text).slice(1)).toEqual(['one', 'pressed']);
});

test('an alert waits for its card, and stands in its thread', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  const round = world.newRound();
  let isHeldUp = true;
  world.slack.disturb = (method, { metadata }) =>
    isHeldUp && method === 'chat.postMessage' && JSON.stringify(metadata).includes('"card/')
      ? { kind: 'unreachable', because: 'ECONNRESET' }
      : null;
  await world.tell(card(id), alert(id));
  await until(world, round, 8_000);
  expect(world.slack.messages).toEqual([]);
  isHeldUp = false;
  await until(world, round, 20_000);
  const [first, second] = world.slack.messages;
  expect(world.slack.messages).toHaveLength(2);
  expect(JSON.stringify(first?.metadata)).toContain('card/');
  expect(second?.thread).toBe(first?.ts);
});

test('an alert whose card cannot come is posted as it is, soon', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  const round = world.newRound();
  world.slack.disturb = (method, { metadata }) =>
    method === 'chat.postMessage' && JSON.stringify(metadata).includes('"card/')
      ? { kind: 'refused', code: 'is_archived' }
      : null;
  await world.tell(card(id), alert(id));
  await until(world, round, 60_000);
  expect(world.slack.messages.map(({ thread }) => thread)).toEqual([null]);
  const [posted] = world.slack.calls.filter(({ args }) => JSON.stringify(args).includes('"alert/'));
  expect((posted?.atMs ?? Number.POSITIVE_INFINITY) - 1_795_000_000_000).toBeLessThan(30_000);
});

test('a report goes into the thread with its files, and without them when they are refused', async () => {
  const world = openWorld(2);
  const [first = '', second = ''] = world.ids;
  const round = world.newRound();
  await world.tell(card(first), report(first));
  await until(world, round, 3_000);
  expect(world.slack.files).toEqual([
    { channel: 'C1', thread: world.slack.messages[0]?.ts, names: ['report.md', 'report.json'] },
  ]);
  world.slack.disturb = (method) => (method === 'files' ? { kind: 'refused', code: 'missing_scope' } : null);
  await world.tell(card(second), report(second));
  await until(world, round, 3_000);
  expect(world.slack.messages.filter(({ text }) => text.startsWith('Report'))).toHaveLength(2);
});

test('blocks that Slack does not know are replaced by plainer ones', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  world.slack.disturb = (_method, { blocks }) =>
    JSON.stringify(blocks ?? '').includes('"plan"') ? { kind: 'refused', code: 'invalid_blocks' } : null;
  await world.tell(card(id));
  await world.newRound()();
  expect(world.slack.messages).toHaveLength(1);
  expect(world.slack.messages[0]?.blocks.length).toBeGreaterThan(1);
});

test('a card whose channel is gone goes to the fallback channel, or is given up by name', async () => {
  for (const fallback of ['CFALL', null]) {
    const world = openWorld(1, fallback);
    const [id = ''] = world.ids;
    world.slack.disturb = (method, { channel }) =>
      method === 'chat.postMessage' && channel === 'C1' ? { kind: 'refused', code: 'is_archived' } : null;
    await world.tell(card(id));
    await world.newRound()();
    expect(world.slack.messages.map(({ channel }) => channel)).toEqual(fallback === null ? [] : ['CFALL']);
    expect(world.complaints).toHaveLength(fallback === null ? 1 : 0);
    expect((await world.store.outbox.backlog()).rows).toBe(0);
  }
});

test('a card that somebody deleted is posted anew, and edited there from then on', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  const round = world.newRound();
  await world.tell(card(id));
  await round();
  world.slack.messages.length = 0;
  world.pass(5_000);
  await world.tell(card(id));
  await round();
  expect(world.slack.messages).toHaveLength(1);
  world.pass(5_000);
  await world.tell(card(id));
  await round();
  expect(world.slack.messages).toHaveLength(1);
  expect(world.slack.messages[0]?.edits).toBe(1);
});

test('a Slack that answers nothing loses nothing: all is told when it is back', async () => {
  const world = openWorld(3);
  world.slack.disturb = () => ({ kind: 'unreachable', because: 'ECONNREFUSED' });
  const round = world.newRound();
  for (const id of world.ids) {
    world.lines.set(id, [['one']]);
    await world.tell(card(id), line(id, 1), report(id));
  }
  await until(world, round, 2 * 60 * 60_000, 5_000);
  expect(world.slack.messages).toHaveLength(0);
  world.slack.disturb = () => null;
  await until(world, round, 120_000, 500);
  expect((await world.store.outbox.backlog()).rows).toBe(0);
  expect(world.slack.messages).toHaveLength(9);
});

test('only the process that has the duty sends', async () => {
  const world = openWorld(1);
  const [id = ''] = world.ids;
  const first = world.newRound('one');
  const second = world.newRound('two');
  await first();
  await world.tell(card(id));
  expect(await second()).toBe(0);
  expect(world.slack.messages).toHaveLength(0);
  world.pass(16_000);
  expect(await second()).toBe(1);
});
