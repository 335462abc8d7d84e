import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { withProduction } from './production.ts';
import { openStory, type Story } from './story.ts';
import { answerTo, cardsOf, ended, threadOf } from './watching.ts';

let story: Story;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  const commander = '  - { role: commander, people: [U0BEN], services: all, environments: all }\n';
  const configuration = withProduction('[{ needed: 2 }]', 'emergency: { channels: [C0GENERAL] }');
  story = await openStory({ configuration: configuration.replace('\ngrants:\n', `\ngrants:\n${commander}`) });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(() => story?.close());

const because = '--incident INC-7 --reason "checkout answers 500 since noon"';

describe.sequential('in an emergency', () => {
  test('who may not is told so, and who may has to say why, for what, and type what it reaches', async () => {
    const refused = await answerTo(ada, () => ada.type(`/deploy-emergency freeze ${because} --confirm all`));
    expect(refused.text).toContain('needs the commander role');
    const short = await answerTo(ben, () =>
      ben.type('/deploy-emergency freeze --incident INC-7 --reason "fire" --confirm all'),
    );
    expect(short.text).toContain('at least 20 letters');
    const other = await answerTo(ben, () => ben.type(`/deploy-emergency freeze ${because} --confirm al`));
    expect(other.text).toContain('must be all');
    await ben.type(`/deploy-emergency freeze ${because}`);
    await ben.sees(() => ben.forms().length > 0);
    const [form] = ben.forms();
    if (form === undefined) throw new Error('no form was opened');
    await ben.act({ kind: 'close-modal', viewId: form.id, isCleared: true });
  });

  test('a freeze of everything stops what is asked for, and is loud', async () => {
    const told = await answerTo(ben, () => ben.type(`/deploy-emergency freeze ${because} --confirm all`));
    expect(wordsOf(told)).toContain('INC-7');
    await ada.sees(({ text, isEphemeral }) => !isEphemeral && text.includes('INC-7'));
    const stopped = await answerTo(ada, () => ada.type('/deploy-staging api@v2'));
    expect(stopped.text).toMatch(/freeze|frozen/i);
  });

  test('a hotfix breaks the glass: plan first, typed confirmation, no approvals, a review by somebody else', async () => {
    const line = `/deploy-emergency hotfix api@v2 --env production ${because}`;
    const shown = await answerTo(ben, () => ben.type(line));
    expect(wordsOf(shown)).toContain('approvals and freezes are skipped');
    expect(buttonsOf(shown)).toEqual(['Break the glass and deploy']);
    await ben.press(shown, 'Break the glass and deploy');
    await ben.sees(() => ben.forms().length > 0);
    const form = ben.forms().at(-1);
    if (form === undefined) throw new Error('no form was opened');
    const typed = { type: 'plain_text_input', value: 'api/production' };
    await ben.act({ kind: 'submit', viewId: form.id, values: { confirm: { 'v1:text': typed } } });
    await ben.sees(() => cardsOf(ben, 'api v2 → production').length > 0);
    const card = cardsOf(ben, 'api v2 → production').at(-1) as MessageView;
    const end = await ended(ben, card);
    expect(end.text).toMatch(/^api v2 → production: deployed in /);
    expect(threadOf(ben, end).length).toBeGreaterThan(0);
    const loud = await ada.sees(({ text }) => text.startsWith('The glass was broken'));
    expect(buttonsOf(loud)).toEqual(['Review…']);
    const again = await answerTo(ben, () => ben.type(line.replace('v2', 'v1')));
    expect(again.text).toContain('has not been reviewed yet');
  });

  test('nobody reviews themselves; somebody else does, and it is seen', async () => {
    const open = await answerTo(ben, () => ben.type('/deploy-emergency review'));
    const id = /r-[0-9a-f]{8}/.exec(wordsOf(open))?.[0];
    const note = '--reason "right to do, the header was broken"';
    const own = await answerTo(ben, () => ben.type(`/deploy-emergency review ${id} ${note}`));
    expect(own.text).toContain('Somebody else has to review it');
    const done = await answerTo(ada, () => ada.type(`/deploy-emergency review ${id} ${note}`));
    expect(done.text).toBe(`${id} is reviewed.`);
    await ben.sees(({ text }) => text.includes('It was reviewed.'));
  });

  test('abort-all stops everything that is on its way, and says how many', async () => {
    const lifted = await answerTo(ben, () => ben.type('/deploy-emergency unfreeze'));
    expect(lifted.text).toContain('is lifted');
    await ada.type('/deploy-canary web@v2 --env staging --steps 10 --bake 60s');
    await ada.sees(({ text }) => /^web v2 → staging: deploying, [3-9] of/.test(text));
    const told = await answerTo(ben, () =>
      ben.type(`/deploy-emergency abort-all --env staging ${because} --confirm staging`),
    );
    expect(told.text).toBe('1 deployment is being stopped in everything in staging.');
    const end = await ended(ada, cardsOf(ada, 'web v2 → staging').at(-1) as MessageView);
    expect(end.text).toContain('stopped and taken back');
  });

  test('where no flags are connected a kill switch says so', async () => {
    const told = await answerTo(ben, () =>
      ben.type(`/deploy-emergency kill-switch --flag new-header ${because}`),
    );
    expect(told.text).toContain('No feature flags are connected');
  });
});
