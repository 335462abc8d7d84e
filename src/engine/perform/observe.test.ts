import { expect, test } from 'vitest';
import { begunBy, openOffice } from '../../../test/support/office/office.ts';
import type { Counters } from '../../platform/platform.ts';
import { createEngine } from '../engine.ts';

/** A deployment that is watched for a minute, over counters that a test holds in its hands. */
async function watch() {
  const office = openOffice();
  const counted = { requests: 500, errors: 4 };
  const measure = async (): Promise<Counters> => ({
    atMs: office.nowMs(),
    ...counted,
    latencyBuckets: [{ upToMs: Number.POSITIVE_INFINITY, count: counted.requests }],
    cpuPercent: null,
    memoryMb: null,
  });
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) => ({
      ...service,
      targets: service.targets.map((target) => ({
        ...target,
        criteria: { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 20 },
      })),
    })),
  };
  const siteOf: typeof office.parts.siteOf = (target) => ({ ...office.parts.siteOf(target), measure });
  const engine = createEngine({ ...office.parts, siteOf });
  const id = begunBy(await office.as('U0ANN').deploy(office.order('v2', { environment: 'staging' })));
  /** Visits until this is so, and lets requests come in as time passes. */
  async function until(isSo: () => Promise<boolean>, failing: number): Promise<void> {
    for (let visit = 0; visit < 60 && !(await isSo()); visit++) {
      await office.during(engine.advance(id));
      office.pass(10_000);
      counted.requests += 30;
      counted.errors += 30 * failing;
    }
  }
  const isMarked = async () => (await office.kinds(id)).includes('marked');
  const isOver = async () => (await office.deployment(id)).outcome !== null;
  return {
    untilMarked: () => until(isMarked, 0),
    untilOver: (failing: number) => until(isOver, failing),
    countAnew() {
      counted.requests = 0;
      counted.errors = 0;
    },
    outcome: async () => (await office.deployment(id)).outcome,
  };
}

test('counters that begin anew while a good version is watched are no reason to take it back', async () => {
  const { untilMarked, untilOver, countAnew, outcome } = await watch();
  await untilMarked();
  countAnew();
  await untilOver(0);
  expect(await outcome()).toBe('deployed');
});

test('counters that begin anew hide no error that is counted after that', async () => {
  const { untilMarked, untilOver, countAnew, outcome } = await watch();
  await untilMarked();
  countAnew();
  await untilOver(0.5);
  expect(await outcome()).toBe('rolled-back');
});
