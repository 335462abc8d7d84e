import { z } from 'zod';
import { type Severity, severities } from '../core/severity.ts';
import type { Verdict } from '../core/verdict.ts';
import { count } from './words.ts';

const Limit = z
  .int('must be a whole number, or null for as many as there are')
  .min(0)
  .max(1_000_000)
  .nullable();

/** How many of each severity may be open; null: as many as there are. */
export const SeverityLimits = {
  critical: Limit.default(0),
  high: Limit.default(0),
  medium: Limit.default(null),
  low: Limit.default(null),
};

export type Limits = Readonly<Record<Exclude<Severity, 'unknown'>, number | null>>;

/** Too many are too many whatever else is not known; of what has no severity nobody can say that it is mild. */
export function judgeSeverities(found: readonly Severity[], limits: Limits, what: string): Verdict {
  const many = (severity: Severity) => found.filter((each) => each === severity).length;
  const over = severities.filter((severity) => {
    const limit = severity === 'unknown' ? null : limits[severity];
    return limit !== null && many(severity) > limit;
  });
  const said = (of: readonly Severity[]) => of.map((severity) => `${many(severity)} ${severity}`).join(', ');
  if (over.length > 0) return { kind: 'fail', because: `${what}: ${said(over)}` };
  const unknown = many('unknown');
  if (unknown > 0) {
    return { kind: 'unknown', because: `${what}: nobody says how severe ${unknown} of ${found.length} are` };
  }
  const some = severities.filter((severity) => many(severity) > 0);
  if (some.length === 0) return { kind: 'pass', because: `${what}: none` };
  return {
    kind: 'pass',
    because: `${what}: ${count(found.length, 'finding')}, no more than allowed (${said(some)})`,
  };
}
