import { afterEach, describe, expect, test } from 'vitest';
import { answer } from '../../src/core/answer.ts';
import type { Report } from '../../src/core/report.ts';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import type { Notice } from '../../src/store/store.ts';
import { openInWorkspace } from '../support/slack/open-in-workspace.ts';
import { diceOf, randomAnswer, randomReport } from '../support/slack/random-report.ts';

type World = Awaited<ReturnType<typeof openInWorkspace>>;
let world: World;
afterEach(() => world.close());

const ID = 'd-7f3a9k2m';
const words = (message: MessageView) => `${message.text} ${JSON.stringify(message.blocks)}`;
const about = (
  kind: 'card' | 'thread' | 'report' | 'alert',
  deploymentId: string,
  seq: number | null = null,
): Notice => ({
  key: seq === null ? `${kind}/${deploymentId}` : `thread/${deploymentId}/${seq}`,
  stream: kind === 'card' || kind === 'alert' ? `${kind}/${deploymentId}` : `thread/${deploymentId}`,
  lane: kind === 'alert' ? 'critical' : kind === 'report' ? 'report' : 'progress',
  content: { kind, deploymentId, environment: 'staging', seq },
});
const calm = (deploymentId = ID): Report => ({
  ...randomReport(diceOf(1)),
  deploymentId,
  phase: 'moving',
  title: 'api v2 → staging',
  sentence: 'It is on its way.',
  requestedBy: 'U0ADA',
  endedAtMs: null,
  problem: null,
  actions: ['abort', 'logs'],
});

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { timeout: 200_000 }).toBe(true);
}

describe.each(['http', 'socket'] as const)('over %s', (way) => {
  test('a command is taken, carried out once and answered to the asker alone', async () => {
    world = await openInWorkspace(way);
    const ada = world.workspace.as('U0ADA');
    expect(await ada.command('/deploy-staging api v2', 'deploys')).toEqual({ ok: true });
    const said = await world.workspace.waitForMessage(({ text }) => text === 'deploy was asked.');
    expect(said.isEphemeral).toBe(true);
    expect(world.asked).toMatchObject([{ what: 'deploy', how: { service: 'api', ref: 'v2' }, by: 'U0ADA' }]);
    expect(
      ada
        .messages('deploys')
        .map(({ text }) => text)
        .join(),
    ).toContain('Taking');
    expect(world.workspace.as('U0BEN').messages('deploys')).toEqual([]);
  });

  test('a form opens, offers, refuses beside its field, and runs', async () => {
    world = await openInWorkspace(way);
    const ada = world.workspace.as('U0ADA');
    expect(await ada.command('/deploy-staging', 'deploys')).toEqual({ ok: true });
    await until(() => ada.modals().length === 1);
    const modal = () => ada.modals()[0] ?? expect.fail('no form');
    expect((await ada.options(modal(), 'v1:service', 'a'))?.options).toEqual([
      { text: 'api', value: 'api', description: 'the API' },
    ]);
    await ada.submit(modal(), { 'v1:service': 'NO!' });
    expect(Object.keys(modal().errors)).toEqual(['service']);
    await ada.submit(modal(), { 'v1:service': 'api', 'v1:version': 'v2', 'v1:text': 'because' });
    await world.workspace.waitForMessage(({ text }) => text === 'deploy was asked.');
    expect(ada.modals()).toEqual([]);
    expect(world.asked).toMatchObject([{ how: { service: 'api', ref: 'v2', why: 'because', again: false } }]);
  });

  test('a mention in a thread, a shortcut on a card and the home tab are answered', async () => {
    world = await openInWorkspace(way);
    const ada = world.workspace.as('U0ADA');
    world.reports.set(ID, calm());
    await world.tell(about('card', ID));
    const card = await world.workspace.waitForMessage(({ text }) => text.includes('on its way'));
    await ada.say('<@U0SLIPWAY> status api', 'deploys', card.ts);
    const said = await world.workspace.waitForMessage(({ text }) => text === 'status was asked.');
    expect(said).toMatchObject({ isEphemeral: true, threadTs: card.ts });
    expect(await ada.shortcut('deploy-details', card)).toEqual({ ok: true });
    await until(() => world.asked.some(({ how }) => JSON.stringify(how).includes(ID)));
    await ada.openHome();
    await until(() => JSON.stringify(ada.home()).includes('/deploy-staging'));
  });
});

