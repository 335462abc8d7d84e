import { beforeEach, describe, expect, test } from 'vitest';
import { member, openDirectory } from '../../../../test/support/members.ts';
import { everything, plannedTarget } from '../../../../test/support/plans.ts';
import type { Reply } from '../../../core/answer.ts';
import type { Catalog, Service } from '../../../core/catalog.ts';
import type { MetricsQuestion } from '../../../core/desk.ts';
import { drawPlan } from '../../../core/draw-plan.ts';
import type { DeploymentEvent, Outcome } from '../../../core/event.ts';
import type { Plan } from '../../../core/plan.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { strategies } from '../../../core/strategy/index.ts';
import { plain } from '../../../core/text.ts';
import type { Site } from '../../../platform/platform.ts';
import type { Source } from '../../../source/source.ts';
import { memoryStore } from '../../../store/memory/index.ts';
import type { Sample } from '../../../store/sample.ts';
import type { Store } from '../../../store/store.ts';
import type { EngineParts } from '../../parts.ts';
import { patience } from '../../patience.ts';
import { metrics } from './index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Friday, 12:00 UTC. */
const NOON = Date.UTC(2026, 10, 20, 12);

const target = (environment: string) => ({
  environment,
  platform: 'memory',
  address: { service: 'web' },
  strategy: 'rolling',
  pace: { trafficPercents: [], observeMs: 1_000, releaseDeadlineMs: 60_000, keepMs: 60_000 },
  gates: [],
  criteria: null,
});
const service = (name: string, ...environments: string[]): Service => ({
  name,
  summary: '',
  needs: [],
  source: { kind: 'changelog', settings: {} },
  targets: environments.map(target),
});
const catalog: Catalog = {
  version: 'c1',
  services: [service('web', 'staging'), service('api', 'staging', 'production')],
  environments: [
    { name: 'staging', channel: 'C1', isProtected: false, approval: null },
    { name: 'production', channel: 'C1', isProtected: true, approval: null },
  ],
  people: [],
  emergency: { channels: [], reviewWithinMs: 259_200_000 },
  groups: [],
  grants: [{ role: 'viewer', people: ['U1'], services: '*', environments: '*' }],
};

let nowMs: number;
let store: Store;
let canMeasure: boolean;

beforeEach(() => {
  nowMs = NOON;
  store = memoryStore({ nowMs: () => nowMs });
  canMeasure = true;
});

/** Every version has one commit, written two hours before NOON of its day. */
const source: Partial<Source> = {
  kind: 'changelog',
  resolve: async (ref) => ({ name: ref, commit: null }),
  compare: async (base, head) => ({
    base: { name: base, commit: null },
    head: { name: head, commit: null },
    relation: 'ahead',
    aheadBy: 1,
    behindBy: 0,
    commits: [
      { id: '1', author: { name: 'Ada', account: null }, title: 'Change', atMs: NOON - 2 * DAY - 2 * HOUR },
    ],
    authors: [],
    filesChanged: null,
    migrations: null,
    configurationKeys: null,
    isTruncated: false,
    url: null,
  }),
};

async function ask(question: Partial<MetricsQuestion>, who = 'U1'): Promise<Reply> {
  const silent = () => undefined;
  const site: Partial<Site> = {
    capabilities: async () =>
      canMeasure
        ? everything
        : { ...everything, metrics: { can: false, why: 'platform', say: 'memory counts nothing' } },
  };
  const parts: EngineParts = {
    store,
    directory: openDirectory,
    catalog: () => catalog,
    siteOf: () => site as Site,
    sourceOf: () => source as Source,
    bell: { ring: silent },
    clock: { nowMs: () => nowMs, sleep: async () => undefined },
    random: Math.random,
    probe: async () => null,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    patience,
    stopping: new AbortController().signal,
    owner: 'this',
  };
  return metrics(
    { parts, visitor: { actor: member(who), channel: null, key: 'k' } },
    { service: 'web', environment: null, rangeMs: HOUR, metric: null, isDelivery: false, ...question },
  );
}

const said = (reply: Reply) =>
  reply.kind === 'refusal' ? plain([...reply.message, ' ', ...(reply.next ?? [])]) : reply.sentence;
