import { expect, test } from 'vitest';
import { openTurns } from './turns.ts';

async function settled(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  void promise.then(() => {
    isSettled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return isSettled;
}

test('visits go on side by side', async () => {
  const turns = openTurns();
  await turns.take('together');
  expect(await settled(turns.take('together'))).toBe(true);
});

test('who is to be alone waits for all others, and those who come after wait for it', async () => {
  const turns = openTurns();
  const first = await turns.take('together');
  const alone = turns.take('alone');
  const late = turns.take('together');
  expect(await settled(alone)).toBe(false);
  expect(await settled(late)).toBe(false);
  first.end();
  expect(await settled(alone)).toBe(true);
  expect(await settled(late)).toBe(false);
  (await alone).end();
  expect(await settled(late)).toBe(true);
});

test('who has proved itself goes on with the others, and nobody is alone beside it', async () => {
  const turns = openTurns();
  const proved = await turns.take('alone');
  const other = turns.take('together');
  const suspect = turns.take('alone');
  proved.share();
  expect(await settled(other)).toBe(true);
  expect(await settled(suspect)).toBe(false);
  (await other).end();
  expect(await settled(suspect)).toBe(false);
  proved.end();
  proved.end();
  expect(await settled(suspect)).toBe(true);
  expect(await settled(turns.take('together'))).toBe(false);
});
