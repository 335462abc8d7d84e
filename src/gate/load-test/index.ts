import { z } from 'zod';
import { defineGate } from '../gate.ts';
import { judgeReport, lookAtReport } from '../report.ts';
import { NamedFrom, ReportSettings } from '../report-from.ts';
import { Percent } from '../words.ts';
import { judgeLoad } from './judge.ts';
import { parseK6 } from './report.ts';

const Settings = z.strictObject({
  from: NamedFrom,
  format: z.literal('k6').default('k6'),
  requestsMin: z.number().int().positive().default(1),
  errorPercentMax: Percent.optional(),
  latencyP95MsMax: z.number().positive().optional(),
  checksPercentMin: Percent.optional(),
  ...ReportSettings,
});

/** Whether this version held under load, by the summary that the test left behind. */
export const loadTest = defineGate({
  id: 'load-test',
  asks: 'Did it hold under load?',
  when: 'before',
  Settings,
  look: (subject, settings) => lookAtReport(subject, settings, parseK6),
  judge: (facts, settings) =>
    judgeReport(facts, { ...settings, mustBeNamed: true }, (load) => judgeLoad(load, settings)),
});
