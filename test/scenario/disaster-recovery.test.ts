import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { withProduction } from './production.ts';
import { openStory, runToEnd, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, cardsOf, servingOf, threadOf } from './watching.ts';

const RUNBOOKS = `
runbooks:
  fail-over:
    summary: Serve from staging what production served
    rto: 10m
    rpo: 5m
    channel: C0DEPLOYS
    announce: C0GENERAL
    ownChannel: true
    failBack: fail-back
    steps:
      - { do: manual, name: assess, phase: assess, within: 5m, drill: true, owner: U0CLEO, instruction: Is it really gone? }
      - { do: freeze, name: freeze, phase: provision, within: 1m, environment: production }
      - { do: manual, name: restore, phase: restore, within: 5m, drill: true, instruction: Restore the newest backup }
      - { do: deploy, name: deploy-api, phase: deploy, within: 3m, drill: true, service: api, environment: staging, from: production }
      - { do: verify, name: verify-api, phase: verify, within: 1m, drill: true, service: api, environment: staging }
      - { do: announce, name: tell, phase: redirect, within: 1m, drill: true, text: api is served from staging now }
  fail-back:
    summary: Back to production
    rto: 10m
    channel: C0DEPLOYS
    approvals: { required: [{ needed: 1 }] }
    steps:
      - { do: manual, name: hurry, phase: assess, within: 3s, owner: U0CLEO, instruction: Say within three seconds whether it is back }
`;
const COMMANDERS =
  '  - { role: commander, people: [U0ADA, U0BEN, U0CLEO], services: all, environments: all }\n';
const LOOKERS = `  - { role: viewer, people: [U0CLEO, "os:${userInfo().username}"], services: all, environments: all }\n`;

let story: Story;
let ada: Person;
let ben: Person;
let cleo: Person;

async function meet(): Promise<void> {
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
  cleo = await story.as('U0CLEO');
}

beforeAll(async () => {
  const configuration = withProduction('[{ needed: 1 }]', RUNBOOKS);
  story = await openStory({
    configuration: configuration.replace('\ngrants:\n', `\ngrants:\n${COMMANDERS}${LOOKERS}`),
  });
  await meet();
});
afterAll(() => story?.close());

/** Not what is announced to those who only wait. */
const runsOf = (person: Person, title: string) =>
  cardsOf(person, title).filter(({ channel }) => channel === 'C0DEPLOYS');

/** Looks at the plan, types the name of the runbook, and finds the card that asks for approval. */
async function askFor(line: string, name: string, title: string): Promise<MessageView> {
  let shown = await answerTo(ada, () => ada.type(line));
  // What runs in production is known as soon as somebody has looked.
  await until(async () => {
    if (!wordsOf(shown).includes('no good version is known')) return true;
    shown = await answerTo(ada, () => ada.type(line));
    return false;
  });
  const known = runsOf(ada, title).length;
  await ada.press(shown, buttonsOf(shown).find((each) => each.startsWith('Ask for this')) ?? '');
  await ada.sees(() => ada.forms().length > 0);
  const form = ada.forms().at(-1);
  if (form === undefined) throw new Error('no form was opened');
  const wrong = await ada.submit(form, { confirm: 'fail' });
  expect(JSON.stringify(wrong)).toContain(`must be ${name}`);
  await ada.submit(form, { confirm: name });
  await ada.sees(() => runsOf(ada, title).length > known);
  return runsOf(ada, title).at(-1) as MessageView;
}

const now = (person: Person, { ts }: MessageView) =>
  person.messages().find((message) => message.ts === ts) as MessageView;

async function becomes(person: Person, card: MessageView, words: string): Promise<MessageView> {
  await until(
    () => wordsOf(now(person, card)).includes(words),
    undefined,
    () =>
      `${wordsOf(now(person, card))}\n${threadOf(person, now(person, card))
        .map(({ text }) => text)
        .join('\n')}`,
  );
  return now(person, card);
}