const parts = (reply: Reply) => (reply.kind === 'answer' ? reply.parts : []);
const charts = (reply: Reply) => parts(reply).filter((part) => part.kind === 'chart');
const rows = (reply: Reply) => parts(reply).flatMap((part) => (part.kind === 'table' ? part.rows : []));
const words = (reply: Reply) =>
  parts(reply).flatMap((part) => {
    if (part.kind === 'text' || part.kind === 'note') return [plain(part.text)];
    return part.kind === 'facts' ? part.facts.map(({ name, value }) => `${name}: ${plain(value)}`) : [];
  });

function sample(fromMs: number, more: Partial<Sample> = {}): Sample {
  return {
    targetId: 'web/staging',
    fromMs,
    toMs: fromMs + MINUTE,
    measuredMs: MINUTE,
    requests: 100,
    errors: 2,
    latencyBuckets: [
      { upToMs: 10, count: 50 },
      { upToMs: 20, count: 100 },
      { upToMs: null, count: 100 },
    ],
    memoryMb: 25,
    ...more,
  };
}

describe('how a service does', () => {
  test('every number of a chart is what was measured in that stretch of time', async () => {
    await store.samples.keep([
      sample(NOON - 14 * MINUTE),
      sample(NOON - 13 * MINUTE),
      sample(NOON - 4 * MINUTE),
    ]);
    const reply = await ask({ rangeMs: 15 * MINUTE, metric: 'requests' });
    const [chart] = charts(reply);
    expect(chart?.categories).toHaveLength(16);
    expect(chart?.categories.slice(0, 3)).toEqual(['11:45', '11:46', '11:47']);
    expect(chart?.series[0]?.points).toEqual([
      null,
      100,
      100,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      100,
      null,
      null,
      null,
      null,
    ]);
    expect(said(reply)).toBe(
      'web/staging in the last 15 m, of which 3 m were measured: 300 requests, 2 % errors, p95 19 ms.',
    );
  });

  test('without being told what to draw, it draws latency and errors, and keeps the rest in a table', async () => {
    await store.samples.keep([sample(NOON - 4 * MINUTE)]);
    const reply = await ask({});
    expect(charts(reply).map(({ title }) => title)).toEqual(['Latency', 'Errors']);
    expect(charts(reply)[0]?.series.map(({ name }) => name)).toEqual(['p50', 'p95']);
    expect(rows(reply).at(-2)).toEqual(['11:55', '100', '2 %', '10 ms', '19 ms', '25 MB']);
    expect(rows(reply)[0]).toEqual(['11:00', ...Array.from({ length: 5 }, () => 'not measured')]);
  });

  test('no requests is zero, and not the same as not measured', async () => {
    const quiet = { requests: 0, errors: 0, latencyBuckets: [] };
    await store.samples.keep([sample(NOON - 4 * MINUTE, quiet)]);
    const reply = await ask({});
    expect(said(reply)).toBe('web/staging in the last 1 h, of which 1 m were measured: no requests came in.');
    expect(charts(reply)).toEqual([]);
    expect(words(reply)).toContain('Latency has no number: there were no requests that it could be of.');
    expect(rows(reply).at(-2)).toEqual(['11:55', '0', 'no requests', 'no requests', 'no requests', '25 MB']);
    expect(charts(await ask({ metric: 'requests' }))[0]?.series[0]?.points.at(-2)).toBe(0);
  });

  test('nothing measured is said to be that, with the reason, and nothing is drawn', async () => {
    const reply = await ask({});
    expect(said(reply)).toBe(
      'Nothing was measured of web/staging in the last 1 h. That is not known to be zero.',
    );
    expect(charts(reply)).toEqual([]);
    canMeasure = false;
    expect(words(await ask({}))).toContain('memory counts nothing');
  });

  test('gaps are counted in words, and what is old is said to be', async () => {
    await store.samples.keep([sample(NOON - 50 * MINUTE)]);
    expect(words(await ask({})).at(-1)).toBe(
      'Each point is 5 m, its time in UTC. In 12 of 13 nothing was measured: they are left out and not drawn as zero; “…” stands after them. The newest number is of 2026-11-20 11:11 UTC.',
    );
  });

  test('a week has at most twenty points, with their days', async () => {
    await store.samples.keep([sample(NOON - 3 * DAY)]);
    const [chart] = charts(await ask({ rangeMs: 7 * DAY }));
    expect(chart?.categories.length).toBeLessThanOrEqual(20);
    expect(chart?.categories[0]).toBe('13 Nov 12:00');
    expect(new Set(chart?.categories).size).toBe(chart?.categories.length);
  });

  test('what was deployed meanwhile stands beneath', async () => {
    await store.samples.keep([sample(NOON - 4 * MINUTE)]);
    expect(words(await ask({}))).toContain('Nothing was deployed there meanwhile.');
    await deployed(NOON - 30 * MINUTE, 'v2', 'v1');
    nowMs = NOON;
    expect(words(await ask({}))).toContain('v2: deployed 2026-11-20 11:35 UTC, d-1');
  });

  test('a service in two environments has to be asked about one of them', async () => {
    const reply = await ask({ service: 'api' });
    expect(said(reply)).toContain('api runs in more than one environment.');
    expect(reply.offers?.map(({ text }) => text)).toEqual([
      'api --env staging --range 1h',
      'api --env production --range 1h',
    ]);
  });

  test('who may not look learns nothing', async () => {
    expect(await ask({}, 'U2')).toMatchObject({ kind: 'refusal', code: 'not-allowed' });
    expect(await ask({ isDelivery: true, service: null }, 'U2')).toMatchObject({ code: 'not-allowed' });
  });
});

