import { z } from 'zod';
import { defineGate } from '../gate.ts';
import { judgeReport, lookAtReport, type Parsed } from '../report.ts';
import { From, ReportSettings } from '../report-from.ts';
import { Percent } from '../words.ts';
import { parseJunit } from './junit.ts';
import { parseNewman } from './newman.ts';
import { parsePytest } from './pytest.ts';
import { judgeTally, type Tally } from './tally.ts';

const formats: Record<'junit' | 'newman' | 'pytest-json', (text: string) => Parsed<Tally>> = {
  junit: parseJunit,
  newman: parseNewman,
  'pytest-json': parsePytest,
};

const Settings = z.strictObject({
  from: From,
  format: z.enum(['junit', 'newman', 'pytest-json']).default('junit'),
  passedPercentMin: Percent.default(100).describe('Of the tests that ran: 100 when left out.'),
  testsMin: z
    .number()
    .int()
    .positive()
    .default(1)
    .describe('With fewer tests that ran nothing is concluded.'),
  ...ReportSettings,
});

/** Whether the tests of this version passed, by the report that they left behind. */
export const testsPassed = defineGate({
  id: 'tests-passed',
  asks: 'Did its tests pass?',
  when: 'before',
  Settings,
  look: (subject, settings) => lookAtReport(subject, settings, formats[settings.format]),
  judge: (facts, settings) =>
    judgeReport(facts, { ...settings, mustBeNamed: true }, (tally) => judgeTally(tally, settings)),
});
