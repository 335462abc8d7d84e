import { expect, test } from 'vitest';
import { directionOf, nameIntent } from './intent.ts';

test('an environment or a service that is called forward or backward turns no call around', () => {
  for (const name of ['forward', 'backward', 'staging']) {
    for (const direction of ['forward', 'backward'] as const) {
      expect(directionOf(nameIntent('d-7f3a9k2m', `release.api/${name}`, direction, 1))).toBe(direction);
      expect(directionOf(nameIntent('d-7f3a9k2m', `release.${name}/staging`, direction, 12))).toBe(direction);
    }
  }
});
