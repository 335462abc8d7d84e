import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, cardsOf, ended, order, servingOf, threadOf } from './watching.ts';

let story: Story;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  // web is watched for so long that whatever is done half-way is done half-way; a stop ends it.
  story = await openStory({ configuration: slowly(SHORT, 'web', '60s') });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(() => story?.close());

function slowly(configuration: string, service: string, observe: string): string {
  const at = configuration.indexOf(`address: { service: ${service} }`);
  return configuration.slice(0, at) + configuration.slice(at).replace('observe: 1s', `observe: ${observe}`);
}

describe.sequential('turning back', () => {
  test('where nothing ran before there is nothing to roll back to, and it is said what to type', async () => {
    const told = await answerTo(ada, () => ada.type('/deploy-rollback api --env staging'));
    expect(told.text).toContain('/deploy-rollback api --env staging --to');
  });

  test('by command: shown first with its plan, done by its button, in a card of its own', async () => {
    await ended(ada, await order(ada, () => ada.type('/deploy-staging api v2'), 'api v2 → staging'));
    const preview = await answerTo(ada, () => ada.type('/deploy-rollback api --env staging'));
    expect(preview.text).toContain('from v2 to v1. Nothing has been changed yet.');
    expect(wordsOf(preview)).toMatch(/[0-9a-f]{12}/);
    expect(await servingOf(ada, 'api')).toBe('v2');
    const card = await order(
      ada,
      () => ada.press(preview, 'Roll back api to v1'),
      'api v1 → staging (rollback)',
    );
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^api v1 → staging \(rollback\): rollback done in /);
    expect(await servingOf(ada, 'api')).toBe('v1');
  });

  test('fifty presses on one button are one rollback', async () => {
    await ended(ada, await order(ada, () => ada.type('/deploy-staging api v2'), 'api v2 → staging'));
    const preview = await answerTo(ada, () => ada.type('/deploy-rollback api --env staging'));
    const cards = cardsOf(ada, 'api v1 → staging (rollback)').length;
    const presses = Array.from({ length: 50 }, () =>
      answerTo(ada, () => ada.press(preview, 'Roll back api to v1')),
    );
    const answers = (await Promise.all(presses)).map(({ text }) => text);
    await ada.sees(() => cardsOf(ada, 'api v1 → staging (rollback)').length > cards);
    await ended(ada, cardsOf(ada, 'api v1 → staging (rollback)').at(-1) ?? preview);
    expect(cardsOf(ada, 'api v1 → staging (rollback)')).toHaveLength(cards + 1);
    expect(answers.filter((text) => text.startsWith('Queued:'))).toHaveLength(1);
    const others = answers.filter((text) => !text.startsWith('Queued:'));
    for (const text of others)
      expect(text).toMatch(/is being deployed to by|no longer what you were shown|already serves/);
  });

  test('by the button of a card, and what has changed since is shown anew', async () => {
    const card = await ended(
      ada,
      await order(ada, () => ada.type('/deploy-staging api v2'), 'api v2 → staging'),
    );
    const preview = await answerTo(ben, () => ben.press(card, 'Roll back…'));
    expect(buttonsOf(preview)).toEqual(['Roll back api to v1']);
    // Meanwhile somebody deploys something else.
    await ended(ada, await order(ada, () => ada.type('/deploy-staging api v4'), 'api v4 → staging'));
    const cards = ben
      .messages()
      .filter(({ threadTs, isEphemeral }) => threadTs === null && !isEphemeral).length;
    const refused = await answerTo(ben, () => ben.press(preview, 'Roll back api to v1'));
    expect(refused.text).toContain('no longer what you were shown. Nothing was changed.');
    expect(refused.text).toMatch(/What is different: .*v2.*v4/);
    expect(await servingOf(ada, 'api')).toBe('v4');
    expect(
      ben.messages().filter(({ threadTs, isEphemeral }) => threadTs === null && !isEphemeral),
    ).toHaveLength(cards);
    const anew = await answerTo(ben, () => ben.press(refused, 'Show what would be done now'));
    expect(anew.text).toContain('from v4 to v1');
  });

  test('a second order for the same place is refused with the card of the first, and so is a rollback', async () => {
    const card = await order(ada, () => ada.type('/deploy-staging web v2'), 'web v2 → staging');
    try {
      const id = /d-[0-9a-z]{8}/.exec(wordsOf(card))?.[0] ?? '';
      const second = await answerTo(ben, () => ben.type('/deploy-staging web v3'));
      expect(second.text).toContain(`web/staging is being deployed to by ${id}.`);
      expect(buttonsOf(second)).toContain(`Show ${id}`);
      const shown = await answerTo(ben, () => ben.press(second, `Show ${id}`));
      expect(shown.text).toContain('web v2 → staging: deploying');
      const rollback = await answerTo(ben, () => ben.type('/deploy-rollback web --env staging'));
      expect(rollback.text).toContain(`web/staging is being deployed to by ${id}.`);
      expect(cardsOf(ada, 'web v3 → staging')).toEqual([]);
    } finally {
      // Whatever came of it, the next story begins where nothing is on its way.
      await answerTo(ada, () => ada.press(card, 'Stop'));
      await ended(ada, card);
    }
  });

  test('Stop, pressed by two people in the same moment, has one effect, and both are told the truth', async () => {
    const card = await order(ada, () => ada.type('/deploy-staging web v2'), 'web v2 → staging');
    await ada.sees(({ ts, text }) => ts === card.ts && /[3-8] of 8 steps/.test(text));
    const presses = Array.from({ length: 10 }).flatMap(() =>
      [ada, ben].map((person) => answerTo(person, () => person.press(card, 'Stop'))),
    );
    const told = await Promise.all(presses);
    const effects = told.filter(({ text }) =>
      /^d-[0-9a-z]{8} is being stopped; what it did is taken back\.$/.test(text),
    );
    expect(effects).toHaveLength(1);
    for (const { text } of told.filter((each) => !effects.includes(each)))
      expect(text).toMatch(/was already being stopped\.|stopped.*too late/i);
    const end = await ended(ada, card);
    expect(end.text).toMatch(
      /^web v2 → staging: stopped and taken back, after .+\. web v1 serves all the traffic\.$/,
    );
    const thread = threadOf(ada, end)
      .map(({ text }) => text)
      .join('\n');
    expect(thread.match(/Stopped by/g)).toHaveLength(1);
    expect(buttonsOf(end)).toEqual(['Logs', 'Report']);
    expect(await servingOf(ada, 'web')).toBe('v1');
    // A card that somebody still has in front of them as it was.
    const late = await answerTo(ben, () => ben.press(card, 'Stop'));
    expect(late.text).toContain('too late');
  });
});
