import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { startAlertmanager, startPrometheus, type TestServer } from '../support/prometheus.ts';
import { freePort } from '../support/server.ts';
import { skipped } from '../support/skips.ts';
import { type Person, wordsOf } from './person.ts';
import { openStory, type Story } from './story.ts';
import { until } from './until.ts';
import { ended, order, servingOf, threadOf } from './watching.ts';

const OURS = '{service="api",environment="staging"}';

/** The samples, watched by what a Prometheus has scraped of them, and by nothing else. */
function configured(prometheus: string, webhookPort: number): string {
  return `
slack: { channel: C0DEPLOYS }
engine: { lease: 4s, reconcileEvery: 1s, lookEvery: 2s }
environments:
  staging: { channel: C0DEPLOYS, protected: false }
http: { webhookPort: ${webhookPort} }
webhooks: { pager: { kind: alertmanager, secret: env:PAGER } }
metrics:
  prom: { kind: prometheus, url: '${prometheus}' }
services:
  api:
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: canary
        pace: { traffic: [25], observe: 10s, releaseDeadline: 30s }
        gates: [serves-version]
        criteria: { errorPercentMax: 1, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 20 }
        watch:
          sources:
            - from: prom
              requests: 'slipway_local_requests_total${OURS}'
              errors: 'slipway_local_errors_total${OURS}'
              latency: 'slipway_local_request_duration_seconds_bucket${OURS}'
          lookEvery: 1s
          warmUp: 1s
          acceptable: { errorPoints: 20, latencyPercent: null }
          countdown: { strong: 2s, plain: 2s }
          requestsMin: 20
grants:
  - { role: viewer, people: [U0ADA, U0BEN], services: all, environments: all }
  - { role: deployer, people: [U0ADA, U0BEN], services: all, environments: all }
`;
}

const TOKEN = 'what Alertmanager carries';
const RULE = `sum by (service, environment) (increase(slipway_local_errors_total${OURS}[20s])) > 1`;

let story: Story;
let ada: Person;
const servers: TestServer[] = [];
let prometheus: TestServer | null = null;

beforeAll(async () => {
  const webhookPort = await freePort();
  story = await openStory({
    configuration: configured('http://127.0.0.1:9', webhookPort),
    environment: { PAGER: TOKEN },
  });
  ada = await story.as('U0ADA');
  const pager = { url: `http://127.0.0.1:${webhookPort}/webhooks/pager`, bearer: TOKEN };
  const alertmanager = started('Alertmanager', await startAlertmanager(pager));
  if (alertmanager === null) return;
  prometheus = started(
    'Prometheus',
    await startPrometheus({
      scraped: [{ address: await metricsAddress(), labels: {} }],
      rules: { RequestsFail: RULE },
      alertmanager: new URL(alertmanager.url).host,
    }),
  );
  if (prometheus === null) return;
  await story.configure(configured(prometheus.url, webhookPort));
  await until(async () => (await answered(`sum(slipway_local_requests_total${OURS})`)) > 100);
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await story?.close();
});

function started(name: string, server: Awaited<ReturnType<typeof startPrometheus>>): TestServer | null {
  if ('unavailable' in server) {
    skipped(`the chain over ${name}`, server.unavailable, server.install);
    return null;
  }
  servers.push(server);
  return server;
}

/** Where the runner of the story shows its numbers: it is asked like by any client of it. */
async function metricsAddress(): Promise<string> {
  const lock = await readFile(join(story.home, 'local', 'runner.lock'), 'utf8');
  const { socketPath } = JSON.parse(lock) as { socketPath: string };
  const text = await new Promise<string>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const asked = request({ socketPath, method: 'POST', path: '/hello', headers }, (answer) => {
      let body = '';
      answer.on('data', (piece) => {
        body += String(piece);
      });
      answer.on('end', () => resolve(body));
    });
    asked.on('error', reject);
    asked.end('{}');
  });
  const address = /http:\/\/(127\.0\.0\.1:\d+)\/metrics/.exec(text)?.[1];
  if (address === undefined) throw new Error(`the runner does not say where its numbers are: ${text}`);
  return address;
}

/** What a Prometheus says now; 0 where it says nothing. */
async function answered(query: string): Promise<number> {
  const told = await fetch(`${prometheus?.url}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await told.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

describe.sequential('real traffic, a real Prometheus, the judge, and the way back', () => {
  test('a good version is seen to be good, and gets all the traffic', async (context) => {
    needed(context);
    const card = await order(ada, () => ada.type('/deploy-canary api@v2 --env staging'), 'api v2 → staging');
    const { text } = await ended(ada, card, 300_000);
    expect(text).toContain('deployed in');
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  test('one that answers errors is announced with its numbers, and taken back', async (context) => {
    needed(context);
    const card = await order(
      ada,
      () => ada.type('/deploy-canary api@v3 --env staging --bake 30s'),
      'api v3 → staging',
    );
    const end = await ended(ada, card, 300_000);
    expect(end.text).toMatch(/rolled back, after .* the new version (answers|has) \d+(\.\d+)? % errors/);
    const thread = threadOf(ada, card)
      .map((message) => wordsOf(message))
      .join('\n');
    expect(thread).toMatch(
      /\d % errors, the old one \d[^.]* requests[^.]*\. +It is taken back in 2 s, unless somebody says otherwise/,
    );
    const announced = thread.indexOf('unless somebody says otherwise');
    expect(thread.indexOf('Watch api v3 for 30 s: failed')).toBeGreaterThan(announced);
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  test('and whoever is on call reads of it by a rule over the same numbers, until it is over', async (context) => {
    needed(context);
    const alert = await ada.sees(({ text }) => text.includes('RequestsFail fires for api in staging'));
    await ada.sees(
      ({ ts, text }) => ts === alert.ts && text.includes('RequestsFail is over for api in staging'),
    );
  });

  test('where Prometheus cannot be asked nothing is known, and nothing goes on', async (context) => {
    needed(context);
    await prometheus?.stop();
    const card = await order(
      ada,
      () => ada.type('/deploy-canary api@v4 --env staging --bake 5s'),
      'api v4 → staging',
    );
    const end = await ended(ada, card, 300_000);
    expect(end.text).toMatch(/rolled back, after .*not known to be good in time/);
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  function needed(context: TestContext): void {
    if (prometheus === null) context.skip();
  }
});
