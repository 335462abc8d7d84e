import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, cardsOf, ended, order, rowsOf, servingOf, shownTo, statusShows } from './watching.ts';

let story: Story;
let ada: Person;

beforeAll(async () => {
  story = await openStory();
  ada = await story.as('U0ADA');
});
afterAll(() => story?.close());

const publicOnes = (person: Person) => person.messages().filter(({ isEphemeral }) => !isEphemeral).length;

describe('what is not understood', () => {
  test.each([
    ['/deploy-staging api v22', 'api has no version named v22.', 'v2', 'api v2 → staging'],
    ['/deploy-staging wbe v2', 'There is no service named wbe.', 'web', 'web v2 → staging'],
    [
      '/deploy-staging web v1 --stratgy all-at-once',
      'There is no --stratgy here.',
      '/deploy-staging web v1 --strategy all-at-once',
      'web v1 → staging',
    ],
  ])(
    '%s is answered in private with what was meant, as a button that works',
    async (line, words, label, title) => {
      const seen = publicOnes(ada);
      const told = await answerTo(ada, () => ada.type(line));
      expect(told.text).toContain(words);
      expect(buttonsOf(told)).toContain(label);
      expect(publicOnes(ada)).toBe(seen);
      const card = await order(ada, () => ada.press(told, label), title);
      expect((await ended(ada, card)).text).toContain(`${title}: deployed in`);
    },
  );

  test('an unknown environment is answered with those that there are', async () => {
    const told = await answerTo(ada, () => ada.type('/deploy-rollback api --env stagin'));
    expect(told.text).toContain('api does not run in an environment named stagin.');
    const shown = await answerTo(ada, () => ada.press(told, 'api in staging'));
    expect(shown.text).toContain('api in staging from v2 to v1');
  });

  test.each([
    ['/deploy-staging api v2 v3', 'v3'],
    ['/deploy-staging api v2 --strategy blue', 'blue'],
    ['/deploy-logs api --since yesterday', 'yesterday'],
    ['/deploy-logs api --lines many', 'many'],
    ['/deploy-status d-00000000', 'There is no deployment'],
    ['/deploy-health nothing', 'There is no service named nothing.'],
    ['/deploy-staging "api', 'The quote before api is never closed.'],
  ])('%s is told what is wrong with it and what to type, and nothing happens', async (line, words) => {
    const seen = publicOnes(ada);
    const told = await answerTo(ada, () => ada.type(line));
    expect(told.text).toContain(words);
    expect(told.text).toMatch(/Try |There are|See |Did you mean|\/deploy-/);
    expect(publicOnes(ada)).toBe(seen);
  });

  test.each(['deploy-staging', 'deploy-status', 'deploy-rollback', 'deploy-health', 'deploy-logs'])(
    '/%s explains itself with help, and with a question mark',
    async (name) => {
      for (const word of ['help', '?']) {
        const told = await answerTo(ada, () => ada.type(`/${name} ${word}`));
        expect(told.text).toMatch(new RegExp(`^/${name}: .+\\.$`));
        expect(wordsOf(told)).toContain('Example: ');
      }
    },
  );
});

describe('who has no business here', () => {
  test.each(['U0CLEO', 'U0DANA'])('%s is refused by every command, in private', async (id) => {
    const outsider = await story.as(id);
    const seen = publicOnes(ada);
    for (const line of [
      '/deploy-staging api v1',
      '/deploy-status',
      '/deploy-status api',
      '/deploy-rollback api --env staging',
      '/deploy-health api',
      '/deploy-logs api',
    ]) {
      const told = await answerTo(outsider, () => outsider.type(line));
      expect(told.text).toMatch(
        id === 'U0DANA'
          ? /^Guests of the workspace cannot use Slipway/
          : /^That needs (a|the [a-z, -]+) role/,
      );
    }
    expect(publicOnes(ada)).toBe(seen);
  });

  test('buttons of others do nothing for them, and a form neither suggests nor deploys', async () => {
    const cleo = await story.as('U0CLEO');
    const [card] = cardsOf(ada, 'api v2 → staging');
    if (card === undefined) return expect.unreachable('there is a card');
    for (const button of ['Roll back…', 'Logs', 'Report']) {
      const told = await answerTo(cleo, () => cleo.press(card, button));
      expect(told.text).toContain('That needs ');
    }
    await cleo.type('/deploy-staging');
    await until(() => cleo.forms().length === 1);
    const [form] = cleo.forms();
    if (form === undefined) return expect.unreachable('there is a form');
    expect(await cleo.options(form, 'v1:service', '')).toEqual([]);
    const seen = publicOnes(ada);
    const told = await answerTo(cleo, () => cleo.submit(form, { 'v1:service': 'api', 'v1:version': 'v1' }));
    expect(told.text).toContain('That needs the deployer role');
    expect(publicOnes(ada)).toBe(seen);
    expect(await servingOf(ada, 'api')).toBe('v2');
  });
});

