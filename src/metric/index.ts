import type { ConfiguredMetric } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import { alertmanager } from './alertmanager/index.ts';
import { cloudflare } from './cloudflare/index.ts';
import { cloudwatchKinds } from './cloudwatch/index.ts';
import { datadogKinds } from './datadog/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import type { Around, Asked, MetricKind, MetricSource } from './metric.ts';
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
  if (found !== undefined) return asking(found, found.open(name, settings, around));
  const message = `there is no source of numbers of the kind ${kind} in this process`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}

/**
 * What a plan asks was checked by the kind that the name stood for when the plan was drawn. Where it stands for another one
 * by now, nothing is known; nobody has made a mistake.
 */
function asking({ Query }: MetricKind, source: MetricSource): MetricSource {
  const { name, kind } = source;
  const refuse = ({ query }: Pick<Asked, 'query'>): void => {
    if (Query.safeParse(query ?? {}).success) return;
    const message = `${name} is of the kind ${kind} by now, which does not take what the plan asks of it`;
    throw new Failed({ code: 'unsupported', message, retryAfterMs: null });
  };
  const after = <T extends readonly [Asked, ...unknown[]], R>(ask: (...asked: T) => Promise<R>) => {
    return async (...asked: T): Promise<R> => {
      refuse(asked[0]);
      return ask(...asked);
    };
  };
  const { read, history, verdict } = source;
  return {
    ...source,
    ...(read === undefined ? {} : { read: after(read) }),
    ...(history === undefined ? {} : { history: after(history) }),
    ...(verdict === undefined ? {} : { verdict: after(verdict) }),
  };
}
