import { argo } from './comparator/argo.ts';
import type { Judge } from './comparator/comparator.ts';
import { cumulative } from './comparator/cumulative.ts';
import { flagger } from './comparator/flagger.ts';
import { kayenta } from './comparator/kayenta.ts';
import { sequential } from './comparator/sequential.ts';
import { thresholds } from './comparator/thresholds.ts';
import { slipway } from './slipway.ts';

/** Everybody who judges here. */
export const judges: readonly Judge[] = [
  ...thresholds,
  ...argo,
  flagger,
  ...kayenta,
  ...cumulative,
  sequential,
  ...slipway,
];

export function judgesNamed(names: readonly string[]): Judge[] {
  return judges.filter((judge) => names.includes(judge.name));
}
