import { expect, test } from 'vitest';
import { phaseOf } from '../../src/core/report-of.ts';
import { sendingRound } from '../../src/slack/send/start-sending.ts';
import { openVigil } from '../support/one-way.ts';
import { fakeSlack } from '../support/slack/fake-slack.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The engine and the sender as they are, over a store, a platform and a Slack that the test holds in its hands. */
async function openStory() {
  const world = await openVigil();
  const { office } = world;
  const slack = fakeSlack(office.nowMs);
  const silent = () => undefined;
  const round = sendingRound({
    outbox: office.store.outbox,
    duties: office.store.duties,
    client: slack,
    reports: office.engine,
    configuration: { channelFor: () => 'C1', isLoud: () => true, fallbackChannel: null },
    clock: { nowMs: office.nowMs, after: () => silent },
    random: () => 0.5,
    owner: 'sender',
    log: { info: silent, warn: silent, error: silent },
  });
  const keyed = (start: string) =>
    slack.messages.filter(({ metadata }) => JSON.stringify(metadata).includes(`"key":"${start}`));
  return { ...world, slack, round, keyed };
}

test('a person comes back after hours to a bad version that was watched all the while', async () => {
  const story = await openStory();
  const { answering, office, id, waits, round, keyed } = story;
  const attended = async (ms: number) =>
    waits(ms, async () => {
      await round();
      await office.engine.reconciler.round();
    });
  answering.failing = 0.03;
  await story.until(async () => {
    await round();
    return phaseOf(await story.deployment()) === 'held';
  });

  await attended(2 * HOUR_MS);
  const [card, ...others] = keyed('card/');
  expect(others).toEqual([]);
  expect(card?.text).toMatch(
    /Shall it stay until then\?.*Now: v2 \d+ requests, 3 % errors.*; v1 \d+ requests/,
  );
  const [alert] = keyed('alert/');
  expect(alert?.thread).toBe(card?.ts);
  expect(alert?.text).toMatch(/Now: v2 \d+ requests, 3 % errors/);
  expect(keyed('word/vigil')).toEqual([]);

  await story.crash();
  await attended(10 * MINUTE_MS);
  answering.failing = 0.6;
  await attended(HOUR_MS);
  const [word, ...more] = keyed('word/vigil');
  expect(more).toEqual([]);
  expect(word?.thread).toBe(card?.ts);
  expect(word?.text).toContain('has become clearly worse while it waits for somebody to decide');
  expect(word?.text).toContain('Nothing is done about it before somebody says so.');
  expect(card?.text).toMatch(/It has become clearly worse: .*Now: v2 \d+ requests, 60(\.\d+)? % errors/);

  answering.isSilent = true;
  await attended(HOUR_MS);
  expect(card?.text).toMatch(/Numbers are missing since .*: no answer\. How api v2 does now is not known/);
  answering.isSilent = false;

  await office.during(office.as('U0ANN').abort(id, 'it has become unbearable'));
  await attended(5 * MINUTE_MS);
  expect((await story.deployment()).outcome).toBe('needs-human');
  expect(story.share()).toBe(0);
  expect(card?.text).not.toContain('Now: ');
  const said = story.slack.messages.filter(({ thread }) => thread !== null).map(({ text }) => text);
  expect(said.join('\n')).toContain('Stopped by @U0ANN: it has become unbearable');
});
