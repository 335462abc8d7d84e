import type { EngineParts } from '../../src/engine/parts.ts';
import { openMetric } from '../../src/metric/index.ts';

/** What every process has: the numbers of the place itself. It asks nobody but the site that it is handed. */
export function platformMetric(): NonNullable<EngineParts['metricNamed']> {
  const never = () => {
    throw new Error('the numbers of the platform are asked of nobody else');
  };
  const source = openMetric(
    { name: 'platform', kind: 'platform', settings: {} },
    { door: never, secret: never, redact: (text) => text, clock: { nowMs: never } },
  );
  return (name) => (name === 'platform' ? source : null);
}