let ids = 0;
beforeEach(() => {
  ids = 0;
});

type Told = { readonly outcome?: Outcome; readonly purpose?: Plan['purpose']; readonly failsAt?: number };

/** A deployment of web that begins at `atMs`, gives traffic after a minute and ends after five. */
async function deployed(atMs: number, version: string, before: string, told: Told = {}): Promise<void> {
  const { outcome = 'deployed', purpose = 'deploy' } = told;
  ids += 1;
  const id = `d-${ids}`;
  const plan = planOf(version, before, purpose);
  nowMs = atMs;
  const targets = [{ id: 'web/staging', service: 'web', version }];
  await store.journal.begin({
    deploymentId: id,
    orderKey: id,
    environment: 'staging',
    requestedBy: 'U1',
    targets,
    event: { kind: 'planned', plan, hash: 'h' },
    notices: [],
  });
  const claim = await store.journal.claim(id, 'w', DAY);
  if (claim === null) throw new Error('nobody else is here');
  let seq = 1;
  const write = async (event: DeploymentEvent, end: Outcome | null = null) => {
    const kept = { markdown: '', json: '{}' };
    await store.journal.append(claim, seq, {
      events: [event],
      notices: [],
      end: end === null ? null : { outcome: end, report: kept, believed: [] },
    });
    seq += 1;
  };
  const [release, route] = ['release', 'route'].map(
    (kind) => plan.steps.find((step) => step.kind === kind)?.id ?? '',
  );
  const left = { releaseId: null, url: null, verdict: null, numbers: null, numbersBefore: null };
  await write({ kind: 'step-started', step: release ?? '' });
  await write({ kind: 'step-succeeded', step: release ?? '', left });
  nowMs = atMs + MINUTE;
  await write({ kind: 'step-started', step: route ?? '' });
  if (told.failsAt !== undefined) {
    nowMs = atMs + told.failsAt;
    const failure = { code: 'unhealthy' as const, message: 'it fell over', retryAfterMs: null };
    await write({ kind: 'step-failed', step: route ?? '', failure });
  }
  nowMs = atMs + 5 * MINUTE;
  await write({ kind: 'finished', outcome, because: 'it was over' }, outcome);
}

function planOf(version: string, before: string, purpose: Plan['purpose']): Plan {
  const [strategy] = strategies;
  const planned = plannedTarget('web');
  const target = {
    ...planned,
    version: { name: version, commit: null },
    before: { releaseId: before, version: { name: before, commit: null } },
  };
  const pace = { trafficPercents: [], observeMs: 1_000, releaseDeadlineMs: 1_000, keepMs: 1_000 };
  if (strategy === undefined) throw new Error('there are strategies');
  const ground = {
    target,
    strategy,
    capabilities: everything,
    pace,
    criteria: null,
    gatesBefore: [],
    gatesAfter: [],
    needs: [],
  };
  const asked = {
    purpose,
    environment: 'staging',
    requestedBy: 'U1',
    why: null,
    configuration: 'c',
  };
  const plan = drawPlan(asked, [ground]);
  if (isRefusal(plan)) throw new Error('it can be drawn');
  return plan;
}