describe.sequential('when production is lost', () => {
  test('a drill is planned, approved by two others and gone through, and touches only what is safe', async () => {
    const card = await askFor('/deploy-disaster-recovery fail-over --drill', 'fail-over', 'DRILL: fail-over');
    expect(wordsOf(card)).toContain('could not be made');
    const own = await answerTo(ada, () => ada.press(now(ada, card), 'Approve'));
    expect(own.text).toContain('You asked for this run yourself');
    await ben.press(now(ben, card), 'Approve');
    await becomes(cleo, card, '1 of 2 approvals');
    await cleo.press(now(cleo, card), 'Approve');
    await becomes(cleo, card, 'Is it really gone?');
    await cleo.press(now(cleo, card), 'Done: assess');
    const restoring = await becomes(ben, card, 'Restore the newest backup');
    expect(wordsOf(restoring)).toContain('left alone: this is a drill');
    await ben.press(restoring, 'Done: restore…');
    await ben.sees(() => ben.forms().length > 0);
    const form = ben.forms().at(-1);
    if (form === undefined) throw new Error('no form was opened');
    await ben.submit(form, { loss: '4m' });
    const end = await becomes(ben, card, 'DRILL: fail-over — done');
    expect(wordsOf(end)).toContain('4 m measured, at most 5 m expected: held');
    expect(wordsOf(end)).toContain('serves there already');
    await until(() => threadOf(ben, end).some(({ text }) => text.includes('every step is settled')));
    for (const { text } of threadOf(ben, end)) expect(text).toMatch(/^DRILL: /);
    await ben.sees(
      ({ text, channel }) => channel === 'C0GENERAL' && text === 'DRILL: api is served from staging now',
    );
    const frozen = await answerTo(ada, () => ada.type('/deploy-production api@v2'));
    expect(wordsOf(frozen)).not.toContain('freeze');
    const report = await answerTo(ada, () => ada.press(end, 'Report'));
    expect(report.text).toContain('DRILL: fail-over done');
  });

  test('the real run deploys what production served, through a crash in the middle, and freezes production', async () => {
    await ada.type('/deploy-staging api@v2');
    await ada.sees(({ text }) => text.startsWith('api v2 → staging: deployed'));
    const card = await askFor(
      '/deploy-disaster-recovery fail-over --reason "the region is gone"',
      'fail-over',
      'fail-over',
    );
    for (const person of [ben, cleo]) {
      const approved = await answerTo(person, () => person.press(now(person, card), 'Approve'));
      expect(approved.text).toMatch(/^You approved run-/);
    }
    await becomes(cleo, card, 'Is it really gone?');
    const stranger = await answerTo(cleo, () =>
      cleo.type(`/deploy-disaster-recovery done ${idOf(card)} --step restore`),
    );
    expect(stranger.text).toContain('not the turn of that step');
    await cleo.press(now(cleo, card), 'Done: assess');
    await becomes(ben, card, 'Restore the newest backup');
    await ben.type(`/deploy-disaster-recovery restored ${idOf(card)} --step restore --loss unknown`);
    await ben.sees(() => cardsOf(ben, 'api v1 → staging').length > 0);
    expect(await story.end('SIGKILL')).toBeNull();

    await story.start();
    await meet();
    const end = await becomes(ben, card, 'fail-over — done');
    expect(runsOf(ben, 'fail-over')).toHaveLength(1);
    expect(cardsOf(ben, 'api v1 → staging')).toHaveLength(1);
    expect(wordsOf(end)).toContain('v1 was deployed');
    expect(wordsOf(end)).toContain('measured, 10 m expected: held');
    expect(wordsOf(end)).toContain('not measured (at most 5 m expected)');
    expect(await servingOf(ada, 'api --env staging')).toBe('v1');
    const frozen = await answerTo(ada, () => ada.type('/deploy-production api@v2'));
    expect(wordsOf(frozen)).toContain('A freeze of everything in production stands in the way');
    expect(buttonsOf(end)).toContain('Plan the way back: fail-back…');
  });

  test('a step that is late halts the run and asks, and somebody goes on without it', async () => {
    const card = await askFor('/deploy-disaster-recovery fail-back', 'fail-back', 'fail-back');
    await ben.sees(({ ts }) => ts === card.ts);
    await ben.press(now(ben, card), 'Approve');
    const halted = await becomes(ben, card, 'HALTED');
    expect(wordsOf(halted)).toContain('LATE since');
    expect(buttonsOf(halted)).toEqual([
      'Done: hurry',
      'Failed: hurry…',
      'Once more: hurry',
      'Skip: hurry…',
      'Call it off…',
    ]);
    await ben.type(
      `/deploy-disaster-recovery skip ${idOf(card)} --step hurry --reason "we know that it is back"`,
    );
    const onHost = await runToEnd(['recover', 'status', idOf(card)], story.folder, {
      SLIPWAY_HOME: story.home,
    });
    expect(onHost.output).toContain('fail-back');
    expect(onHost.code).toBe(0);
    const end = await becomes(ben, card, 'fail-back — done');
    expect(wordsOf(end)).toContain('we know that it is back');
    expect(wordsOf(end)).toContain('not measured');
  });
});

function idOf(card: MessageView): string {
  return /run-[0-9a-f]{8}/.exec(JSON.stringify(card.blocks))?.[0] ?? '';
}
