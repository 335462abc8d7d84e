import { expect, test } from 'vitest';
import { openIds } from './ids.ts';
import { openTriggers } from './trigger.ts';

function atTime() {
  const clock = { ms: 1_000_000 };
  const triggers = openTriggers(
    () => clock.ms,
    openIds(
      () => clock.ms,
      () => 0,
    ),
  );
  return { clock, triggers };
}

test('a trigger is good once', () => {
  const { triggers } = atTime();
  const id = triggers.issue('U1', 'V1');
  expect(triggers.redeem(id)).toMatchObject({ user: 'U1', viewId: 'V1' });
  expect(triggers.redeem(id)).toBe('exchanged_trigger_id');
});

test('a trigger is good for three seconds', () => {
  const { clock, triggers } = atTime();
  const [early, late] = [triggers.issue('U1', null), triggers.issue('U1', null)];
  clock.ms += 3_000;
  expect(triggers.redeem(early)).toMatchObject({ user: 'U1' });
  clock.ms += 1;
  expect(triggers.redeem(late)).toBe('expired_trigger_id');
});

test('a trigger that nobody issued is invalid', () => {
  expect(atTime().triggers.redeem('1.2.abc')).toBe('invalid_trigger_id');
});

test('triggers differ even where the random numbers do not, and old ones are forgotten', () => {
  const { clock, triggers } = atTime();
  const ids = Array.from({ length: 100 }, () => triggers.issue('U1', null));
  expect(new Set(ids).size).toBe(100);
  clock.ms += 11 * 60_000;
  triggers.issue('U1', null);
  expect(triggers.redeem(ids[0] ?? '')).toBe('invalid_trigger_id');
});