describe('how deployments go', () => {
  const week: Partial<MetricsQuestion> = { isDelivery: true, rangeMs: 7 * DAY, environment: 'staging' };

  test('the numbers of a week are those that were counted by hand, each with what it was counted from', async () => {
    await deployed(NOON - 9 * DAY, 'v1', 'v0');
    await deployed(NOON - 2 * DAY, 'v2', 'v1');
    await deployed(NOON - 1.5 * DAY, 'v3', 'v2', { outcome: 'rolled-back', failsAt: 4 * MINUTE });
    await deployed(NOON - DAY, 'v4', 'v2');
    await deployed(NOON - 12 * HOUR, 'v2', 'v4', { purpose: 'roll-back' });
    await deployed(NOON - 6 * HOUR, 'v5', 'v2', { outcome: 'stopped' });
    nowMs = NOON;
    const reply = await ask(week);
    expect(said(reply)).toBe(
      'web in staging, last 7 d: 2 of 3 deployments deployed, 2 failed or were taken back (66.7 %).',
    );
    expect(rows(reply)).toEqual([
      ['Deployment frequency', '0.29 a day', '2 deployments in 7 d', '0.14 a day', 'none'],
      // Written two days and two hours before noon: two hours and five minutes, and a day more.
      [
        'Lead time',
        '14 h 5 m, longest 1 d 2 h',
        'median of 2 commits, of 2 of 2 deployments',
        'not enough',
        'none',
      ],
      ['Change failure rate', '66.7 %', '2 failed or taken back of 3 that changed something', '0 %', 'none'],
      [
        'Time to restore',
        '6 h 4 m, longest 12 h 4 m',
        'median of 2 of 2 failed, from the first traffic until it was back',
        'not enough',
        'each below 5 m: not met',
      ],
      [
        'Success rate',
        '66.7 %',
        '2 deployed of 3 that changed something',
        '100 %',
        'at least 99.5 %: not met',
      ],
      ['Rollback rate', '66.7 %', '2 taken back of 3 that changed something', '0 %', 'none'],
      ['Rollback time', '3 m, longest 5 m', 'median of 2 rollbacks', 'not enough', 'each below 2 m: not met'],
      [
        'Deployment time',
        '5 m',
        'median of 2 deployments, without waiting for people',
        '5 m',
        'each below 10 m: met',
      ],
    ]);
    expect(words(reply)).toContain('1 was stopped before anything was changed and is not counted.');
    const [chart] = charts(reply);
    const sums = chart?.series.map(({ points }) =>
      points.reduce((sum: number, point) => sum + (point ?? 0), 0),
    );
    expect(sums).toEqual([1, 2]);
  });

  test('without deployments there is not enough, and never 0 of 0', async () => {
    const reply = await ask(week);
    expect(said(reply)).toContain('There is not enough to measure delivery by.');
    expect(rows(reply).map(([name, value]) => `${name}: ${value}`)).toEqual([
      'Deployment frequency: none',
      'Lead time: not enough',
      'Change failure rate: not enough',
      'Time to restore: not enough',
      'Success rate: not enough',
      'Rollback rate: not enough',
      'Rollback time: not enough',
      'Deployment time: not enough',
    ]);
    expect(charts(reply)).toEqual([]);
    expect(JSON.stringify(parts(reply))).not.toMatch(/NaN|Infinity/);
  });

  test('where no environment is named it is those that customers use', async () => {
    expect(said(await ask({ ...week, service: null, environment: null }))).toContain(
      'All services in production:',
    );
    expect(said(await ask({ ...week, environment: null }))).toContain('web in staging:');
  });

  test('an unknown service or environment is answered with what was meant', async () => {
    expect((await ask({ ...week, service: 'wbe' })).offers?.map(({ text }) => text)).toEqual([
      'web --env staging --range 7d --dora',
    ]);
    expect((await ask({ ...week, environment: 'stagin' })).offers?.map(({ text }) => text)).toEqual([
      'web --env staging --range 7d --dora',
    ]);
  });
});
