import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrometheus, type TestServer } from '../support/prometheus.ts';
import { skipped } from '../support/skips.ts';
import { type Person, wordsOf } from './person.ts';
import { openStory, type Story } from './story.ts';
import { ended, order, servingOf, threadOf } from './watching.ts';

const OURS = '{service="api",environment="staging"}';

/** The samples, watched by what a Prometheus has scraped of them, and by nothing else. */
function configured(prometheus: string): string {
  return `
slack: { channel: C0DEPLOYS }
engine: { lease: 4s, reconcileEvery: 1s, lookEvery: 2s }
environments:
  staging: { channel: C0DEPLOYS, protected: false }
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
        watch:
          sources:
            - from: prom
              requests: 'slipway_local_requests_total${OURS}'
              errors: 'slipway_local_errors_total${OURS}'
              latency: 'slipway_local_request_duration_seconds_bucket${OURS}'
          lookEvery: 1s
          warmUp: 1s
          acceptable: { errorPoints: 20, latencyPercent: 100 }
          countdown: { strong: 2s, plain: 2s }
          requestsMin: 20
grants:
  - { role: viewer, people: [U0ADA, U0BEN], services: all, environments: all }
  - { role: deployer, people: [U0ADA, U0BEN], services: all, environments: all }
`;
}

let story: Story;
let ada: Person;
let server: TestServer | null = null;

beforeAll(async () => {
  story = await openStory({ configuration: configured('http://127.0.0.1:9') });
  ada = await story.as('U0ADA');
  const started = await startPrometheus({ scraped: [{ address: await metricsAddress(), labels: {} }] });
  if ('unavailable' in started) {
    skipped('the chain over Prometheus', started.unavailable, started.install);
    return;
  }
  server = started;
  await story.configure(configured(started.url));
});
afterAll(async () => {
  await server?.stop();
  await story?.close();
});

/** Where the runner of the story shows its numbers: it is asked like any client of it. */
async function metricsAddress(): Promise<string> {
  const { socketPath } = JSON.parse(await readFile(join(story.home, 'local', 'runner.lock'), 'utf8')) as {
    socketPath: string;
  };
  const { request } = await import('node:http');
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request(
      { socketPath, method: 'POST', path: '/hello', headers: { 'content-type': 'application/json' } },
      (answer) => {
        let body = '';
        answer.on('data', (piece) => {
          body += String(piece);
        });
        answer.on('end', () => resolve(body));
      },
    );
    asked.on('error', reject);
    asked.end('{}');
  });
  const url = /http:\/\/(127\.0\.0\.1:\d+)\/metrics/.exec(text)?.[1];
  if (url === undefined) throw new Error(`the runner does not say where its numbers are: ${text}`);
  return url;
}

describe.sequential('real traffic, a real Prometheus, the judge, and the way back', () => {
  test('a version that answers errors is seen, announced with its numbers, and taken back', async (context) => {
    if (server === null) return context.skip();
    await serving('v2');
    const card = await order(ada, () => ada.type('/deploy-canary api@v3 --env staging'), 'api v3 → staging');
    const end = await ended(ada, card, 120_000);
    expect(end.text).toMatch(/rolled back, after .* the new version answers \d+(\.\d+)? % errors/);
    const thread = threadOf(ada, card).map((message) => wordsOf(message));
    const announced = thread.findIndex((words) => words.includes('unless somebody says otherwise'));
    const back = thread.findIndex((words) => words.includes('taken back') && !words.includes('unless'));
    expect(announced).toBeGreaterThanOrEqual(0);
    expect(back === -1 || announced <= back).toBe(true);
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  test('where Prometheus cannot be asked nothing is known, and nothing goes on', async (context) => {
    if (server === null) return context.skip();
    await server.stop();
    const card = await order(ada, () => ada.type('/deploy-canary api@v4 --env staging'), 'api v4 → staging');
    const end = await ended(ada, card, 120_000);
    expect(end.text).toMatch(/rolled back, after .*not known to be good in time/);
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  /** Deploys a good version, so that there is something to go back to that Prometheus has seen. */
  async function serving(version: string): Promise<void> {
    const card = await order(
      ada,
      () => ada.type(`/deploy-canary api@${version} --env staging`),
      `api ${version} → staging`,
    );
    const { text } = await ended(ada, card, 120_000);
    expect(text).toContain('deployed in');
  }
});
