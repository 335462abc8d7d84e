import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, cardsOf, ended, order, rowsOf } from './watching.ts';

const more = ['  - { role: release-manager, people: [U0CLEO], services: all, environments: all }'];

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
const now = (who: Person, { ts }: MessageView) =>
  who.messages().find((message) => message.ts === ts) as MessageView;
const shown = (who: Person, words: string) =>
  who.sees(({ text, isEphemeral }) => !isEphemeral && text.startsWith(words));

describe.sequential('a freeze', () => {
  let card: MessageView;

  test('is put up by a release manager alone, with a reason, and everybody sees it', async () => {
    const refused = await does(ada, 'freeze all --env staging --reason "inventory"');
    expect(refused.text).toContain('That needs the release-manager or commander role');
    await does(cleo, 'freeze all --env staging --reason "inventory"');
    card = await shown(ada, 'FROZEN: everything in staging');
    expect(card.text).toContain('until somebody lifts it');
    expect(buttonsOf(card)).toEqual(['Lift it']);
  });

  test('keeps new versions away, and lets people go back', async () => {
    const refused = await answerTo(ada, () => ada.type('/deploy-staging api v2'));
    expect(refused.text).toContain('A freeze of everything in staging stands in the way');
    expect(refused.text).toContain('inventory');
    expect(cardsOf(ada, 'api v2')).toEqual([]);
    const listed = await answerTo(ada, () => ada.press(refused, 'What stands in the way'));
    expect(rowsOf(listed).map(([what]) => what)).toEqual(['freeze']);
    const back = await answerTo(ada, () => ada.type('/deploy-rollback api --env staging --to v2'));
    expect(buttonsOf(back)).toContain('Roll back api to v2');
  });

  test('is lifted by the same hand at once', async () => {
    await answerTo(cleo, () => cleo.press(now(cleo, card), 'Lift it'));
    await ada.sees(({ ts }) => ts === card.ts && now(ada, card).text.startsWith('No longer frozen'));
  });

  test('that comes while a canary is on its way keeps it from getting more, and it goes on when it is lifted', async () => {
    const moving = await order(
      ada,
      () => ada.type('/deploy-canary api v2 --env staging --steps 10,50 --bake 6s'),
      'api v2 → staging',
    );
    await ada.sees(({ ts }) => ts === moving.ts && / [34] of 10 steps/.test(now(ada, moving).text));
    await does(cleo, 'freeze api --env staging --reason "something is wrong with the disks"');
    await ada.sees(
      ({ ts }) => ts === moving.ts && now(ada, moving).text.includes('Not yet: A freeze of api in staging'),
    );
    const done = () => / (\d+) of 10 steps/.exec(now(ada, moving).text)?.[1];
    const before = done();
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(done()).toBe(before);
    expect(now(ada, moving).text).toContain('something is wrong with the disks');
    await does(cleo, 'unfreeze api --env staging');
    const end = await ended(ada, moving);
    expect(end.text).toContain('deployed');
    expect(wordsOf(now(ada, moving))).not.toContain('Not yet');
    await ada.sees(
      ({ threadTs, text }) => threadTs === moving.ts && text.includes('Nothing stands in the way any more'),
    );
  });

  test('that is written in the configuration holds in its hours, and nobody lifts it with a button', async () => {
    const always =
      'freezes:\n  - { name: always, when: "daily 00:00 - 23:59 UTC", environment: staging, reason: nobody is here }\n';
    await story.configure(`${SHORT}${more.join('\n')}\n${always}`);
    const listed = async () => (await does(ada, 'list')).text;
    await expect.poll(listed, { interval: 500 }).toContain('1 thing stands in the way');
    const refused = await answerTo(ada, () => ada.type('/deploy-staging web v3'));
    expect(refused.text).toContain('nobody is here');
    expect(rowsOf(await does(ada, 'list'))).toEqual([
      ['freeze', 'slipway.yml: always', expect.stringContaining('FROZEN now')],
    ]);
    await story.configure(`${SHORT}${more.join('\n')}\n`);
    await expect.poll(listed, { interval: 500 }).toContain('Nothing stands in the way');
  });
});

describe.sequential('after a rollback', () => {
  let failed: MessageView;

  test('automatic deployments are held, and the card of the end says so', async () => {
    failed = await order(ada, () => ada.type('/deploy-staging api v6'), 'api v6 → staging');
    await ended(ada, failed);
    await ada.sees(
      ({ ts }) =>
        ts === failed.ts && /Automatic deployments of api in staging are held/.test(now(ada, failed).text),
    );
    expect(buttonsOf(now(ada, failed))).toContain('Resume automatic deployments');
    const status = await answerTo(ben, () => ben.type('/deploy-status api'));
    expect(wordsOf(status)).toContain('Automatic deployments of api in staging are held');
  });

  test('who orders something themselves passes, and is told', async () => {
    const passed = order(ben, () => ben.type('/deploy-staging api v1'), 'api v1 → staging');
    const told = await ben.sees(({ isEphemeral, text }) => isEphemeral && text.startsWith('Queued: api v1'));
    expect(wordsOf(told)).toContain('Automatic deployments of api in staging are held');
    await ended(ben, await passed);
  });

  test('one that waits for its time is kept until somebody presses resume', async () => {
    const preview = await answerTo(ada, () => ada.type('/deploy-schedule api v2 in 15s --env staging'));
    const waiting = await order(ada, () => ada.press(preview, 'Schedule'), 'api v2 → staging');
    await ada.sees(
      ({ ts }) =>
        ts === waiting.ts &&
        now(ada, waiting).text.includes('Not yet: Automatic deployments of api in staging'),
    );
    const resumed = await answerTo(ben, () => ben.press(now(ben, failed), 'Resume automatic deployments'));
    expect(resumed.text).toBe('Automatic deployments of api in staging may begin again.');
    await ada.sees(({ ts }) => ts === failed.ts && !/are held/.test(now(ada, failed).text));
    const end = await ended(ada, waiting);
    expect(end.text).toContain('deployed');
  });
});
