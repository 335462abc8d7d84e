import { openDoor } from '../../src/http/door.ts';
import type { Around } from '../../src/metric/metric.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import type { Way } from './metric-member.ts';

/** What a source is given in the suite: a real door over the suite's way out. */
export function aroundOver({ fetch, clock }: Way, secret: string): Around {
  const around = metricAround(secret);
  return { ...around, clock, door: openDoor({ fetch, clock, random: () => 0.5, redact: around.redact }) };
}
