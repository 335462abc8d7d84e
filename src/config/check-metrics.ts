import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** What is always there: it needs no settings, and nobody configures it. */
const BUILT_IN = 'platform';

/** Every source of numbers is of a kind that there is, and takes what stands beside it. */
export function checkMetrics({ metrics }: Pick<SlipwayFile, 'metrics'>, known: Known): Wrong[] {
  const kinds = known.metrics.filter((kind) => kind !== BUILT_IN);
  return Object.entries(metrics).flatMap(([name, { kind, ...settings }]) => {
    const path = ['metrics', name];
    const unknown = exists('kind of source of numbers', kind, kinds, [...path, 'kind']);
    if (unknown.length > 0) return unknown;
    return known.checkMetric(kind, settings).map((issue) => ({
      path: [...path, ...issue.path],
      message: `the source of numbers ${kind} does not take this: ${issue.message}.`,
      meant: [],
    }));
  });
}
