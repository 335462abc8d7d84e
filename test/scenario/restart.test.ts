import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Apart, openApart } from './apart.ts';
import { openStory, type Story } from './story.ts';
import { cardsOf, ended, order, servingOf } from './watching.ts';

let story: Story | Apart | null = null;
afterEach(async () => {
  await story?.close();
  story = null;
});

test('a bot that is killed right after its card was posted goes on with that very card', async () => {
  const apart = await openApart(1);
  story = apart;
  const ada = await apart.as('U0ADA');
  const card = await order(ada, () => ada.type('/deploy-staging s1 v1'), 's1 v1 → staging');
  // Posted, and not edited yet: the program ends between the two.
  expect(await apart.end('SIGKILL')).toBeNull();
  await apart.start();
  const end = await ended(ada, card);
  expect(end.text).toContain('s1 v1 → staging: deployed in');
  expect(cardsOf(ada, 's1 v1 → staging')).toHaveLength(1);
  expect(apart.workspace.ledger.duplicates()).toEqual([]);
});

test('killed half-way, the program goes on where it was when it is started again, and says so in the same card', async () => {
  story = await openStory();
  const before = await story.as('U0ADA');
  const card = await order(before, () => before.type('/deploy-staging api v2'), 'api v2 → staging');
  await before.sees(({ ts, text }) => ts === card.ts && /[3-6] of 8 steps/.test(text));
  expect(await story.end('SIGKILL')).toBeNull();

  await story.start();
  const ada = await story.as('U0ADA');
  const end = await ended(ada, card);
  expect(end.text).toContain('api v2 → staging: deployed in');
  expect(cardsOf(ada, 'api v2 → staging')).toHaveLength(1);
  expect(await servingOf(ada, 'api')).toBe('v2');
});

test('ended with ctrl-C half-way, it hands over and leaves no process behind', async () => {
  story = await openStory();
  const before = await story.as('U0ADA');
  const card = await order(before, () => before.type('/deploy-staging api v2'), 'api v2 → staging');
  await before.sees(({ ts, text }) => ts === card.ts && /[2-6] of 8 steps/.test(text));
  const { pid } = JSON.parse(await readFile(join(story.home, 'local', 'runner.lock'), 'utf8')) as {
    pid: number;
  };
  expect(isAlive(pid)).toBe(true);
  expect(await story.end('SIGINT')).toBe(0);
  expect(isAlive(pid)).toBe(false);
  await story.start();
  const ada = await story.as('U0ADA');
  expect((await ended(ada, card)).text).toContain('deployed in');
  expect(cardsOf(ada, 'api v2 → staging')).toHaveLength(1);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
