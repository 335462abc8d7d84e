import { openMetric } from '../../src/metric/index.ts';
import { ACCOUNT, openAnalytics, TOKEN } from '../stand-in/cloudflare-analytics/index.ts';
import { LOAD_BALANCER, openCloudWatch, REGION } from '../stand-in/cloudwatch/index.ts';
import { KEY as DATADOG_KEY, openDatadog, openDatadogMonitors } from '../stand-in/datadog/index.ts';
import {
  ACCOUNT as NEW_RELIC_ACCOUNT,
  KEY as NEW_RELIC_KEY,
  openNewRelic,
} from '../stand-in/new-relic/index.ts';
import { ORGANIZATION, openSentry, TOKEN as SENTRY_TOKEN } from '../stand-in/sentry/index.ts';
import { askedAt } from './metric-asked.ts';
import type { JudgingMember } from './metric-member.ts';
import { aroundOver } from './metric-way.ts';
import { windowedMember } from './metric-windowed.ts';

const AT_MS = Date.UTC(2026, 10, 20, 12);
const V1 = '11111111-1111-4111-8111-111111111111';
const V2 = '22222222-2222-4222-8222-222222222222';
const BLUE = 'targetgroup/shop-blue/0123456789abcdef';
const GREEN = 'targetgroup/shop-green/fedcba9876543210';
const byName = { canary: 'v2', stable: 'v1' };
const arm = (name: string, releaseId: string) => ({
  releaseId,
  version: { name, commit: null },
  trafficPercent: 50,
});
const credentials = { accessKeyId: 'env:AWS_ID', secretAccessKey: 'env:AWS_SECRET' };
const datadogKeys = { apiKey: 'env:DD_API_KEY', applicationKey: 'env:DD_APP_KEY' };

export const windowed = [
  windowedMember('datadog', 30_000, async (way) => {
    const standIn = await openDatadog();
    const settings = { url: standIn.url, ...datadogKeys };
    return {
      standIn,
      labels: byName,
      source: () => openMetric({ name: 'dd', kind: 'datadog', settings }, aroundOver(way, DATADOG_KEY)),
      query: {
        requests: 'trace.http.request.hits',
        errors: { tagged: 'http.status_class:5xx' },
        latency: { distribution: 'trace.http.request', unit: 's', limitsMs: [100, 1_000] },
        step: '30s',
        lag: '2m',
      },
    };
  }),
  windowedMember('new-relic', 30_000, async (way) => {
    const standIn = await openNewRelic();
    const settings = { account: NEW_RELIC_ACCOUNT, apiKey: 'env:NEW_RELIC', url: standIn.url };
    return {
      standIn,
      labels: byName,
      source: () => openMetric({ name: 'nr', kind: 'new-relic', settings }, aroundOver(way, NEW_RELIC_KEY)),
      query: { duration: { limitsMs: [100, 1_000] }, step: '30s', lag: '2m' },
    };
  }),
  windowedMember('sentry', 60_000, async (way) => {
    const standIn = await openSentry();
    const settings = { organization: ORGANIZATION, token: 'env:SENTRY', url: standIn.url };
    return {
      standIn,
      labels: byName,
      source: () => openMetric({ name: 's', kind: 'sentry', settings }, aroundOver(way, SENTRY_TOKEN)),
      query: { project: 'shop', lag: '4m' },
    };
  }),
  windowedMember('cloudflare', 60_000, async (way) => {
    const standIn = await openAnalytics();
    const settings = { account: ACCOUNT, token: 'env:CF', url: standIn.url };
    return {
      standIn,
      labels: { canary: V2, stable: V1 },
      arms: { canary: arm('v2', V2), stable: arm('v1', V1) },
      source: () => openMetric({ name: 'cf', kind: 'cloudflare', settings }, aroundOver(way, TOKEN)),
      query: { worker: 'shop', lag: '4m' },
    };
  }),
  windowedMember('cloudwatch', 60_000, async (way) => {
    const standIn = await openCloudWatch();
    const settings = { region: REGION, credentials, url: standIn.url };
    const errors = { metric: 'HTTPCode_Target_5XX_Count', absent: 'none' };
    const latency = { metric: 'Duration', unit: 's' };
    const query = {
      namespace: 'Shop',
      versionDimension: 'Version',
      requests: 'Invocations',
      errors,
      latency,
    };
    return {
      standIn,
      labels: byName,
      source: () => openMetric({ name: 'cw', kind: 'cloudwatch', settings }, aroundOver(way, 'AKID')),
      query: { ...query, lag: '4m' },
    };
  }),
  windowedMember('cloudwatch-load-balancer', 60_000, async (way) => {
    const standIn = await openCloudWatch();
    const settings = { region: REGION, credentials, url: standIn.url };
    const kind = 'cloudwatch-load-balancer';
    return {
      standIn,
      labels: { canary: GREEN, stable: BLUE },
      arms: { canary: arm('v2', 'green:rel-2'), stable: arm('v1', 'blue:rel-1') },
      source: () => openMetric({ name: 'lb', kind, settings }, aroundOver(way, 'AKID')),
      query: { loadBalancer: LOAD_BALANCER, targetGroups: { blue: BLUE, green: GREEN }, lag: '4m' },
    };
  }),
];

const datadogMonitors: JudgingMember = {
  name: 'datadog-monitors',
  async open(way) {
    const standIn = await openDatadogMonitors();
    const settings = { url: standIn.url, ...datadogKeys };
    standIn.states.set(2, 'OK');
    return {
      canBeSilent: true,
      source: () =>
        openMetric({ name: 'dd', kind: 'datadog-monitors', settings }, aroundOver(way, DATADOG_KEY)),
      asked: () => askedAt(AT_MS, { monitors: [1, 2] }),
      be: (what) => void standIn.states.set(1, { well: 'OK', ill: 'Alert', silent: 'No Data' }[what]),
      close: () => standIn.close(),
    };
  },
};

const cloudwatchAlarms: JudgingMember = {
  name: 'cloudwatch-alarms',
  async open(way) {
    const standIn = await openCloudWatch();
    const settings = { region: REGION, credentials, url: standIn.url };
    return {
      canBeSilent: true,
      source: () => openMetric({ name: 'cw', kind: 'cloudwatch-alarms', settings }, aroundOver(way, 'AKID')),
      asked: () => askedAt(AT_MS, { alarms: ['too-many-errors'] }),
      be(what) {
        standIn.alarms.set(
          'too-many-errors',
          { well: 'OK', ill: 'ALARM', silent: 'INSUFFICIENT_DATA' }[what],
        );
      },
      close: () => standIn.close(),
    };
  },
};

const sentryIssues: JudgingMember = {
  name: 'sentry-issues',
  async open(way) {
    const standIn = await openSentry();
    const settings = { organization: ORGANIZATION, token: 'env:SENTRY', url: standIn.url };
    return {
      canBeSilent: true,
      source: () => openMetric({ name: 's', kind: 'sentry-issues', settings }, aroundOver(way, SENTRY_TOKEN)),
      asked: () => askedAt(AT_MS, { project: 'shop' }),
      be(what) {
        const issues = what === 'ill' ? [{ title: 'TypeError', level: 'error' }] : [];
        standIn.releases.set('v2', { heard: what !== 'silent', issues });
      },
      close: () => standIn.close(),
    };
  },
};

export const judgesElsewhere: readonly JudgingMember[] = [datadogMonitors, cloudwatchAlarms, sentryIssues];
