import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { withProduction } from './production.ts';
import { openStory, type Story } from './story.ts';
import { answerTo, cardsOf, ended, threadOf } from './watching.ts';

let story: Story;
let ada: Person;
let ben: Person;
let cleo: Person;
let dana: Person;

beforeAll(async () => {
  story = await openStory({ configuration: withProduction() });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
  cleo = await story.as('U0CLEO');
  dana = await story.as('U0DANA');
});
afterAll(() => story?.close());

/** Asks for it and has it shown to everybody; the card that waits. */
async function asksFor(version: string, who = ada) {
  const shown = await answerTo(who, () => who.type(`/deploy-production api@${version}`));
  const title = `api ${version} → production`;
  const known = cardsOf(who, title).length;
  const told = await answerTo(who, () => who.press(shown, 'Request approval'));
  expect(told.text).toMatch(/^Waits for approval: /);
  await who.sees(() => cardsOf(who, title).length > known);
  return cardsOf(who, title).at(-1) as MessageView;
}

const idOf = (card: MessageView) => /d-[0-9a-z]{8}/.exec(wordsOf(card))?.[0] ?? '';
const now = (card: MessageView) => ada.messages().find(({ ts }) => ts === card.ts) as MessageView;

describe.sequential('a deployment to production', () => {
  test('is shown first: what, how, what it brings, how it is taken back, and the hash; nothing is public yet', async () => {
    const shown = await answerTo(ada, () => ada.type('/deploy-production api@v2'));
    const words = wordsOf(shown);
    expect(shown.text).toBe('This would take api in production from v1 to v2. Nothing has been changed yet.');
    for (const said of ['canary', 'Start api v2', 'What changes', 'To take it back', 'Would not come back'])
      expect(words).toContain(said);
    expect(words).toContain('the approval of 1 person, within 10 m');
    expect(words).toMatch(/[0-9a-f]{12}/);
    expect(buttonsOf(shown)).toEqual(['Request approval']);
    expect(cardsOf(ada, 'api v2 → production')).toEqual([]);
  });

  test('waits until another person has seen the plan and said yes; the buttons are gone then', async () => {
    const card = await asksFor('v2');
    expect(buttonsOf(card)).toEqual(['Approve', 'Reject…', 'Cancel']);
    const own = await answerTo(ada, () => ada.press(card, 'Approve'));
    expect(own.text).toContain('You asked for this yourself');
    const asked = await answerTo(ben, () => ben.type('/deploy-approve'));
    expect(asked.text).toBe('1 deployment waits for your approval.');
    const plan = await answerTo(ben, () => ben.press(asked, 'Look at api v2 → production'));
    expect(buttonsOf(plan)).toEqual([expect.stringMatching(/^Open d-/), 'Approve', 'Reject…']);
    const told = await answerTo(ben, () => ben.press(plan, 'Approve'));
    expect(told.text).toMatch(/^You approved d-[0-9a-z]{8}\. 1 of 1 approvals\.$/);
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^api v2 → production: deployed in /);
    expect(buttonsOf(end)).not.toContain('Approve');
    const thread = threadOf(ada, end).map(wordsOf).join('\n');
    expect(thread).toContain('Approved by');
    const late = await answerTo(cleo, () => cleo.press(card, 'Approve'));
    expect(late.text).toContain('was approved already');
  });

  test('a guest may not say yes, whatever list they are in', async () => {
    const card = await asksFor('v4');
    const guest = await answerTo(dana, () => dana.type('/deploy-approve'));
    expect(guest.text).toContain('Guests');
    await ben.press(card, 'Reject…');
    await ben.sees(() => ben.forms().length > 0);
    const [form] = ben.forms();
    if (form === undefined) throw new Error('no form was opened');
    await ben.submit(form, { 'v1:text': 'not on a Friday' });
    await ada.sees(({ ts, text }) => ts === card.ts && text.includes('It was rejected: not on a Friday'));
    expect(now(card).text).toMatch(/stopped before anything was changed.*not on a Friday/i);
    expect(buttonsOf(now(card))).not.toContain('Approve');
  });

  test('canary: held, let go on and promoted by the buttons of its card', async () => {
    const shown = await answerTo(ada, () =>
      ada.type('/deploy-canary web@v2 --env staging --steps 10,60 --bake 10m'),
    );
    expect(shown.text).toMatch(/^Queued: web v2 → staging/);
    const card = await cardWith('web v2 → staging', 'Promote now');
    expect(wordsOf(card)).toContain('10 % of the traffic');
    const held = await answerTo(ben, () => ben.press(card, 'Hold'));
    expect(held.text).toContain('is held.');
    await ada.sees(({ ts, text }) => ts === card.ts && text.includes('held'));
    const promoted = await answerTo(ada, () => ada.press(now(card), 'Promote now'));
    expect(promoted.text).toContain('goes on to its next step');
    await ada.sees(({ ts, text }) => ts === card.ts && /held, 4 of \d+ steps done/.test(text));
    await answerTo(ben, () => ben.press(now(card), 'Go on'));
    await cardWith('web v2 → staging', 'Promote now');
    const through = await answerTo(ada, () => ada.type(`/deploy-canary promote ${idOf(card)} --all`));
    expect(through.text).toContain('goes through without waiting');
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^web v2 → staging: deployed in /);
    expect(threadOf(ada, end).map(wordsOf).join(' ')).toMatch(/Held by.*Let go on by.*without waiting/s);
  });

  test('blue-green: proven, switched on a person’s word, kept, and switched back while it is kept', async () => {
    await ada.type('/deploy-blue-green api@v2 --env staging');
    const card = await cardWith('api v2 → staging', 'Switch');
    const switched = await answerTo(ben, () => ben.press(card, 'Switch'));
    expect(switched.text).toContain('Switch.');
    await cardWith('api v2 → staging', 'Take the old one away now');
    const back = await answerTo(ada, () => ada.press(now(card), 'Stop'));
    expect(back.text).toContain('is being stopped');
    const end = await ended(ada, card);
    expect(end.text).toContain('api v1 serves all the traffic');
  });

  test('an order for a busy place joins the line when it is asked to, and starts when its turn comes', async () => {
    // Watched for so long that it is on its way until somebody says that it has been watched enough.
    await ada.type('/deploy-canary web@v1 --env staging --steps 50 --bake 10m');
    const first = await cardWith('web v1 → staging', 'Promote now');
    const refused = await answerTo(ben, () => ben.type('/deploy-staging web@v2'));
    expect(refused.text).toContain('is being deployed to by');
    const known = cardsOf(ben, 'web v2 → staging').length;
    const joined = await answerTo(ben, () => ben.press(refused, 'Join the line'));
    expect(joined.text).toMatch(/^Waits in line: web v2 → staging/);
    await ben.sees(() => cardsOf(ben, 'web v2 → staging').length > known);
    const waiting = cardsOf(ben, 'web v2 → staging').at(-1) as MessageView;
    await ada.type(`/deploy-canary promote ${idOf(first)} --all`);
    const end = await ended(ben, waiting);
    expect(end.text).toMatch(/^web v2 → staging: deployed in /);
    expect(threadOf(ben, end).map(wordsOf).join(' ')).toContain('In line behind');
  });
});

/** The newest card of a title, once it has this button. */
async function cardWith(title: string, button: string): Promise<MessageView> {
  const has = (card: MessageView | undefined) => card !== undefined && buttonsOf(card).includes(button);
  await ada.sees(() => has(cardsOf(ada, title).at(-1)));
  return cardsOf(ada, title).at(-1) as MessageView;
}
