import { z } from 'zod';
import { defineGate } from '../gate.ts';
import { judgeReport, lookAtReport } from '../report.ts';
import { NamedFrom, ReportSettings } from '../report-from.ts';
import { Percent } from '../words.ts';
import { judgeScores, parseLighthouse } from './report.ts';

const Settings = z.strictObject({
  from: NamedFrom,
  scores: z
    .record(z.string().regex(/^[a-z][a-z-]{0,39}$/, 'must be a category such as performance'), Percent)
    .refine((scores) => Object.keys(scores).length > 0, 'must name at least one category')
    .describe('The least that each category must reach, from 0 to 100, such as performance: 90.'),
  ...ReportSettings,
});

/** Whether the pages of this version reach the scores that Lighthouse gives. */
export const lighthouse = defineGate({
  id: 'lighthouse',
  asks: 'Are its Lighthouse scores high enough?',
  when: 'before',
  Settings,
  look: (subject, settings) => lookAtReport(subject, settings, parseLighthouse),
  judge: (facts, settings) =>
    judgeReport(facts, { ...settings, mustBeNamed: true }, (scores) => judgeScores(scores, settings.scores)),
});
