import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Apart, openApart } from './apart.ts';
import type { Person } from './person.ts';
import { answerTo, cardsOf, ended, order } from './watching.ts';

const SERVICES = 10;
let apart: Apart;
let ada: Person;

beforeAll(async () => {
  apart = await openApart(SERVICES);
  ada = await apart.as('U0ADA');
});
afterAll(() => apart?.close());

const names = Array.from({ length: SERVICES }, (_, index) => `s${index + 1}`);

/** A call whose outcome is not known is looked after half a minute later, and chance may have it that several are. */
const LIMPING_WITHIN_MS = 180_000;

describe.sequential('within what Slack allows', () => {
  test('ten deployments at once have ten cards, all with their ends, in at most 45 edits a minute', async () => {
    const cards = await Promise.all(
      names.map((name) => order(ada, () => ada.type(`/deploy-staging ${name} v1`), `${name} v1 → staging`)),
    );
    const ends = await Promise.all(cards.map((card) => ended(ada, card, 300_000)));
    for (const { text } of ends) expect(text).toContain(': deployed in');
    for (const name of names) expect(cardsOf(ada, `${name} v1 → staging`)).toHaveLength(1);
    const edits = apart.workspace.ledger.calls().filter(({ method }) => method === 'chat.update');
    for (const { at } of edits) {
      expect(edits.filter((edit) => edit.at >= at && edit.at < at + 60_000).length).toBeLessThanOrEqual(45);
    }
    expect(apart.workspace.ledger.calls().filter(({ status }) => status === 429)).toEqual([]);
  });

  test('no response_url is used more than five times', async () => {
    const told = await answerTo(ada, () => ada.type('/deploy-status s1'));
    for (let press = 1; press <= 7; press++) await ada.press(told, 'Refresh');
    await ada.sees(({ ts, text }) => ts === told.ts && text.includes('s1 in staging'));
    const { wire } = (await (await fetch(`${apart.url()}/page/state?user=U0ADA`)).json()) as {
      wire: { what: string; direction: string; status: number | null }[];
    };
    const refused = wire.filter(
      ({ what, direction, status }) =>
        direction === 'from-bot' && /response_url/.test(what) && status !== 200,
    );
    expect(wire.some(({ what }) => /response_url/.test(what))).toBe(true);
    expect(refused).toEqual([]);
  });

  test.each([
    ['slow', { latencyMs: 400 }],
    ['failing half of the time', { serverErrorPercent: 50 }],
    ['refusing half of the calls for a while', { rateLimitPercent: 50 }],
    ['doing the work and then dropping the connection', { dropAfterPercent: 50 }],
    ['delivering everything twice', { doubleDelivery: true }],
  ] as const)(
    'in a Slack that is %s there is one card, which tells the end',
    async (_, faults) => {
      const name = names[limping++] ?? '';
      await apart.faults(faults);
      try {
        await ada.type(`/deploy-staging ${name} v2`);
        const title = `${name} v2 → staging`;
        const card = await ada.sees(
          ({ text, threadTs }) => threadTs === null && text.startsWith(title),
          LIMPING_WITHIN_MS,
        );
        await ada.sees(({ ts, text }) => ts === card.ts && text.includes(': deployed in'), LIMPING_WITHIN_MS);
      } finally {
        await apart.faults({});
      }
      const [card, ...others] = cardsOf(ada, `${name} v2 → staging`);
      expect(others).toEqual([]);
      if (card === undefined) return expect.unreachable('there is a card');
      expect((await ended(ada, card, LIMPING_WITHIN_MS)).text).toContain(': deployed in');
      expect(apart.workspace.ledger.duplicates()).toEqual([]);
    },
    4 * LIMPING_WITHIN_MS,
  );
});

let limping = 0;
