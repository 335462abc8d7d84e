import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutboxRow } from '../../store/store.ts';
import { nothingSpent, pace, type Spent, schedule } from './schedule.ts';

const START_MS = 1_795_000_000_000;

function row(id: number, more: Partial<OutboxRow> = {}): OutboxRow {
  const deploymentId = `d-${id}`;
  return {
    id,
    key: `card/${deploymentId}`,
    stream: `card/${deploymentId}`,
    lane: 'progress',
    content: { kind: 'card', deploymentId, environment: 'staging', seq: null },
    revision: 1,
    claimFence: 1,
    attempts: 1,
    isUncertain: false,
    ref: { channel: 'C1', ts: `${id}.1` },
    ...more,
  };
}

const at = (nowMs: number) => ({ nowMs, channelOf: () => 'C1', isFree: () => false });
const ids = (rows: readonly OutboxRow[]) => rows.map(({ id }) => id);

test('edits of one message keep apart, unless what it says is critical', () => {
  const first = schedule(nothingSpent, [row(1)], at(START_MS));
  expect(ids(first.go)).toEqual([1]);
  const soon = schedule(first.spent, [row(1)], at(START_MS + 500));
  expect(soon.wait).toEqual([{ row: row(1), inMs: pace.editSpacingMs - 500 }]);
  expect(ids(schedule(first.spent, [row(1, { lane: 'critical' })], at(START_MS + 500)).go)).toEqual([1]);
  expect(ids(schedule(first.spent, [row(1)], at(START_MS + pace.editSpacingMs)).go)).toEqual([1]);
});

test('critical rows go first, then what was never shown, and some edits are kept for them', () => {
  const rows = Array.from({ length: 12 }, (_, index) => row(index));
  const { go, spent } = schedule(nothingSpent, rows, at(START_MS));
  expect(go).toHaveLength(pace.update.burst - pace.updateReserve);
  const late = [
    row(50),
    row(51, { lane: 'critical' }),
    row(52, { lane: 'critical' }),
    row(53, { ref: null }),
  ];
  expect(ids(schedule(spent, late, at(START_MS)).go)).toEqual([51, 52, 53]);
});

test('an edit is kept for who has waited longer, even while they are not asking', () => {
  const many = Array.from({ length: pace.update.burst }, (_, index) => row(index));
  const first = schedule(nothingSpent, many, at(START_MS));
  const waiting = first.wait[0]?.row ?? expect.fail('nobody waits');
  const room = START_MS + 1_700;
  expect(schedule({ ...first.spent, queue: new Map() }, [row(90)], at(room)).go).toHaveLength(1);
  const second = schedule(first.spent, [row(90)], at(room));
  expect(second.go).toEqual([]);
  expect(schedule(second.spent, [waiting], at(room)).go).toEqual([waiting]);
});

test('a method that Slack has limited is left alone for as long as it said, and only that one', () => {
  const spent: Spent = { ...nothingSpent, blockedUntilMs: new Map([['chat.update', START_MS + 30_000]]) };
  const { go, wait } = schedule(spent, [row(1), row(2, { ref: null })], at(START_MS));
  expect(ids(go)).toEqual([2]);
  expect(wait.map(({ inMs }) => inMs)).toEqual([30_000]);
});

test('what needs no call costs nothing', () => {
  const rows = Array.from({ length: 40 }, (_, index) => row(index));
  expect(schedule(nothingSpent, rows, { ...at(START_MS), isFree: () => true }).go).toHaveLength(40);
});

test('in no minute there are more than 45 edits or 60 posts in a channel, whatever comes when', () => {
  const arrivals = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 4_000 }),
      ids: fc.array(fc.nat(60), { maxLength: 40 }),
      isCritical: fc.boolean(),
      isNew: fc.boolean(),
    }),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(arrivals, (rounds) => {
      let spent = nothingSpent;
      let nowMs = START_MS;
      const sent: { atMs: number; isNew: boolean }[] = [];
      for (const { afterMs, ids: wanted, isCritical, isNew } of rounds) {
        nowMs += afterMs;
        const more = {
          ...(isCritical ? { lane: 'critical' as const } : {}),
          ...(isNew ? { ref: null } : {}),
        };
        const rows = [...new Set(wanted)].map((id) => row(id, more));
        const scheduled = schedule(spent, rows, at(nowMs));
        expect(scheduled.go.length + scheduled.wait.length).toBe(rows.length);
        for (const { inMs } of scheduled.wait) expect(inMs).toBeGreaterThan(0);
        sent.push(...scheduled.go.map(({ ref }) => ({ atMs: nowMs, isNew: ref === null })));
        spent = scheduled.spent;
      }
      for (const { atMs } of sent) {
        const minute = sent.filter((each) => each.atMs >= atMs && each.atMs < atMs + 60_000);
        expect(minute.filter((each) => !each.isNew).length).toBeLessThanOrEqual(45);
        expect(minute.filter((each) => each.isNew).length).toBeLessThanOrEqual(60);
      }
    }),
  );
});
