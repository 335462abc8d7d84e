import { beforeEach, expect, test } from 'vitest';
import { begunBy, type Office, openOffice, planIn, said } from '../../../test/support/office/office.ts';
import type { ConfiguredGate } from '../../core/catalog.ts';
import type { Reach } from '../../gate/reach.ts';
import type { AnsweredOnce } from '../../http/answer-once.ts';

const base = 'https://api.example.com';
const gates: ConfiguredGate[] = [
  { gate: 'serves-version', settings: {} },
  { gate: 'business-hours', settings: { open: 'mon 09:00 - 10:00 UTC' } },
  { gate: 'smoke', settings: { base, requests: [{ path: '/health', versionHeader: 'x-version' }] } },
  { gate: 'certificate-valid', settings: { hosts: ['api.example.com'] } },
];

let office: Office;
let asked: string[];
let answer: () => Promise<AnsweredOnce | null>;

beforeEach(() => {
  office = openOffice();
  ask(gates);
  asked = [];
  answer = async () => ({ status: 200, header: () => 'v1', text: '' });
  const reach: Partial<Reach> = {
    answer: ({ url }) => {
      asked.push(url);
      return answer();
    },
    certificate: async (host) => {
      asked.push(host);
      const nowMs = office.nowMs();
      return { distrust: null, isForName: true, validFromMs: 0, validUntilMs: nowMs + 90 * 86_400_000 };
    },
  };
  Object.assign(office.parts, { reach });
});

/** Asks these at every place from now on. */
function ask(these: readonly ConfiguredGate[]): void {
  const services = office.catalog.services.map((service) => ({
    ...service,
    targets: service.targets.map((target) => ({ ...target, gates: these })),
  }));
  office.catalog = { ...office.catalog, services };
}

const health = () => office.during(office.as('U0ANN').health({ service: 'api', environment: 'staging' }));

test('who asks how a service is sees what its place asks of it at any time, and nothing of deployments', async () => {
  const shown = JSON.stringify(await health());
  expect(shown).toContain('"smoke","ok","GET /health answered with 200"');
  expect(shown).toContain('"certificate-valid","ok"');
  expect(shown).not.toContain('serves-version');
  expect(shown).not.toContain('business-hours');
  expect(asked.toSorted()).toEqual(['api.example.com', `${base}/health`]);
});

test('a service whose answers are wrong is not healthy, and one that says nothing is not known to be', async () => {
  answer = async () => ({ status: 503, header: () => 'v1', text: '' });
  expect(said(await health())).toBe('api is not healthy: GET /health answered 503 and not 200.');
  answer = async () => null;
  expect(said(await health())).toContain('not known to be healthy');
});

test('nobody waits for an answer that does not come', async () => {
  answer = () => new Promise(() => undefined);
  expect(JSON.stringify(await health())).toContain('there was no answer within 15 s');
});

test('nothing waits any more for an answer that has come', async () => {
  const { clock } = office.parts;
  const signals: (AbortSignal | undefined)[] = [];
  const sleep: typeof clock.sleep = (ms, signal) => {
    if (ms === 15_000) signals.push(signal);
    return clock.sleep(ms, signal);
  };
  Object.assign(office.parts, { clock: { ...clock, sleep } });
  await health();
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
});

test('while two versions serve, neither is asked for; the certificate is', async () => {
  const [v1] = office.world.places.get('api/staging') ?? [];
  const half = (name: string) => ({
    releaseId: `r-${name}`,
    commit: null,
    intentId: null,
    ...v1,
    name,
    trafficPercent: 50,
  });
  office.world.places.set('api/staging', [half('v1'), half('v2')]);
  const shown = JSON.stringify(await health());
  expect(shown).toContain('certificate-valid');
  expect(asked).toEqual(['api.example.com']);
});

test('a deployment is asked all of it, and a rollback nothing that could keep it from what was good', async () => {
  const asked = async (id: string) => {
    const { plan } = await office.deployment(id);
    return plan.steps.flatMap((step) => (step.kind === 'check' ? [step.gate] : []));
  };
  const staging = { environment: 'staging' };
  ask([]);
  const first = begunBy(await office.during(office.as('U0ANN').deploy(office.order('v2', staging))));
  for (let visit = 0; visit < 5; visit += 1) await office.visit(first);
  ask(gates);
  const back = { service: 'api', ...staging, to: null, why: null };
  const shown = await office.as('U0ANN').rollBack({ ...back, plan: null });
  const second = begunBy(await office.as('U0ANN').rollBack({ ...back, plan: planIn(shown) }));
  expect(await asked(second)).toEqual(['serves-version']);
  const other = begunBy(await office.as('U0ANN').deploy({ ...office.order('v2', staging), service: 'web' }));
  expect(await asked(other)).toEqual(['business-hours', 'serves-version', 'smoke', 'certificate-valid']);
});
