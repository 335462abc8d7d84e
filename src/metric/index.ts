import type { ConfiguredMetric } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import { alertmanager } from './alertmanager/index.ts';
import { cloudflare } from './cloudflare/index.ts';
import { cloudwatchKinds } from './cloudwatch/index.ts';
import { datadogKinds } from './datadog/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import type { Around, MetricKind, MetricSource } from './metric.ts';
import { newRelic } from './new-relic/index.ts';
import { platform } from './platform/index.ts';
import { probe } from './probe/index.ts';
import { prometheus, prometheusAlerts } from './prometheus/index.ts';
import { sentryKinds } from './sentry/index.ts';

/** Every kind of place that numbers can come from. A new one is a folder here and a line here. */
export const metricKinds: readonly MetricKind[] = [
  platform,
  prometheus,
  prometheusAlerts,
  alertmanager,
  probe,
  ...datadogKinds,
  newRelic,
  ...sentryKinds,
  ...cloudwatchKinds,
  cloudflare,
  kubernetes,
];

/** Calls nobody yet. @throws {Failed} `not-found` for a kind that this program does not have */
export function openMetric({ name, kind, settings }: ConfiguredMetric, around: Around): MetricSource {
  const found = metricKinds.find(({ id }) => id === kind);
  if (found !== undefined) return found.open(name, settings, around);
  const message = `there is no source of numbers of the kind ${kind} in this process`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}
