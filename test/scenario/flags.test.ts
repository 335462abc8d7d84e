import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { ACCOUNT, type CloudflareStandIn, openCloudflare, ZONE } from '../stand-in/cloudflare/index.ts';
import { type LaunchDarkly, LD_TOKEN, openLaunchDarkly } from '../stand-in/flag/launchdarkly.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, cardsOf, ended, order } from './watching.ts';

let ld: LaunchDarkly;
let cloudflare: CloudflareStandIn;
let story: Story;
let ada: Person;
let ben: Person;

const COMMANDERS = '  - { role: commander, people: [U0BEN, U0CLEO], services: all, environments: all }\n';
const because = '--incident INC-7 --reason "checkout answers 500 since noon"';

function configurationWith(): string {
  const more = `
emergency: { channels: [C0GENERAL] }
flags:
  ld: { kind: launchdarkly, project: shop, token: env:LD_TOKEN, baseUrl: "${ld.url}" }
platforms:
  edge: { kind: cloudflare, account: ${ACCOUNT}, token: env:CF_TOKEN, baseUrl: "${cloudflare.url}" }
runbooks:
  leave-eu:
    rto: 10m
    channel: C0DEPLOYS
    approvals: { required: [{ needed: 1 }] }
    steps:
      - { do: redirect-dns, name: point, phase: redirect, within: 2m, service: api, environment: staging, platform: edge, address: { zone: ${ZONE}, name: shop.example.com, type: CNAME }, content: us.example.com }
`;
  return SHORT.replace(
    '    summary: Answers what web asks\n',
    '    summary: Answers what web asks\n    flags: { new-checkout: { at: ld, environments: { staging: production } } }\n',
  ).replace('\ngrants:\n', `${more}\ngrants:\n${COMMANDERS}`);
}

beforeAll(async () => {
  ld = await openLaunchDarkly();
  cloudflare = await openCloudflare();
  const id = 'a'.repeat(32);
  const record = { id, name: 'shop.example.com', type: 'CNAME', proxied: true, ttl: 1 };
  cloudflare.names.push({ ...record, content: 'eu.example.com' });
  story = await openStory({
    configuration: configurationWith(),
    environment: { LD_TOKEN, CF_TOKEN: 'not-a-real-token' },
  });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(async () => {
  await story?.close();
  await ld?.close();
  await cloudflare?.close();
});

const flag = () => ld.state.configs.get('production');

/** Types what a form asks for, after a press that opened it. */
async function confirmed(
  person: Person,
  message: MessageView,
  button: string,
  confirm: string,
): Promise<void> {
  const known = person.forms().length;
  await person.press(message, button);
  await person.sees(() => person.forms().length > known);
  const form = person.forms().at(-1);
  if (form === undefined) throw new Error('no form was opened');
  await person.submit(form, { confirm });
}

describe.sequential('a feature flag', () => {
  test('is turned up for what serves already, seen in the plan and at the flag service', async () => {
    const card = await order(
      ada,
      () => ada.type('/deploy-staging api@v1 --flag new-checkout=25'),
      'api v1 → staging',
    );
    const end = await ended(ada, card);
    expect(end.text).toContain('deployed in');
    expect(flag()).toMatchObject({
      on: true,
      fallthrough: { rollout: { variations: [{ weight: 25_000 }, { weight: 75_000 }] } },
    });
  });

  test('is switched off at once while a deployment runs, shown first, loud, and read back', async () => {
    const running = await order(
      ada,
      () => ada.type('/deploy-canary api@v2 --env staging --steps 10 --bake 60s'),
      'api v2 → staging',
    );
    const refused = await answerTo(ada, () =>
      ada.type(`/deploy-emergency kill-switch new-checkout ${because}`),
    );
    expect(refused.text).toContain('needs the commander role');
    const shown = await answerTo(ben, () =>
      ben.type(`/deploy-emergency kill-switch new-checkout ${because}`),
    );
    expect(wordsOf(shown)).toContain('on for 25 %');
    expect(flag()?.on).toBe(true);
    await confirmed(ben, shown, 'Switch off…', 'new-checkout');
    await until(() => flag()?.on === false);
    const card = await ada.sees(
      ({ text, isEphemeral }) => !isEphemeral && text.includes('is off in staging'),
    );
    expect(buttonsOf(card)).toEqual(['Switch on again…']);
    await ada.sees(({ text }) => text.startsWith('The glass was broken: kill-switch'));
    const now = () => ada.messages().find(({ ts }) => ts === running.ts) as MessageView;
    expect(now().text).not.toMatch(/ deployed in |taken back/);
    const id = /d-[0-9a-z]{8}/.exec(wordsOf(now()))?.[0];
    await ada.type(`/deploy-canary abort ${id}`);
    await ended(ada, running);
  });

  test('stays off whatever is ordered, until somebody switches it on again by name', async () => {
    const refused = await answerTo(ada, () => ada.type('/deploy-staging api@v1 --flag new-checkout=50'));
    expect(refused.text).toContain('is switched off by the kill switch');
    expect(flag()?.on).toBe(false);
    const shown = await answerTo(ben, () => ben.type(`/deploy-emergency switch-on new-checkout ${because}`));
    expect(wordsOf(shown)).toContain('on again');
    await ben.press(shown, 'Switch on again…');
    await until(() => flag()?.on === true);
    await ada.sees(({ text, isEphemeral }) => !isEphemeral && text.includes('is on again in staging'));
    expect(cardsOf(ada, 'new-checkout is on again').length).toBeGreaterThan(0);
  });
});

describe.sequential('when a region is lost', () => {
  test('a run points the name elsewhere, and its report has the time that it took', async () => {
    const shown = await answerTo(ben, () => ben.type('/deploy-disaster-recovery leave-eu'));
    expect(wordsOf(shown)).toContain('point: eu.example.com');
    await confirmed(ben, shown, 'Ask for this run…', 'leave-eu');
    const card = await ben.sees(({ text, isEphemeral }) => !isEphemeral && text.startsWith('leave-eu'));
    const cleo = await story.as('U0CLEO');
    await cleo.press(card, 'Approve');
    await until(() => cloudflare.names[0]?.content === 'us.example.com');
    await ben.sees(({ text }) => text.includes('leave-eu done'));
    const now = ben.messages().find(({ ts }) => ts === card.ts) as MessageView;
    expect(wordsOf(now)).toMatch(/measured, 10 m expected: held/);
    expect(cloudflare.calls({ method: 'PATCH' })).toHaveLength(1);
  });
});
