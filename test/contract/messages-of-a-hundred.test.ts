import { expect, test } from 'vitest';
import { usual } from '../../src/core/desk.ts';
import { Failed } from '../../src/core/failure.ts';
import type { Site } from '../../src/platform/platform.ts';
import { sendingRound } from '../../src/slack/send/start-sending.ts';
import { begunBy, nothing, type Office, openOffice, planIn } from '../support/office/office.ts';
import { commitOf } from '../support/office/world.ts';
import { fakeSlack } from '../support/slack/fake-slack.ts';

const COUNT = 100;
const FAILING = 5;
const names = Array.from({ length: COUNT }, (_, index) => `s${index}`);

/** A hundred services in production; v2 of the last ones is not taken by their platform when it is to get traffic. */
function openCompany(): Office {
  const office = openOffice();
  const [service] = office.catalog.services;
  if (service === undefined) throw new Error('there is no service to copy');
  office.catalog = { ...office.catalog, services: names.map((name) => ({ ...service, name })) };
  for (const name of names) {
    const id = `${name}/production`;
    const v1 = {
      releaseId: `r1.${id}`,
      name: 'v1',
      commit: commitOf('v1'),
      trafficPercent: 100,
      intentId: null,
    };
    office.world.places.set(id, [v1]);
  }
  const siteOf = office.world.siteOf;
  const failing = new Set(names.slice(-FAILING).map((name) => `${name}/production`));
  office.world.siteOf = (id) => (failing.has(id) ? brittle(siteOf(id)) : siteOf(id));
  return office;
}

function brittle(site: Site): Site {
  return {
    ...site,
    async route(intent, shares) {
      const isNew = shares.some(
        ({ releaseId, trafficPercent }) => !releaseId.startsWith('r1.') && trafficPercent > 0,
      );
      if (isNew) throw new Failed({ code: 'rejected', message: 'it takes no traffic', retryAfterMs: null });
      return site.route(intent, shares);
    },
  };
}

/** Ann asks, bob approves. */
async function begin(office: Office, service: string): Promise<string> {
  const order = { ...office.order('v2'), ...usual, service };
  const plan = planIn(await office.as('U0ANN').deploy(order));
  const id = begunBy(await office.as('U0ANN').deploy({ ...order, plan }));
  const shown = planIn(await office.as('U0BOB').approve({ ...nothing, deployment: id }));
  await office.as('U0BOB').approve({ ...nothing, deployment: id, plan: shown });
  return id;
}

test('a hundred deployments to production, five of which fail, cost exactly these messages', async () => {
  const office = openCompany();
  const slack = fakeSlack(office.nowMs);
  const silent = () => undefined;
  const round = sendingRound({
    outbox: office.store.outbox,
    duties: office.store.duties,
    client: slack,
    reports: office.engine,
    configuration: {
      channelFor: (name) => `C-${name}`,
      isLoud: (name) => name === 'production',
      fallbackChannel: null,
    },
    clock: { nowMs: office.nowMs, after: () => silent },
    random: () => 0.5,
    owner: 'sender',
    log: { info: silent, warn: silent, error: silent },
  });
  const ids: string[] = [];
  for (const name of names) ids.push(await begin(office, name));
  const deadlineMs = office.nowMs() + 3 * 3_600_000;
  for (;;) {
    for (const id of await office.store.journal.due(COUNT)) await office.visit(id);
    await round();
    office.pass(250);
    const { rows } = await office.store.outbox.backlog();
    const active = await office.store.journal.list({
      service: null,
      environment: null,
      isActive: true,
      limit: 1,
    });
    if (rows === 0 && active.length === 0) break;
    if (office.nowMs() > deadlineMs) throw new Error(`not done: ${rows} rows, ${active.length} active`);
  }
  const outcomes = await Promise.all(ids.map(async (id) => (await office.deployment(id)).outcome));
  expect(outcomes.filter((outcome) => outcome === 'rolled-back')).toHaveLength(FAILING);
  expect(outcomes.filter((outcome) => outcome === 'deployed')).toHaveLength(COUNT - FAILING);

  const posts = slack.calls.filter(({ method }) => method === 'chat.postMessage');
  const kindOf = (args: Readonly<Record<string, unknown>>) =>
    String((args['metadata'] as { event_payload: { key: string } }).event_payload.key).split('/')[0] ?? '';
  const count = (kind: string) => posts.filter(({ args }) => kindOf(args) === kind).length;
  const counts = ['card', 'approvers', 'thread', 'report', 'alert', 'news'].map((kind) => [
    kind,
    count(kind),
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    card: COUNT,
    approvers: COUNT,
    // All its lines at once, because these deployments are quicker than the five seconds between two posts.
    thread: COUNT,
    report: COUNT,
    alert: FAILING,
    news: 0,
  });
  expect(posts).toHaveLength(4 * COUNT + FAILING);
  const inChannel = posts.filter(
    ({ args }) => args['thread_ts'] === undefined || args['reply_broadcast'] === true,
  );
  expect(inChannel).toHaveLength(COUNT + FAILING);
  const places = new Set(posts.map(({ args }) => args['channel']));
  expect([...places]).toEqual(['C-production']);
  expect(JSON.stringify(posts)).not.toMatch(/<!channel|<!here|"range"/);
});
