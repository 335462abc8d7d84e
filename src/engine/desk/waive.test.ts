import { beforeEach, expect, test } from 'vitest';
import {
  begunBy,
  grant,
  type Office,
  openOffice,
  planIn,
  said,
} from '../../../test/support/office/office.ts';
import type { Catalog } from '../../core/catalog.ts';
import type { DeployOrder } from '../../core/desk.ts';
import { planParts } from '../../core/plan-parts.ts';
import { reportMarkdown } from '../../core/report-markdown.ts';
import { reportOf } from '../../core/report-of.ts';
import { renderCard } from '../../slack/render/card.ts';

const gates = [
  { gate: 'dependencies-healthy', settings: {} },
  { gate: 'serves-version', settings: {} },
];
const why = 'web is being rebuilt, and nobody calls it';
const waiving: Partial<DeployOrder> = { waives: ['dependencies-healthy'], why };

let office: Office;
beforeEach(() => {
  office = openOffice();
  office.catalog = withGates({
    ...office.catalog,
    grants: [...office.catalog.grants, grant('release-manager', ['U0ANN'])],
  });
});

function withGates(catalog: Catalog): Catalog {
  const services = catalog.services.map((service) => ({
    ...service,
    targets: service.targets.map((target) => ({ ...target, gates })),
  }));
  return { ...catalog, services };
}

const order = (who: string, more: Partial<DeployOrder>) => office.as(who).deploy(office.order('v2', more));
const inStaging = { environment: 'staging' };

test('a waived gate is not asked, and who waived it why is part of the plan', async () => {
  const { plan } = await office.deployment(await office.request('v2', 'U0ANN', waiving));
  expect(plan.steps.flatMap((step) => (step.kind === 'check' ? [step.gate] : []))).toEqual([
    'serves-version',
  ]);
  expect(plan.waived).toEqual([{ gate: 'dependencies-healthy', target: 'api/production', by: 'U0ANN', why }]);
});

test('a waiver is loud: in the plan that is shown, on the card and in the report', async () => {
  const id = await office.request('v2', 'U0ANN', waiving);
  const deployment = await office.deployment(id);
  const report = reportOf(id, deployment);
  const sentence = `dependencies-healthy is not asked at api/production: ${why} (U0ANN)`;
  expect(JSON.stringify(planParts(deployment.plan, deployment.hash))).toContain(sentence);
  expect(JSON.stringify(renderCard(report))).toContain(sentence);
  expect(reportMarkdown(report)).toContain('## Waived');
});

test('a deployment that waives is shown first where it would have begun at once', async () => {
  const shown = await order('U0ANN', { ...inStaging, ...waiving });
  expect(said(shown)).toContain('Nothing has been changed yet');
  expect(JSON.stringify(shown)).toContain('Deploy without asking dependencies-healthy');
  begunBy(await order('U0ANN', { ...inStaging, ...waiving, plan: planIn(shown) }));
});

test('the button of what was shown waives the same for the same reason', async () => {
  const shown = await order('U0ANN', { ...inStaging, ...waiving });
  const [offer] = shown.kind === 'answer' ? (shown.offers ?? []) : [];
  expect(offer?.text).toContain('--waive dependencies-healthy');
  expect(offer?.text).toContain(`--reason "${why}"`);
});

test('an approval of the plan without the waiver does not count for the plan with it', async () => {
  const without = planIn(await order('U0ANN', { environment: 'production', why }));
  const waived = await order('U0ANN', { environment: 'production', ...waiving, plan: without });
  expect(waived).toMatchObject({ code: 'plan-changed' });
});

test.each<[string, string, Partial<DeployOrder>, string]>([
  ['without a reason', 'U0ANN', { ...waiving, why: null }, 'bad-arguments'],
  ['by whoever may only deploy', 'U0DAN2', waiving, 'not-allowed'],
  ['of what cannot be waived', 'U0ANN', { ...waiving, waives: ['serves-version'] }, 'not-allowed'],
  ['of what is not asked there', 'U0ANN', { ...waiving, waives: ['no-alerts'] }, 'not-found'],
])('a waiver %s is refused', async (_, who, more, code) => {
  office.catalog = { ...office.catalog, grants: [...office.catalog.grants, grant('deployer', ['U0DAN2'])] };
  expect(await order(who, { ...inStaging, ...more })).toMatchObject({ kind: 'refusal', code });
});

test('who misspells a gate is offered the right one', async () => {
  const refused = await order('U0ANN', { ...inStaging, ...waiving, waives: ['dependencies-helthy'] });
  expect(JSON.stringify(refused)).toContain('--waive dependencies-healthy');
});

test('a plan whose waiver is not theirs any more when it starts does not start', async () => {
  const id = await office.request('v2', 'U0ANN', waiving);
  await office.approve(id);
  office.catalog = {
    ...office.catalog,
    grants: office.catalog.grants.filter(({ role }) => role !== 'release-manager'),
  };
  await office.visit(id);
  expect(await office.deployment(id)).toMatchObject({
    outcome: 'stopped',
    because: 'whoever waived its gates may not do that there any more',
  });
});
