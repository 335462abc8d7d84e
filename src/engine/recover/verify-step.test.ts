import { beforeEach, expect, test } from 'vitest';
import { type Office, openOffice } from '../../../test/support/office/office.ts';
import type { ConfiguredGate } from '../../core/catalog.ts';
import type { RunbookStep } from '../../core/runbook.ts';
import type { Task } from './task.ts';
import { verifyStep } from './verify-step.ts';

const step: Extract<RunbookStep, { kind: 'verify' }> = {
  kind: 'verify',
  name: 'check',
  phase: 'verify',
  withinMs: 60_000,
  needs: [],
  isDrillSafe: true,
  undo: null,
  service: 'api',
  environment: 'staging',
};
const base = 'https://api.example.com';

let office: Office;
let status: number;

beforeEach(() => {
  office = openOffice();
  status = 200;
  const answer = async () => ({ status, header: () => 'v1', text: '' });
  Object.assign(office.parts, { reach: { answer } });
});

async function verified(...gates: readonly ConfiguredGate[]) {
  const services = office.catalog.services.map((service) => ({
    ...service,
    targets: service.targets.map((target) => ({ ...target, gates })),
  }));
  office.catalog = { ...office.catalog, services };
  return office.during(verifyStep({ parts: office.parts } as Task, step));
}

const closed: ConfiguredGate = { gate: 'business-hours', settings: { open: 'mon 03:00 - 03:01 UTC' } };
const staged: ConfiguredGate = { gate: 'staged-first', settings: { environment: 'mars' } };
const smoke: ConfiguredGate = { gate: 'smoke', settings: { base } };

test('a recovery at night is one, although nobody may deploy', async () => {
  expect(await verified(closed, staged, smoke)).toMatchObject({
    how: 'done',
    note: 'v1 serves, and 1 gate passes',
  });
});

test('what does not answer as it should has not recovered', async () => {
  status = 503;
  expect(await verified(closed, smoke)).toMatchObject({
    how: 'failed',
    note: 'GET / answered 503 and not 200',
  });
});

test('what it needs is asked too, and a gate that is gone is not known', async () => {
  expect(await verified({ gate: 'dependencies-healthy', settings: {} })).toMatchObject({ how: 'done' });
  expect(await verified({ gate: 'gone', settings: {} })).toMatchObject({
    kind: 'note',
    say: 'not known: there is no gate named gone',
  });
});
