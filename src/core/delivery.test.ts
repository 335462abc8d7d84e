import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Delivered, deliveryIn, median } from './delivery.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const WINDOW = { fromMs: 10 * DAY, untilMs: 17 * DAY };

let ids = 0;
/** A deployment at web that began at `atMs`, gave traffic after 2 minutes and ended after 5. */
function delivered(atMs: number, version: string, before: string, more: Partial<Delivered> = {}): Delivered {
  ids += 1;
  return {
    deploymentId: `d-${ids}`,
    purpose: 'deploy',
    outcome: 'deployed',
    beganAtMs: atMs,
    trafficAtMs: atMs + 2 * MINUTE,
    turnedAtMs: null,
    endedAtMs: atMs + 5 * MINUTE,
    targets: [{ id: 'web/production', version, before }],
    commitTimesMs: null,
    ...more,
  };
}
const rollBack = (atMs: number, to: string, from: string, more: Partial<Delivered> = {}) =>
  delivered(atMs, to, from, { purpose: 'roll-back', endedAtMs: atMs + MINUTE, ...more });

/**
 * A week by hand. Changed: v2, v3, v4, v5, v6 and v8, which are six. Of those v3 went back by itself, v4 was reverted by
 * a person after a day, and v8 was left to a person: three failed, and two of the three were taken back.
 */
const week: readonly Delivered[] = [
  delivered(9 * DAY, 'v1', 'v0'),
  delivered(10 * DAY, 'v2', 'v1', { commitTimesMs: [9 * DAY, 8 * DAY] }),
  delivered(11 * DAY, 'v3', 'v2', { outcome: 'rolled-back', turnedAtMs: 11 * DAY + 4 * MINUTE }),
  delivered(12 * DAY, 'v4', 'v2', { commitTimesMs: [11 * DAY] }),
  rollBack(13 * DAY, 'v2', 'v4'),
  delivered(14 * DAY, 'v5', 'v2'),
  delivered(15 * DAY, 'v6', 'v5', { endedAtMs: 15 * DAY + 7 * MINUTE }),
  delivered(15.5 * DAY, 'v7', 'v6', { outcome: 'stopped', beganAtMs: null, trafficAtMs: null }),
  delivered(16 * DAY, 'v8', 'v6', { outcome: 'needs-human' }),
];

test('a week that was counted by hand comes out as it was counted', () => {
  expect(deliveryIn(week, WINDOW)).toEqual({
    days: 7,
    changed: 6,
    deployed: 4,
    stopped: 1,
    failed: 3,
    takenBack: 2,
    rollbacksOfOthers: 0,
    // v2 ended five minutes after day 10, with commits one and two days older; v4 with one.
    leadTimesMs: [DAY + 5 * MINUTE, 2 * DAY + 5 * MINUTE, DAY + 5 * MINUTE],
    deployedWithCommits: 2,
    // v3: traffic after 2 minutes, back after 5. v4: from then until the end of the rollback a day later.
    restoreTimesMs: [3 * MINUTE, DAY - MINUTE],
    rollbackTimesMs: [MINUTE, MINUTE],
    deploymentTimesMs: [5 * MINUTE, 5 * MINUTE, 5 * MINUTE, 7 * MINUTE],
  });
});

test('a deployment that was reverted after the window still failed in it', () => {
  const early = { fromMs: 10 * DAY, untilMs: 13 * DAY };
  expect(deliveryIn(week, early)).toMatchObject({ changed: 3, failed: 2, takenBack: 2 });
});

test('a rollback of what was deployed before the window fails nothing in it, and is counted aside', () => {
  const late = { fromMs: 12.5 * DAY, untilMs: 13.5 * DAY };
  expect(deliveryIn(week, late)).toMatchObject({ changed: 0, failed: 0, takenBack: 0 });
  const strange = [delivered(11 * DAY, 'v2', 'v1'), rollBack(12 * DAY, 'v1', 'v9')];
  expect(deliveryIn(strange, WINDOW)).toMatchObject({ changed: 1, failed: 0, rollbacksOfOthers: 1 });
});

test('going back from a rollback reverts no deployment', () => {
  const story = [
    delivered(11 * DAY, 'v1', 'v0'),
    delivered(12 * DAY, 'v2', 'v1'),
    rollBack(13 * DAY, 'v1', 'v2'),
    rollBack(14 * DAY, 'v2', 'v1'),
  ];
  expect(deliveryIn(story, WINDOW)).toMatchObject({ changed: 2, failed: 1, rollbacksOfOthers: 1 });
});

test('a deployment that was rolled back twice failed once, and changes are never the denominator', () => {
  const both = [
    delivered(11 * DAY, 'v2', 'v1', {
      targets: [
        { id: 'web/production', version: 'v2', before: 'v1' },
        { id: 'api/production', version: 'v2', before: 'v1' },
      ],
      commitTimesMs: Array.from({ length: 50 }, () => 10 * DAY),
    }),
    rollBack(12 * DAY, 'v1', 'v2'),
    rollBack(13 * DAY, 'v1', 'v2', { targets: [{ id: 'api/production', version: 'v1', before: 'v2' }] }),
  ];
  expect(deliveryIn(both, WINDOW)).toMatchObject({ changed: 1, failed: 1, takenBack: 1 });
  expect(deliveryIn(both, WINDOW).leadTimesMs).toHaveLength(50);
});

test('what never had traffic had nothing to restore, and a commit from the future says nothing', () => {
  const story = [
    delivered(11 * DAY, 'v2', 'v1', { outcome: 'rolled-back', trafficAtMs: null, turnedAtMs: 11 * DAY }),
    delivered(12 * DAY, 'v3', 'v1', { commitTimesMs: [13 * DAY] }),
  ];
  expect(deliveryIn(story, WINDOW)).toMatchObject({ failed: 1, restoreTimesMs: [], leadTimesMs: [] });
});

test('nothing at all is nothing, and no number is made of it', () => {
  expect(deliveryIn([], WINDOW)).toMatchObject({ changed: 0, failed: 0, leadTimesMs: [] });
  expect(median([])).toBeNull();
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test('failures are never more than deployments, whatever happened', () => {
  const event = fc.record({
    atMs: fc.integer({ min: 0, max: 40 }).map((half) => half * DAY * 0.5),
    version: fc.constantFrom('v1', 'v2', 'v3'),
    before: fc.constantFrom('v1', 'v2', 'v3'),
    purpose: fc.constantFrom('deploy' as const, 'roll-back' as const),
    outcome: fc.constantFrom('deployed', 'rolled-back', 'stopped', 'needs-human' as const),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const all = events.map(({ atMs, version, before, purpose, outcome }) =>
        delivered(atMs, version, before, {
          purpose,
          outcome: outcome as Delivered['outcome'],
          turnedAtMs: atMs,
        }),
      );
      const found = deliveryIn(all, WINDOW);
      expect(found.failed).toBeLessThanOrEqual(found.changed);
      expect(found.takenBack).toBeLessThanOrEqual(found.failed);
      expect(found.deployed).toBeLessThanOrEqual(found.changed);
      for (const ms of [...found.restoreTimesMs, ...found.rollbackTimesMs])
        expect(ms).toBeGreaterThanOrEqual(0);
    }),
  );
});
