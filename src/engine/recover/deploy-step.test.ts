import { beforeEach, expect, test } from 'vitest';
import { type Office, openOffice } from '../../../test/support/office/office.ts';
import type { ConfiguredGate } from '../../core/catalog.ts';
import type { RunbookStep } from '../../core/runbook.ts';
import { deployStep } from './deploy-step.ts';
import type { Task } from './task.ts';

const step: Extract<RunbookStep, { kind: 'deploy' }> = {
  kind: 'deploy',
  name: 'bring-up',
  phase: 'deploy',
  withinMs: 60_000,
  needs: [],
  isDrillSafe: true,
  undo: null,
  service: 'api',
  environment: 'staging',
  from: 'production',
};
const closed: ConfiguredGate = { gate: 'business-hours', settings: { open: 'mon 03:00 - 03:01 UTC' } };

let office: Office;

beforeEach(() => {
  office = openOffice();
  const services = office.catalog.services.map((service) => ({
    ...service,
    targets: service.targets.map((target) => ({ ...target, gates: [closed] })),
  }));
  office.catalog = { ...office.catalog, services };
});

/** What the plan of the deployment that a run began leaves out. */
async function leftOut(requestedBy: string, isDrill: boolean) {
  const run = {
    requestedBy,
    isDrill,
    runbook: { name: 'lost' },
    chosen: [{ step: step.name, service: 'api', version: 'v2', from: 'production' }],
  };
  const state = { deploymentId: null, attempts: 1 };
  const intend = async () => true;
  const task = { parts: office.parts, id: 'r-1', run, state, intend } as unknown as Task;
  const done = await office.during(deployStep(task, step));
  if (done?.kind !== 'link') throw new Error(JSON.stringify(done));
  const { plan } = await office.deployment(done.deploymentId);
  return plan.waived?.map(({ gate, by }) => `${gate} by ${by}`) ?? [];
}

test('nobody waits for the morning to recover, and the plan says who took that upon themselves', async () => {
  expect(await leftOut('U0DAN', false)).toEqual(['business-hours by U0DAN']);
});

test('a drill waits for its hours, and so does whoever may leave out no gate', async () => {
  expect(await leftOut('U0DAN', true)).toEqual([]);
  expect(await leftOut('U0ANN', false)).toEqual([]);
});
