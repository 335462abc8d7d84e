import { expect, test } from 'vitest';
import { readMoment } from '../../core/calendar/read-moment.ts';
import { SubmissionPayload, valuesOf } from './payload.ts';

function submitted(when: unknown): Record<string, string> {
  const view = { id: 'V1', callback_id: 'v1:form', state: { values: { when: { 'v1:moment': when } } } };
  return valuesOf(SubmissionPayload.parse({ user: { id: 'U1' }, view }).view.state);
}

test('a picked moment comes in as words that stand for the same second in every zone', () => {
  const atMs = Date.parse('2027-10-31T01:30:00Z');
  const { when = '' } = submitted({ type: 'datetimepicker', selected_date_time: atMs / 1_000 });
  expect(when).toBe('2027-10-31T01:30:00Z');
  for (const zone of ['Europe/Berlin', 'Asia/Tokyo', 'UTC']) {
    expect(readMoment(when, { zone, nowMs: 0 })).toMatchObject({ kind: 'moment', atMs });
  }
});

test('a picker that nobody touched is left out', () => {
  expect(submitted({ type: 'datetimepicker', selected_date_time: null })).toEqual({});
  expect(submitted({ type: 'datetimepicker' })).toEqual({});
});

test.each([-1, 1.5, 1e12, '2027', Number.NaN])('%s is no moment that Slack sends', (selected_date_time) => {
  expect(() => submitted({ type: 'datetimepicker', selected_date_time })).toThrow();
});
