import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { withProduction } from './production.ts';
import { openStory, type Story } from './story.ts';
import { answerTo, cardsOf, ended, order } from './watching.ts';

let story: Story;
let ada: Person;
let ben: Person;
let cleo: Person;

const usual = 'gates: [dependencies-healthy, serves-version]';
const staged = `gates:
          - { gate: staged-first, environment: staging, within: 2s }
          - serves-version`;
const TITLE = 'api v2 → production';

beforeAll(async () => {
  const [before, ...after] = withProduction().split('      production:\n');
  const configuration = [before, after[0]?.replace(usual, staged), ...after.slice(1)]
    .join('      production:\n')
    .replace(
      '\ngrants:\n',
      '\ngrants:\n  - { role: release-manager, people: [U0ADA], services: [api], environments: [production] }\n',
    );
  story = await openStory({ configuration });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
  cleo = await story.as('U0CLEO');
});
afterAll(() => story?.close());

const WHY = 'staging is being rebuilt until tomorrow';

async function begin(shown: MessageView, who: Person): Promise<MessageView> {
  const known = cardsOf(who, TITLE).length;
  await answerTo(who, () => who.press(shown, 'Request approval'));
  await who.sees(() => cardsOf(who, TITLE).length > known);
  const card = cardsOf(who, TITLE).at(-1) as MessageView;
  await answerTo(ben, () => ben.press(card, 'Approve'));
  return card;
}

describe.sequential('a gate that says no', () => {
  test('keeps a version out of production that has not been in staging', async () => {
    const shown = await answerTo(ada, () => ada.type('/deploy-production api@v2'));
    expect(wordsOf(shown)).toContain('staged-first (environment staging)');
    const end = await ended(ada, await begin(shown, ada));
    expect(end.text).toContain('v2 has not been deployed to staging');
  });

  test('is waived by nobody without the role, without a reason, or without its name', async () => {
    const line = `/deploy-production api@v2 --waive staged-first --reason "${WHY}"`;
    expect((await answerTo(ben, () => ben.type(line))).text).toContain('release-manager or commander');
    expect((await answerTo(cleo, () => cleo.type(line))).text).toContain('deployer');
    const silent = await answerTo(ada, () => ada.type('/deploy-production api@v2 --waive staged-first'));
    expect(silent.text).toContain('for a reason, and none was given');
    const other = await answerTo(ada, () => ada.type(line.replace('staged-first', 'stage-first')));
    expect(buttonsOf(other)).toEqual(['staged-first']);
    const never = await answerTo(ada, () => ada.type(line.replace('staged-first', 'serves-version')));
    expect(never.text).toContain('cannot be waived');
  });

  test('is left out for who may and says why, for everybody to see, until the end', async () => {
    const line = `/deploy-production api@v2 --waive staged-first --reason "${WHY}"`;
    const shown = await answerTo(ada, () => ada.type(line));
    const said = `staged-first is not asked at api/production: ${WHY}`;
    expect(wordsOf(shown)).toContain(said);
    expect(cardsOf(ada, TITLE).every((card) => !wordsOf(card).includes(said))).toBe(true);
    const card = await begin(shown, ada);
    expect(wordsOf(card)).toContain(said);
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^api v2 → production: deployed in /);
    expect(wordsOf(end)).toContain(said);
    expect(wordsOf(end)).toContain('Check: serves version');
  });

  test('says yes once the version has run in staging, and then nobody has to waive it', async () => {
    await ended(ada, await order(ada, () => ada.type('/deploy-staging api v2'), 'api v2 → staging'));
    const shown = await answerTo(ada, () => ada.type('/deploy-production api@v2 --again'));
    expect(wordsOf(shown)).not.toContain('is not asked');
    const end = await ended(ada, await begin(shown, ada));
    expect(end.text).toMatch(/^api v2 → production: deployed in /);
    expect(wordsOf(end)).toContain('v2 ran in staging for');
  });
});