describe('ways to ask', () => {
  test('nothing after the command opens a form that suggests, refuses beside its field, and deploys', async () => {
    expect(await ada.type('/deploy-staging')).toEqual({ ok: true });
    await until(() => ada.forms().length === 1);
    const form = () => ada.forms()[0] ?? expect.unreachable('there is a form');
    expect((await ada.options(form(), 'v1:service', 'ap')).map(({ value }) => value)).toEqual(['api']);
    await ada.submit(form(), { 'v1:service': 'No such!' });
    await until(() => Object.keys(form().errors).length > 0);
    expect(Object.keys(form().errors)).toEqual(['service']);
    const card = await order(
      ada,
      () => ada.submit(form(), { 'v1:service': 'api', 'v1:version': 'v4', 'v1:text': 'from a form' }),
      'api v4 → staging',
    );
    expect(ada.forms()).toEqual([]);
    expect((await ended(ada, card)).text).toContain('deployed in');
  });

  test('in a thread a slash is refused by Slack, and a mention is answered there', async () => {
    const [card] = cardsOf(ada, 'api v4 → staging');
    if (card === undefined) return expect.unreachable('there is a card');
    expect(await ada.say('/deploy-status api', card.ts)).toEqual({
      ok: false,
      error: '/deploy-status is not supported in threads. Sorry!',
    });
    await statusShows(ada, 'api', 'v4');
    const told = await answerTo(ada, () => ada.say('@slipway status api', card.ts));
    expect(told.threadTs).toBe(card.ts);
    expect(rowsOf(told)[0]?.slice(0, 4)).toEqual(['api', 'staging', 'v4', 'healthy']);
  });

  test('shortcuts on a message show its deployment and how it would be rolled back', async () => {
    const [card] = cardsOf(ada, 'api v4 → staging');
    if (card === undefined) return expect.unreachable('there is a card');
    const use = (callbackId: string) =>
      ada.act({ kind: 'shortcut', callbackId, channel: card.channel, messageTs: card.ts });
    expect((await answerTo(ada, () => use('deploy-details'))).text).toContain(
      'api v4 → staging: deployed in',
    );
    expect((await answerTo(ada, () => use('roll-back-deploy'))).text).toContain('from v4 to');
  });

  test('the home tab shows what runs where and how to begin', async () => {
    await ada.act({ kind: 'open-home' });
    await until(() => ada.home() !== null);
    const words = wordsOf({ text: '', blocks: ada.home()?.blocks ?? [] });
    expect(words).toContain('/deploy-staging');
    expect(rowsOf({ blocks: ada.home()?.blocks ?? [] }).map(([service]) => service)).toEqual(['api', 'web']);
  });
});

describe('what is told', () => {
  test('the status tells what runs, how it is and how it came about; sharing shows it to everybody', async () => {
    await statusShows(ada, 'api', 'v4');
    await statusShows(ada, 'web', 'v1');
    const told = await answerTo(ada, () => ada.type('/deploy-status'));
    const [api, web] = rowsOf(told);
    expect(api?.slice(0, 4)).toEqual(['api', 'staging', 'v4', 'healthy']);
    expect(api?.[5]).toMatch(/^v4 deployed, .+ ago$/);
    expect(web?.slice(0, 4)).toEqual(['web', 'staging', 'v1', 'healthy']);
    expect(buttonsOf(told)).toEqual(['Refresh', 'Share']);
    const ben = await story.as('U0BEN');
    await ada.press(told, 'Share');
    const shared = await ben.sees((message) => !message.isEphemeral && rowsOf(message).length === 2);
    expect(buttonsOf(shared)).toEqual([]);
  });

  test('logs are narrowed by words and by level, go along as a file, and hold no secret', async () => {
    const all = await answerTo(ada, () => ada.type('/deploy-logs api --since 30m --lines 3'));
    expect(wordsOf(all)).toMatch(/The last 3 of \d+ lines that api\/staging wrote in 30 m/);
    const sent = await ada.sees(({ files }) => files.some(({ name }) => name === 'api-staging.log'));
    expect(sent.channel).toBe('D0ADA');
    const file = await fetch(`${story.url()}/page/file/${sent.files[0]?.id}?user=U0ADA`);
    const lines = (await file.text()).trim().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join('\n')).toContain('with xoxb-[redacted] after');
    expect(`${lines.join('\n')}${shownTo(ada)}`).not.toContain('not-a-real-token');

    const narrow = await answerTo(ada, () =>
      ada.type('/deploy-logs api --since 30m --grep "listens on port" --lines 2'),
    );
    const shown = wordsOf(narrow).split('\n');
    expect(shown.filter((line) => line.includes('listens on port')).length).toBeGreaterThan(0);
    expect(wordsOf(narrow)).not.toContain('greeting');
    const warnings = await answerTo(ada, () => ada.type('/deploy-logs api --since 30m --level warn'));
    expect(wordsOf(warnings)).toContain('retrying the greeting');
    expect(wordsOf(warnings)).not.toContain('listens on port');
    const none = await answerTo(ada, () => ada.type('/deploy-logs api --grep "no such words"'));
    expect(none.text).toContain('No line that contains “no such words”');
    expect(buttonsOf(none)).toEqual(['Look back 1 h']);
  });

  test('health is asked of the platform, and is unknown, not healthy, when that does not answer', async () => {
    const well = await answerTo(ada, () => ada.type('/deploy-health api'));
    expect(well.text).toMatch(/^api is healthy: all 6 checks pass\.$/);
    const checks = new Map(rowsOf(well).map(([check = '', state]) => [check, state]));
    expect([...checks.keys()]).toContain('v4 errors');
    expect(new Set(checks.values())).toEqual(new Set(['ok']));

    // It is there and says nothing: nobody knows how the service is, though it may well answer.
    await story.signalRunner('SIGSTOP');
    try {
      const ill = await answerTo(ada, () => ada.type('/deploy-health api'));
      expect(ill.text).toMatch(/^api is not known to be healthy: /);
      expect(rowsOf(ill).map(([, state]) => state)).toEqual(['unknown']);
      await until(async () => {
        const [api] = rowsOf(await answerTo(ada, () => ada.type('/deploy-status api')));
        return /since then: /.test(api?.[6] ?? '');
      });
      const order = await answerTo(ada, () => ada.type('/deploy-staging api v2'));
      expect(order.text).toContain('local could not be asked about api/staging');
      expect(order.text).toContain('Nothing was begun.');
    } finally {
      await story.signalRunner('SIGCONT');
    }
  });
});
