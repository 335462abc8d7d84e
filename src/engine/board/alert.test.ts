import { beforeEach, expect, test } from 'vitest';
import { type BoardWorld, openBoardWorld } from '../../../test/support/board-world.ts';
import type { Passing } from '../../core/obstacle.ts';
import type { ToldAlert } from '../../core/told-alert.ts';
import { noteAlert } from './alert.ts';
import { attendBoard, obstaclesFor, sheetFor } from './index.ts';

let world: BoardWorld;
beforeEach(() => {
  world = openBoardWorld();
});

const id = { kind: 'alert', id: 'pager/a1b2' };

function slow(more: Partial<ToldAlert> = {}): ToldAlert {
  return {
    from: 'pager',
    fingerprint: 'a1b2',
    isFiring: true,
    name: 'Slow',
    severity: 'page',
    summary: 'answers take long',
    scope: { service: 'api', environment: 'production' },
    startedAtMs: 1_000,
    ...more,
  };
}

const tell = (more?: Partial<ToldAlert>) => noteAlert(world.parts, slow(more));
const keys = async () => (await world.told()).map(({ key }) => key);
const said = async () => (await sheetFor(world.parts, id))?.sentence;

test('an alert is told once in the channel of its environment, however often it comes', async () => {
  await tell();
  await tell();
  world.pass(2 * 3_600_000);
  await tell();
  expect(await keys()).toEqual(['sheet/alert/pager/a1b2/1/production']);
  expect(await said()).toBe('Slow fires for api in production.');
});

test('when it is over the same message says so, and when it fires anew there is another', async () => {
  await tell();
  await tell({ isFiring: false });
  expect(await said()).toBe('Slow is over for api in production.');
  expect(new Set(await keys())).toEqual(new Set(['sheet/alert/pager/a1b2/1/production']));
  await tell({ startedAtMs: 2_000 });
  expect(await said()).toBe('Slow fires for api in production.');
  expect((await keys()).at(-1)).toBe('sheet/alert/pager/a1b2/2/production');
});

test('what comes late changes nothing', async () => {
  await tell({ startedAtMs: 2_000 });
  await tell({ startedAtMs: 1_000, isFiring: false });
  expect(await said()).toBe('Slow fires for api in production.');
  await tell({ startedAtMs: 2_000, isFiring: false });
  await tell({ startedAtMs: 2_000 });
  await tell({ startedAtMs: 1_000 });
  expect(await said()).toBe('Slow is over for api in production.');
});

test('the end of what nobody has heard of is no news', async () => {
  await tell({ isFiring: false });
  expect(await keys()).toEqual([]);
});

test('an alert that nobody tells of for a day is not called resolved', async () => {
  await tell();
  world.pass(24 * 3_600_000 + 1);
  await attendBoard(world.parts);
  expect(await said()).toBe('Slow is not heard of for api in production.');
  await tell();
  expect(await said()).toBe('Slow fires for api in production.');
});

test('alerts of two systems do not know each other', async () => {
  await tell();
  await tell({ from: 'other', isFiring: false });
  expect(await said()).toBe('Slow fires for api in production.');
});

test('it stands in nobody’s way', async () => {
  await tell();
  const passing: Passing = {
    service: 'api',
    environment: 'production',
    person: 'U1',
    what: 'start',
    isAutomatic: true,
    nowMs: world.nowMs(),
  };
  expect(await obstaclesFor(world.parts, passing)).toEqual([]);
});

test('a storm ends with so many that people can bear', async () => {
  for (let each = 0; each < 205; each += 1) await tell({ fingerprint: `a${each}` });
  expect(await keys()).toHaveLength(200);
});
