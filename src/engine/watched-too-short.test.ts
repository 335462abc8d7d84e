import { expect, test } from 'vitest';
import { openOffice } from '../../test/support/office/office.ts';
import { plain } from '../core/text.ts';
import { usualWatch } from '../core/watch.ts';

const clouds = { name: 'clouds', kind: 'clouds', lateMs: () => 240_000 };

/** Where a version is watched by the place itself and by a source that is four minutes late. */
function officeWithClouds() {
  const office = openOffice();
  const watch = { ...usualWatch, sources: [...usualWatch.sources, { from: 'clouds', query: {} }] };
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) => ({
      ...service,
      targets: service.targets.map((target) => ({ ...target, watch })),
    })),
  };
  office.parts.metricNamed = (name) => (name === 'clouds' ? clouds : null);
  return office;
}

async function ordered(observeMs: number | null, strategy: string | null = null) {
  const office = officeWithClouds();
  const order = office.order('v2', { environment: 'staging', observeMs, strategy });
  return office.as('U0ANN').deploy(order);
}

test('who orders shares to be watched for less than the numbers are late is told what to type', async () => {
  const said = await ordered(60_000);
  if (said.kind !== 'refusal') throw new Error(`it was ${said.kind}`);
  expect(said.code).toBe('bad-arguments');
  expect(plain(said.message)).toBe(
    '1 m is too short to watch api/staging: the numbers of clouds may be known 4 m late, and what is not known to be good goes back after 2 m 30 s.',
  );
  expect(plain(said.next ?? [])).toContain('--bake 3m30s');
});

test('what is watched for long enough begins, and what says nothing of it is watched as configured', async () => {
  expect((await ordered(210_000)).kind).not.toBe('refusal');
  expect((await ordered(null)).kind).not.toBe('refusal');
});
