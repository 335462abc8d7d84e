import { expect, test } from 'vitest';
import type { Look } from '../../../src/core/analysis/look.ts';
import { cellOf, usualWay } from './cell.ts';
import type { Answer, Judge } from './comparator/comparator.ts';
import { drawnCells } from './drawn-cells.ts';
import { faultNamed } from './faults.ts';
import { ownCells } from './own-cells.ts';
import { play } from './play.ts';
import { worldNamed } from './simulator/worlds.ts';

const healthy = cellOf('test', worldNamed('messy'), usualWay);
const failing = cellOf('test', worldNamed('messy'), usualWay, faultNamed('errors +2 pp after 450 s'));

function judge(
  name: string,
  mayPassEarly: boolean,
  answer: (look: Look) => Answer,
): Judge & { seen: Look[] } {
  const seen: Look[] = [];
  return {
    name,
    mayPassEarly,
    seen,
    open: () => ({
      look(look) {
        seen.push(look);
        return answer(look);
      },
    }),
  };
}

const pass = (): Answer => ({ kind: 'pass' });
const backAt = (seconds: number) => (look: Look) =>
  look.stage.index * 300_000 + look.stage.ageMs >= seconds * 1_000
    ? ({ kind: 'back', because: 'errors' } as const)
    : ({ kind: 'go-on' } as const);

test('judges that keep to the plan see the very same looks, until each wants to go back', () => {
  const [first, second] = [judge('first', false, pass), judge('second', false, backAt(100))];
  const courses = play(3, healthy, [first, second]);
  expect(first.seen.slice(0, second.seen.length)).toEqual(second.seen);
  expect(second.seen.at(-1)?.stage.ageMs).toBe(100_000);
  expect(courses.map(({ splitMs }) => splitMs)).toEqual([900_000, null]);
});

test('who may pass early goes its own way, and what it did while the fault was there is counted', () => {
  const early = judge('early', true, (look) => (look.stage.ageMs >= 60_000 ? pass() : { kind: 'go-on' }));
  const [course] = play(3, healthy, [early]);
  expect(course).toMatchObject({ splitMs: 180_000, passedEarly: 4, passedEarlyWhileIll: 0 });
  const atLast = cellOf('test', worldNamed('messy'), usualWay, faultNamed('errors +5 pp, at the last stage'));
  const [wrong] = play(3, atLast, [early]);
  expect(wrong).toMatchObject({ passedEarly: 4, passedEarlyWhileIll: 1 });
});

test('what a fault costs is counted until somebody goes back, from when it began', () => {
  const [soon, late, before] = play(3, failing, [
    judge('soon', false, backAt(480)),
    judge('late', false, backAt(880)),
    judge('before', false, backAt(100)),
  ]);
  expect(soon?.back).toMatchObject({ sinceStartMs: 480_000, sinceOnsetMs: 30_000, hadControl: true });
  expect(soon?.faultErrors).toBeGreaterThan(20);
  expect(late?.faultErrors).toBeGreaterThan(5 * (soon?.faultErrors ?? 0));
  expect(before).toMatchObject({ faultErrors: 0, back: { sinceOnsetMs: null } });
});

test('a world of one’s own is like one of ours but for what it says, and a wrong one is told what is wrong', () => {
  const text = JSON.stringify([
    {
      world: { name: 'ours', traffic: { requestsPerSecond: 60 } },
      faults: [{ name: 'bad', effect: { errorPoints: 3 } }],
    },
  ]);
  const [well, ill, ...others] = ownCells(text);
  expect(others).toEqual([]);
  expect(well?.situation.fault).toBeNull();
  expect(ill?.situation.fault?.effect.errorPoints).toBe(3);
  expect(ill?.world).toEqual({
    ...worldNamed('messy'),
    name: 'ours',
    traffic: { ...worldNamed('messy').traffic, requestsPerSecond: 60 },
  });
  expect(() => ownCells('[{ "world": {}, "fault": [] }]')).toThrow(/Unrecognized key: "fault"/);
});

test('worlds that are drawn by lot differ by their seed, and are the same for the same one', () => {
  expect(drawnCells(3, 1)).toEqual(drawnCells(3, 1));
  expect(drawnCells(3, 2)[0]?.world).not.toEqual(drawnCells(3, 1)[0]?.world);
  expect(drawnCells(3, 1)).toHaveLength(15);
});
