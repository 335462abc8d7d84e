import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { withProduction } from './production.ts';
import { openStory, type Story } from './story.ts';
import { answerTo, cardsOf, ended, order, rowsOf, servingOf, threadOf } from './watching.ts';

let story: Story;
let ada: Person;
let ben: Person;
let cleo: Person;

beforeAll(async () => {
  story = await openStory({ configuration: withProduction() });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
  cleo = await story.as('U0CLEO');
});
afterAll(() => story?.close());

const now = (card: MessageView) => ada.messages().find(({ ts }) => ts === card.ts) as MessageView;
const idOf = (card: MessageView) => /d-[0-9a-z]{8}/.exec(wordsOf(card))?.[0] ?? '';

/** Types it, looks at the plan and presses its button; the card that waits. */
async function schedules(line: string, title: string, button = 'Schedule'): Promise<MessageView> {
  const shown = await answerTo(ada, () => ada.type(`/deploy-schedule ${line}`));
  return order(ada, () => ada.press(shown, button), title);
}

describe.sequential('a deployment for later', () => {
  test('is shown with its time in the own zone and in UTC, and nothing is public yet', async () => {
    const shown = await answerTo(ada, () => ada.type('/deploy-schedule api@v2 tomorrow 09:30 --env staging'));
    expect(shown.text).toMatch(
      /It starts \w+ \d+ \w+(?: \d{4})? 09:30 Europe\/Berlin \(0[78]:30 UTC\), in \d+ [dhm]/,
    );
    expect(buttonsOf(shown)).toEqual(['Schedule']);
    expect(cardsOf(ada, 'api v2 → staging')).toEqual([]);
    const abroad = await answerTo(ada, () =>
      ada.type('/deploy-schedule api@v2 tomorrow 09:30 --env staging --tz asia/tokyo'),
    );
    expect(abroad.text).toContain('09:30 Asia/Tokyo');
  });

  test('a time that clocks show twice, or skip, is asked about, and both answers are buttons', async () => {
    const twice = await answerTo(ada, () =>
      ada.type('/deploy-schedule api@v2 --env staging --at "2027-10-31 02:30" --tz Europe/Berlin'),
    );
    expect(wordsOf(twice)).toContain('show that time twice');
    expect(buttonsOf(twice)).toEqual([
      '2027-10-31T02:30+02:00 Europe/Berlin',
      '2027-10-31T02:30+01:00 Europe/Berlin',
    ]);
  });

  test.each([
    ['yesterday 09:30', 'that time has passed'],
    ['soonish', 'nothing that I understand'],
    ['2035-01-01 10:00', 'more than a year away'],
  ])('%s is refused with what to type', async (words, why) => {
    const told = await answerTo(ada, () => ada.type(`/deploy-schedule api@v2 --env staging --at "${words}"`));
    expect(wordsOf(told)).toContain(why);
    expect(cardsOf(ada, 'api v2 → staging')).toEqual([]);
  });

  test('without arguments a form asks, with a picker for the time', async () => {
    await ada.type('/deploy-schedule');
    await ada.sees(() => ada.forms().length > 0);
    const [form] = ada.forms();
    const types = ((form?.blocks ?? []) as { element?: { type: string } }[]).map(
      ({ element }) => element?.type,
    );
    expect(types).toContain('datetimepicker');
  });

  test('is listed, moved and cancelled; whoever may not deploy does none of it', async () => {
    const card = await schedules('api@v2 in 3h --env staging', 'api v2 → staging');
    const id = idOf(card);
    expect(buttonsOf(now(card))).toEqual(['Move…', 'Cancel']);
    const list = await answerTo(ben, () => ben.type('/deploy-schedule list'));
    expect(rowsOf(list)).toEqual([
      [id, 'api v2 → staging', expect.stringContaining('Europe/Berlin ('), 'U0ADA', 'waits for its time'],
    ]);
    const other = await answerTo(ada, () => ada.type('/deploy-schedule api@v4 in 4h --env staging'));
    expect(wordsOf(other)).toMatch(/Also scheduled there: +api v2 → staging/);
    for (const line of [`move ${id} in 1h`, `cancel ${id}`, `start ${id}`]) {
      const refused = await answerTo(cleo, () => cleo.type(`/deploy-schedule ${line}`));
      expect(wordsOf(refused)).not.toContain('starts ');
    }
    const moved = await answerTo(ben, () => ben.type(`/deploy-schedule move ${id} in 5h`));
    expect(moved.text).toMatch(/starts .* Europe\/Berlin .*, in (?:5 h|4 h 59 m)/);
    await ada.sees(({ threadTs, text }) => threadTs === card.ts && text.startsWith('Moved by '));
    const early = await answerTo(ada, () => ada.type(`/deploy-schedule start ${id}`));
    expect(wordsOf(early)).toContain('starts by itself at');
    await ada.press(now(card), 'Cancel');
    await ada.sees(({ ts, text }) => ts === card.ts && /stopped before anything was changed/i.test(text));
    expect(rowsOf(await answerTo(ada, () => ada.type('/deploy-schedule list')))).toEqual([]);
  });

  test('the move button asks for the new time in a form', async () => {
    const card = await schedules('api@v2 in 3h --env staging', 'api v2 → staging');
    await ada.press(now(card), 'Move…');
    const fieldsOf = ({ blocks }: { readonly blocks: readonly unknown[] }) =>
      (blocks as { element?: { action_id: string } }[]).flatMap(({ element }) => element?.action_id ?? []);
    const isAboutTime = (each: ReturnType<Person['forms']>[number]) =>
      fieldsOf(each).join(' ') === 'v1:moment v1:zone';
    await ada.sees(() => ada.forms().some(isAboutTime));
    const form = ada.forms().find(isAboutTime);
    if (form === undefined) throw new Error('no form was opened');
    const soon = String(Math.ceil(Date.now() / 1_000) + 15);
    const told = await answerTo(ada, () => ada.submit(form, { 'v1:moment': soon }));
    expect(told.text).toContain('starts ');
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^api v2 → staging: deployed in /);
    expect(threadOf(ada, end).map(wordsOf).join('\n')).toContain('Started');
    expect(await servingOf(ada, 'api --env staging')).toContain('v2');
  });

  test('to production it is approved before its time; who moves it has it approved again', async () => {
    const card = await schedules('api@v2 in 1h --env production', 'api v2 → production', 'Request approval');
    expect(buttonsOf(now(card))).toEqual(['Approve', 'Reject…', 'Move…', 'Cancel']);
    expect(wordsOf(now(card))).toContain('whoever approved it has to do so again');
    await ben.press(now(card), 'Approve');
    await ada.sees(({ ts, text }) => ts === card.ts && text.includes('1 of 1 approvals'));
    expect(buttonsOf(now(card))).toEqual(['Move…', 'Cancel']);
    const told = await answerTo(ada, () => ada.type(`/deploy-schedule move ${idOf(card)} in 15s`));
    expect(told.text).toContain('Whoever approved it has to do so for the new time.');
    await ada.sees(({ ts, text }) => ts === card.ts && text.includes('0 of 1 approvals'));
    await ben.press(now(card), 'Approve');
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^api v2 → production: deployed in /);
  });

  test('when something newer was put there meanwhile, its owner is asked first, in the thread and in person', async () => {
    const card = await schedules('web@v3 in 45s --env staging', 'web v3 → staging');
    const other = await order(ben, () => ben.type('/deploy-staging web@v2'), 'web v2 → staging');
    expect((await ended(ben, other)).text).toMatch(/deployed in /);
    await ada.sees(({ ts, text }) => ts === card.ts && text.includes('Shall it still start?'));
    expect(buttonsOf(now(card))).toEqual(['Start it now', 'Move…', 'Cancel']);
    const word = await ada.sees(({ channel, text }) => channel.startsWith('D') && text.includes(idOf(card)));
    expect(wordsOf(word)).toContain('has put v2 there since this was scheduled');
    expect(buttonsOf(word)).toEqual(['Start it now', 'Move…', 'Cancel']);
    expect(await servingOf(ada, 'web --env staging')).toContain('v2');
    await ada.press(word, 'Start it now');
    expect((await ended(ada, card)).text).toMatch(/^web v3 → staging: /);
  });
});
