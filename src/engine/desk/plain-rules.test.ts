import { expect, test } from 'vitest';
import { openOffice } from '../../../test/support/office/office.ts';

const SAMPLE_MS = 30_000;

/** The preview of a protected place with criteria, after so many samples of it. */
async function preview(samples: number, errorPercentMax: number): Promise<string> {
  const office = openOffice();
  const criteria = { errorPercentMax, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 20 };
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) => ({
      ...service,
      targets: service.targets.map((target) => ({ ...target, criteria })),
    })),
  };
  office.pass(3_600_000);
  await office.store.samples.keep(
    Array.from({ length: samples }, (_, index) => ({
      targetId: 'api/production',
      fromMs: office.nowMs() - (index + 1) * SAMPLE_MS,
      toMs: office.nowMs() - index * SAMPLE_MS,
      measuredMs: SAMPLE_MS,
      requests: 600,
      errors: 2,
      latencyBuckets: [],
      memoryMb: null,
    })),
  );
  const shown = await office.as('U0ANN').deploy(office.order('v2', { environment: 'production' }));
  return JSON.stringify(shown);
}

test('who is asked for approval sees how often the same limit would alarm for nothing as a plain threshold', async () => {
  expect(await preview(20, 0.5)).toMatch(/errors ≤ 0.5 % in (\d+|\d\.\d) % of rollouts/);
});

test('where that hardly ever happens, or nobody knows the traffic, nothing is said', async () => {
  expect(await preview(20, 50)).not.toContain('plain thresholds');
  expect(await preview(3, 0.5)).not.toContain('plain thresholds');
});