test('a card is posted, edited, told of in its thread and reported with files, and its buttons act', async () => {
  world = await openInWorkspace();
  const ben = world.workspace.as('U0BEN');
  world.reports.set(ID, calm());
  world.lines.set(ID, [['First line.'], ['Second line.']]);
  await world.tell(about('card', ID), about('thread', ID, 1), about('thread', ID, 2));
  const card = await world.workspace.waitForMessage(({ text }) => text.includes('on its way'));
  expect(card.channel).toBe('C0DEPLOYS');
  expect(card.blocks.map((block) => (block as { type: string }).type)).toContain('plan');
  await world.workspace.waitForMessage((message) => words(message).includes('Second line.'));

  await ben.click(card, 'v1:abort');
  const said = await world.workspace.waitForMessage(({ text }) => text === 'abort was asked.');
  expect(said.isEphemeral).toBe(true);
  expect(world.asked.at(-1)).toMatchObject({ what: 'abort', how: ID, by: 'U0BEN' });

  world.reports.set(ID, {
    ...calm(),
    phase: 'rolled-back',
    sentence: 'It was taken back.',
    endedAtMs: Date.now(),
  });
  await world.tell(about('card', ID), about('alert', ID), about('report', ID));
  const edited = await world.workspace.waitForMessage(
    ({ text, ts }) => ts === card.ts && text.includes('taken back'),
  );
  expect(words(edited)).not.toContain('v1:abort');
  const alert = await world.workspace.waitForMessage(({ isBroadcast }) => isBroadcast);
  expect(alert.threadTs).toBe(card.ts);
  const report = await world.workspace.waitForMessage(({ text }) => text.startsWith('Report'));
  expect(report.threadTs).toBe(card.ts);
  const withFiles = await world.workspace.waitForMessage(({ files }) => files.length > 0);
  expect(withFiles.files.map(({ name }) => name)).toEqual(['report.md', 'report.json']);
  expect(withFiles.threadTs).toBe(card.ts);
  expect(world.logged.filter((line) => line.startsWith('error'))).toEqual([]);
});

test('an answer is refreshed in place, and shared once', async () => {
  world = await openInWorkspace();
  const ada = world.workspace.as('U0ADA');
  await ada.command('/deploy-status', 'deploys');
  const first = await world.workspace.waitForMessage(({ text }) => text === 'status was asked.');
  world.answers.set('status', answer('status is newer.', [], { isShareable: true }));
  await ada.click(first, 'v1:refresh');
  const newer = await world.workspace.waitForMessage(({ text }) => text === 'status is newer.');
  await ada.click(newer, 'v1:share');
  const shared = await world.workspace.waitForMessage(
    ({ text, isEphemeral }) => text === 'status is newer.' && !isEphemeral,
  );
  expect(words(shared)).not.toContain('v1:share');
  await until(() => ada.messages('deploys').every((message) => !words(message).includes('v1:share')));
});

test('a file of an answer goes to the asker alone', async () => {
  world = await openInWorkspace();
  const ada = world.workspace.as('U0ADA');
  const file = { name: 'api.log', title: 'Log of api', content: 'line\n' };
  world.answers.set('logs', answer('All of it.', [], { file }));
  await ada.command('/deploy-logs api', 'deploys');
  const sent = await world.workspace.waitForMessage(({ files }) =>
    files.some(({ name }) => name === 'api.log'),
  );
  expect(
    world.workspace
      .as('U0BEN')
      .messages()
      .some(({ ts, channel }) => ts === sent.ts && channel === sent.channel),
  ).toBe(false);
  const said = await world.workspace.waitForMessage(({ text }) => text === 'All of it.');
  expect(words(said)).toContain('direct messages');
});

test('whatever is in reports and answers, another judge of Block Kit takes it as it was drawn first', async () => {
  world = await openInWorkspace();
  for (let seed = 0; seed < 12; seed += 1) {
    const id = `d-aaaaaaa${seed.toString(32)}`;
    world.reports.set(id, { ...randomReport(diceOf(1_000 + seed)), deploymentId: id });
    await world.tell(about('card', id));
  }
  const ada = world.workspace.as('U0ADA');
  for (let seed = 0; seed < 60; seed += 1) {
    world.answers.set('status', randomAnswer(diceOf(2_000 + seed)));
    const before = world.asked.length;
    await ada.command('/deploy-status', 'deploys');
    await until(() => world.asked.length > before);
  }
  await until(
    () => world.workspace.messages('deploys').filter(({ isEphemeral }) => !isEphemeral).length === 12,
  );
  await until(() => ada.messages('deploys').filter(({ isEphemeral }) => isEphemeral).length === 120);
  expect(world.logged).toEqual([]);
});

test('in bad weather everything is told once', { timeout: 900_000 }, async () => {
  world = await openInWorkspace('http', 5);
  world.workspace.setFaults({
    serverErrorPercent: 10,
    rateLimitPercent: 10,
    dropAfterPercent: 20,
    doubleDelivery: true,
  });
  const ids = Array.from({ length: 5 }, (_, index) => `d-bbbbbbb${index}`);
  for (const id of ids) {
    world.reports.set(id, { ...calm(id), title: `card of ${id}`, sentence: `card of ${id} is on its way.` });
    world.lines.set(id, [[`line of ${id}`]]);
    await world.tell(about('card', id), about('thread', id, 1), about('report', id));
  }
  const posted = () => world.workspace.messages('deploys').filter(({ files }) => files.length === 0);
  for (const id of ids) {
    await world.workspace.waitForMessage(({ text }) => text.startsWith(`Report. card of ${id}`), {
      timeoutMs: 600_000,
    });
  }
  // The weather was bad: each kind of trouble came, and some of it after the work was done.
  const statuses = world.workspace.ledger.calls().map(({ status }) => status);
  for (const trouble of [500, 429, null]) expect(statuses).toContain(trouble);
  expect(posted().filter(({ threadTs }) => threadTs === null)).toHaveLength(5);
  expect(posted().filter(({ threadTs }) => threadTs !== null)).toHaveLength(10);
});
