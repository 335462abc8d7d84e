import { z } from 'zod';
import { severities } from '../../core/severity.ts';
import type { Verdict } from '../../core/verdict.ts';
import { defineGate } from '../gate.ts';
import { judgeReport, lookAtReport } from '../report.ts';
import { From, ReportSettings } from '../report-from.ts';
import { judgeSeverities, type Limits, SeverityLimits } from '../severity-limits.ts';
import type { Found } from './findings.ts';
import { formats, parseFindings } from './parse.ts';

const Settings = z.strictObject({
  from: From,
  format: z.enum(formats).describe('What the report is written in.'),
  ...SeverityLimits,
  ...ReportSettings,
});

/** Whether a scanner's report of exactly what is deployed has no more in it than this place takes. */
export const secureReport = defineGate({
  id: 'secure-report',
  asks: 'Has the scanner found nothing grave?',
  when: 'before',
  Settings,
  look: (subject, settings) =>
    lookAtReport(subject, settings, (text) => parseFindings(text, settings.format)),
  judge: (facts, settings) =>
    judgeReport(facts, { ...settings, mustBeNamed: true }, (found) => judgeFound(found, settings)),
});

/** What a report leaves out cannot be counted. */
export function judgeFound({ tool, severities: found, mildest }: Found, limits: Limits): Verdict {
  const verdict = judgeSeverities(found, limits, tool);
  if (verdict.kind !== 'pass' || mildest === null) return verdict;
  const left = severities.slice(severities.indexOf(mildest) + 1);
  const missed = left.find((severity) => severity !== 'unknown' && limits[severity] !== null);
  if (missed === undefined) return verdict;
  return { kind: 'unknown', because: `${tool} was told to leave out what is milder than ${mildest}` };
}
