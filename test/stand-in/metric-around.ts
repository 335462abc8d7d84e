import type { Around } from '../../src/metric/metric.ts';
import { aroundWith } from './around.ts';

/** What a source of numbers is given in a test: a real way out, one secret for everything, and less patience. */
export function metricAround(secret: string, deadlineMs?: number): Around {
  const around = aroundWith(secret);
  if (deadlineMs === undefined) return around;
  return { ...around, door: (host) => around.door({ ...host, deadlineMs }) };
}
