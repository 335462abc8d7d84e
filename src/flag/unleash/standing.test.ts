import { expect, test } from 'vitest';
import { Feature, standingOf } from './standing.ts';

const place = { key: 'new-checkout', environment: 'production' };

function feature(strategy: object, more: object = {}) {
  const rollout = { id: 's1', name: 'flexibleRollout', parameters: { rollout: '25' }, ...strategy };
  const environments = [{ name: 'production', enabled: true, strategies: [rollout] }];
  return Feature.parse({ name: 'new-checkout', environments, ...more });
}

test('whatever decides before the percentage is said', () => {
  const said = (strategy: object, more?: object) => standingOf(feature(strategy, more), place).caveats.join();
  expect(said({})).toBe('');
  expect(said({ constraints: [], segments: [] })).toBe('');
  for (const before of [{ constraints: [{}] }, { segments: [7] }]) {
    expect(said(before)).toContain('come before the percentage');
  }
  expect(said({}, { dependencies: [{ feature: 'checkout' }] })).toContain('other flags decide before it');
});

test('an archived flag is off', () => {
  expect(standingOf(feature({}), place)).toMatchObject({ isOn: true, rolloutPercent: 25 });
  expect(standingOf(feature({}, { archived: true }), place)).toMatchObject({ isOn: false });
});
