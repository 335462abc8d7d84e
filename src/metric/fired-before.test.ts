import { expect, test } from 'vitest';
import { alarmsVerdict } from './cloudwatch/alarms.ts';
import { monitorVerdict } from './datadog/monitors.ts';
import { isFromBefore } from './fired-before.ts';

const SINCE_MS = Date.UTC(2026, 10, 20, 12);
const asked = { trafficSinceMs: SINCE_MS };

const alarm = (name: string, since: number | null) => ({
  AlarmName: name,
  StateValue: 'ALARM',
  StateTransitionedTimestamp: since === null ? null : new Date(since),
});
const alarms = (...given: ReturnType<typeof alarm>[]) =>
  alarmsVerdict(
    asked,
    given.map(({ AlarmName }) => AlarmName),
    { MetricAlarms: given, CompositeAlarms: [] },
  );
const monitor = (groups: Record<string, { status: string; last_triggered_ts: number | null }>) =>
  monitorVerdict(asked, { id: 1, name: 'errors', overall_state: 'Alert', state: { groups } });

test('what fired before the new version had traffic is not laid on it, nor is it a reason to trust it', () => {
  expect(alarms(alarm('a', SINCE_MS - 1))).toEqual({
    kind: 'unknown',
    because: "was so before the new version had any traffic, and is not laid on it: CloudWatch's alarm a",
  });
  expect(monitor({ 'host:a': { status: 'Alert', last_triggered_ts: SINCE_MS / 1_000 - 60 } })).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining("Datadog's monitor errors"),
  });
});

test('what began with it, or later, is a no, whatever fired before it', () => {
  expect(alarms(alarm('a', SINCE_MS)).kind).toBe('fail');
  expect(alarms(alarm('a', SINCE_MS - 1), alarm('b', SINCE_MS + 1))).toMatchObject({
    kind: 'fail',
    because: expect.stringContaining('alarm b'),
  });
  const groups = {
    'host:a': { status: 'Alert', last_triggered_ts: SINCE_MS / 1_000 - 60 },
    'host:b': { status: 'Alert', last_triggered_ts: SINCE_MS / 1_000 + 60 },
  };
  expect(monitor(groups).kind).toBe('fail');
  // One that is well again has nothing to do with it.
  expect(monitor({ ...groups, 'host:b': { ...groups['host:b'], status: 'OK' } }).kind).toBe('unknown');
});

test('what nobody says the beginning of is a no', () => {
  expect(alarms(alarm('a', null)).kind).toBe('fail');
  expect(monitor({}).kind).toBe('fail');
  expect(monitor({ 'host:a': { status: 'Alert', last_triggered_ts: null } }).kind).toBe('fail');
  expect(isFromBefore(asked, Number.NaN)).toBe(false);
  expect(isFromBefore({}, 0)).toBe(false);
});
