import { expect, test } from 'vitest';
import { alertmanager } from './metric-alertmanager.ts';
import { prometheusAlerts } from './metric-prometheus.ts';

const way = { fetch: globalThis.fetch, clock: { nowMs: Date.now, sleep: async () => undefined } };

test.each([prometheusAlerts, alertmanager])(
  'an alert of $name that fired before the version had traffic is not laid on it, and a newer one is',
  async ({ open }) => {
    const world = await open(way);
    try {
      world.be('ill');
      const asked = world.asked();
      const verdict = (trafficSinceMs: number) => world.source().verdict?.({ ...asked, trafficSinceMs });
      expect(await verdict(asked.nowMs + 1)).toMatchObject({
        kind: 'unknown',
        because: expect.stringMatching(
          /^was so before the new version had any traffic, .*: (TooManyErrors|Slow)$/,
        ),
      });
      expect(await verdict(asked.nowMs - 1)).toMatchObject({ kind: 'fail' });
      world.be('well');
      expect(await verdict(asked.nowMs + 1)).toMatchObject({ kind: 'pass' });
    } finally {
      await world.close();
    }
  },
);
