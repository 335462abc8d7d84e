import { expect, test } from 'vitest';
import { begunBy, openOffice } from '../../test/support/office/office.ts';
import type { Reply } from '../core/answer.ts';
import { isRefusal } from '../core/refusal.ts';
import { plain, utc } from '../core/text.ts';
import { driftOf, sayDrift } from './drift.ts';
import { heldAmong } from './held-places.ts';

const staging = { service: 'api', environment: 'staging' } as const;
const DRIFT = 4;

const partsOf = (reply: Reply) => (isRefusal(reply) ? [] : reply.parts);
const cells = (reply: Reply) => partsOf(reply).flatMap((part) => (part.kind === 'table' ? part.rows : []));
const sentenceOf = (reply: Reply) => (isRefusal(reply) ? plain(reply.message) : reply.sentence);
const texts = (reply: Reply) =>
  partsOf(reply).flatMap((part) => (part.kind === 'text' ? [plain(part.text)] : []));

/** A canary that has its first share of the traffic, at a place that was looked at meanwhile. */
async function underWay() {
  const office = openOffice();
  const criteria = { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 20 };
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) => ({
      ...service,
      targets: service.targets.map((target) => ({ ...target, criteria })),
    })),
  };
  const id = begunBy(await office.as('U0ANN').deploy(office.order('v2', { ...staging, strategy: 'canary' })));
  for (let visits = 0; visits < 4; visits += 1) await office.visit(id);
  office.pass(20_000);
  await office.engine.reconciler.round();
  return {
    office,
    id,
    status: () => office.as('U0ANN').status({ ...staging, deployment: null }),
    adopting: async () => sentenceOf(await office.as('U0ANN').adopt({ ...staging, seen: '0123456789ab' })),
  };
}

test('a place where a deployment goes on by itself is held by nobody', async () => {
  const { adopting, status } = await underWay();
  const reply = await status();
  expect(cells(reply)[0]?.[DRIFT]).toBe('a deployment is on its way');
  expect(texts(reply).join('\n')).not.toContain('is held');
  expect(sentenceOf(reply)).toMatch(/\. 1 deployment is on its way\.$/);
  expect(await adopting()).toBe('A deployment of api in staging is on its way, and decides what is there.');
});

test('a place that somebody holds is said to be held, by whom and since when', async () => {
  const { adopting, office, id, status } = await underWay();
  const since = utc(office.nowMs());
  expect(await office.as('U0DAN').hold(id, 'I want to look at it')).toMatchObject({ kind: 'answer' });
  office.pass(300_000);
  const reply = await status();
  expect(cells(reply)[0]?.[DRIFT]).toBe(`held by U0DAN since ${since}`);
  expect(texts(reply)).toContain(`api/staging is held by @U0DAN, since ${since}: nothing new begins there.`);
  expect(sentenceOf(reply)).toMatch(/\. 1 deployment is held\.$/);
  expect(await adopting()).toBe(
    `api in staging is held by @U0DAN, since ${since}: nothing new begins there.`,
  );
  const compared = await office.as('U0ANN').drift({ ...staging, between: null });
  expect(JSON.stringify(compared)).toContain(`held by U0DAN since ${since}`);
  await office.as('U0DAN').goOn(id, null);
  expect(cells(await status())[0]?.[DRIFT]).toBe('a deployment is on its way');
});

test('what waits for its turn is not said to be on its way', async () => {
  const { office, status } = await underWay();
  begunBy(await office.as('U0ANN').deploy(office.order('v3', { ...staging, queue: true })));
  expect(sentenceOf(await status())).toMatch(/\. 1 deployment is on its way, 1 waits\.$/);
});

test('a place whose deployment ended so that a person has to look is held by it', async () => {
  const { adopting, office, id, status } = await underWay();
  const { find } = office.store.journal;
  const endedAtMs = office.nowMs();
  office.store.journal.find = async (which) => {
    const summary = await find(which);
    return summary && { ...summary, outcome: 'needs-human', endedAtMs };
  };
  const reply = await status();
  const since = utc(endedAtMs);
  expect(cells(reply)[0]?.[DRIFT]).toBe(`held by ${id} since ${since}: a person has to look at it`);
  expect(texts(reply)).toContain(`api/staging is held by ${id}, since ${since}: a person has to look at it.`);
  expect(await adopting()).toBe(
    `api in staging is held by ${id}, since ${since}: a person has to look at it.`,
  );
});

test('what nobody has, and what is not known any more, is held by nobody', async () => {
  const { office } = await underWay();
  const states = [
    { id: 'web/staging', takenBy: null },
    { id: 'docs/staging', takenBy: 'd-gone' },
  ];
  expect([...(await heldAmong(office.store.journal, states))]).toEqual([]);
});

test('a product that waits for a decision is held until somebody makes it', () => {
  const seen = { atMs: 1, problem: null, releases: [] };
  const drift = driftOf({ believed: null, takenBy: 'd-1' }, seen, { how: 'undecided' });
  expect(sayDrift(drift)).toBe('held until somebody decides what becomes of it');
});
