import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, cardsOf, ended, order, servingOf, threadOf } from './watching.ts';

const SHOP = SHORT.replace(
  '\nservices:',
  '\nproducts:\n  shop: { summary: Both of them, services: [web, api] }\n\nservices:',
);

let story: Story;
let ada: Person;
beforeAll(async () => {
  story = await openStory({ configuration: SHOP });
  ada = await story.as('U0ADA');
});
afterAll(() => story?.close());

describe.sequential('a product', () => {
  test('is ordered by its name, in one card, what is needed first', async () => {
    const card = await order(ada, () => ada.type('/deploy-staging shop@v2'), 'shop v2 → staging');
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^shop v2 → staging: deployed in /);
    expect(cardsOf(ada, 'shop v2 → staging')).toHaveLength(1);
    // One reply may tell of several steps.
    const thread = threadOf(ada, end)
      .map(({ text }) => text)
      .join('\n');
    expect(thread).toMatch(/Take api v1 away: done[\s\S]*Start web v2: done/);
    expect(await servingOf(ada, 'api')).toBe('v2');
    expect(await servingOf(ada, 'web')).toBe('v2');
  });

  test('goes back as a whole when its last service fails', async () => {
    const card = await order(ada, () => ada.type('/deploy-staging shop@v3'), 'shop v3 → staging');
    const end = await ended(ada, card);
    expect(end.text).toMatch(/^shop v3 → staging: rolled back, after /);
    expect(await servingOf(ada, 'api')).toBe('v2');
    expect(await servingOf(ada, 'web')).toBe('v2');
  });

  test('needs a version, and is offered where its name was meant', async () => {
    const none = await answerTo(ada, () => ada.type('/deploy-staging shop'));
    expect(none.text).toContain('Say which version of shop');
    const close = await answerTo(ada, () => ada.type('/deploy-staging shup@v2'));
    expect(close.text).toContain('There is no service named shup');
  });
});
