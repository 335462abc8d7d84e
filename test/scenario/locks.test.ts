import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, cardsOf, ended, order, rowsOf } from './watching.ts';

const more = [
  '  - { role: release-manager, people: [U0CLEO], services: all, environments: all }',
  '  - { role: viewer, people: [U0CLEO], services: all, environments: all }',
];

let story: Story;
let ada: Person;
let ben: Person;
let cleo: Person;

beforeAll(async () => {
  story = await openStory({ configuration: `${SHORT}${more.join('\n')}\n` });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
  cleo = await story.as('U0CLEO');
});
afterAll(() => story?.close());

const does = (who: Person, text: string) => answerTo(who, () => who.type(`/deploy-maintenance ${text}`));
/** What somebody is told in private by the app, and in no channel that others read. */
const direct = (who: Person, words: RegExp, known: ReadonlySet<string> = new Set()) =>
  who.sees(({ channel, text, ts }) => channel.startsWith('D') && words.test(text) && !known.has(ts));
const now = (who: Person, { ts }: MessageView) =>
  who.messages().find((message) => message.ts === ts) as MessageView;

describe.sequential('a lock', () => {
  let card: MessageView;

  test('is taken with a reason, and hangs in the channel for everybody', async () => {
    const told = await does(ada, 'lock api --env staging --for 1h --reason "trying the new header"');
    expect(told.text).toContain(
      'You hold the lock of api in staging. Nobody else can begin a deployment there.',
    );
    card = await ben.sees(
      ({ text, isEphemeral }) => !isEphemeral && text.startsWith('A lock of api in staging'),
    );
    expect(wordsOf(card)).toContain('Locked: api in staging');
    expect(card.text).toContain('trying the new header');
    expect(buttonsOf(card)).toEqual(['Wait for it', 'Release', 'Take it over…']);
  });

  test('stops others, who are told by whom, since when, why, and what they can do; its holder passes', async () => {
    const refused = await answerTo(ben, () => ben.type('/deploy-staging api v2'));
    expect(refused.text).toContain('A lock of api in staging, held by');
    expect(refused.text).toContain('trying the new header');
    expect(buttonsOf(refused)).toEqual(['Wait for it', 'Take it over…']);
    expect(cardsOf(ben, 'api v2 → staging')).toEqual([]);
    const passed = await order(ada, () => ada.type('/deploy-staging api v2'), 'api v2 → staging');
    expect((await ended(ada, passed)).text).toContain('deployed');
  });

  test('has a line with positions, and its holder hears that somebody waits', async () => {
    const refused = await answerTo(ben, () => ben.type('/deploy-staging api v3'));
    const waiting = await answerTo(ben, () => ben.press(refused, 'Wait for it'));
    expect(waiting.text).toContain('You are number 1 in line for the lock of api in staging');
    await direct(ada, /and 1 person waits for it/);
    await ben.sees(({ ts }) => ts === card.ts && wordsOf(now(ben, card)).includes('In line'));
    const listed = await does(cleo, 'list');
    expect(rowsOf(listed).map(([what]) => what)).toEqual(['lock']);
  });

  test('is released by no stranger, and going to the next one starts nothing', async () => {
    const stranger = await does(ben, 'unlock api --env staging');
    expect(stranger.text).toContain('who can release it; so can a release-manager');
    const before = cardsOf(ben, 'api').length;
    const released = await answerTo(ada, () => ada.press(now(ada, card), 'Release'));
    expect(released.text).toContain('has gone to the next one. Nothing was started by that.');
    const turn = await direct(ben, /^The lock of api in staging is yours now/);
    expect(buttonsOf(turn)).toEqual(['Keep it 1 h', 'Release']);
    expect(cardsOf(ben, 'api').length).toBe(before);
  });

  test('is taken over after seeing whose it is and saying why; who loses it is told', async () => {
    const shown = await does(ada, 'take api --env staging --reason "it burns"');
    expect(shown.text).toContain('It is not taken over yet');
    const taken = await answerTo(ada, () => ada.press(shown, 'Take it over'));
    expect(taken.text).toContain('You hold the lock of api in staging');
    const lost = await direct(ben, /was taken over from you by/);
    expect(lost.text).toContain('it burns');
  });

  test('is handed to somebody by name, and lifted by a release manager', async () => {
    const given = await does(ada, 'give api --env staging --to <@U0BEN|ben>');
    expect(given.text).toContain('has gone to the next one');
    await direct(ben, /was handed to you/);
    const refused = await does(ben, 'give api --env staging --to <@U0DANA|dana>');
    expect(refused.text).toContain('may not lock api in staging');
    const lifted = await does(cleo, 'unlock api --env staging');
    expect(lifted.text).toContain('is released');
    await direct(ben, /was lifted by somebody who may do that/);
    await ben.sees(({ ts }) => ts === card.ts && now(ben, card).text.startsWith('No longer locked'));
  });
});

describe.sequential('an order that waits', () => {
  test('behind a lock is asked about when the lock is gone, and does not start by surprise', async () => {
    const first = await order(ada, () => ada.type('/deploy-staging web v2'), 'web v2 → staging');
    const queued = await order(ben, () => ben.type('/deploy-staging web v1 --queue'), 'web v1 → staging');
    await does(ada, 'lock web --env staging --for 1h --reason "looking at v2"');
    await ended(ada, first);
    await ben.sees(
      ({ ts }) => ts === queued.ts && /Not yet: A lock of web in staging/.test(now(ben, queued).text),
    );
    // Whoever holds the lock is not kept waiting by what waits behind it.
    const mine = await order(ada, () => ada.type('/deploy-staging web v2 --again'), 'web v2 → staging');
    await ended(ada, mine);
    await does(ada, 'unlock web --env staging');
    const asked = await direct(ben, /web v1 → staging.*free again/);
    expect(buttonsOf(asked)).toContain('Start it now');
    await ben.sees(({ ts, text }) => ts === queued.ts && text.includes('Shall it still start?'));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(now(ben, queued).text).toContain('Shall it still start?');
    await answerTo(ben, () => ben.press(now(ben, queued), 'Start it now'));
    expect((await ended(ben, queued)).text).toContain('deployed');
  });
});
