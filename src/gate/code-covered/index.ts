import { z } from 'zod';
import { defineGate } from '../gate.ts';
import { judgeReport, lookAtReport, type Parsed } from '../report.ts';
import { NamedFrom, ReportSettings } from '../report-from.ts';
import { Percent } from '../words.ts';
import { parseCobertura } from './cobertura.ts';
import { parseIstanbul } from './istanbul.ts';
import { parseLcov } from './lcov.ts';
import { type Coverage, judgeCoverage } from './share.ts';

const formats: Record<'lcov' | 'cobertura' | 'istanbul', (text: string) => Parsed<Coverage>> = {
  lcov: parseLcov,
  cobertura: parseCobertura,
  istanbul: parseIstanbul,
};

const Settings = z
  .strictObject({
    from: NamedFrom,
    format: z.enum(['lcov', 'cobertura', 'istanbul']),
    linesPercentMin: Percent.optional(),
    branchesPercentMin: Percent.optional(),
    functionsPercentMin: Percent.optional(),
    statementsPercentMin: Percent.optional(),
    ...ReportSettings,
  })
  .refine(
    (settings) => Object.keys(wantedBy(settings)).length > 0,
    'must say how much, such as linesPercentMin: 80',
  );

type Limits = {
  readonly [limit in `${'lines' | 'branches' | 'functions' | 'statements'}PercentMin`]?: number | undefined;
};

function wantedBy(limits: Limits) {
  const { linesPercentMin, branchesPercentMin, functionsPercentMin, statementsPercentMin } = limits;
  return {
    ...(linesPercentMin === undefined ? {} : { lines: linesPercentMin }),
    ...(branchesPercentMin === undefined ? {} : { branches: branchesPercentMin }),
    ...(functionsPercentMin === undefined ? {} : { functions: functionsPercentMin }),
    ...(statementsPercentMin === undefined ? {} : { statements: statementsPercentMin }),
  };
}

/** Whether enough of this version's code was run by its tests. */
export const codeCovered = defineGate({
  id: 'code-covered',
  asks: 'Is enough of its code covered by tests?',
  when: 'before',
  Settings,
  look: (subject, settings) => lookAtReport(subject, settings, formats[settings.format]),
  judge: (facts, settings) =>
    judgeReport(facts, { ...settings, mustBeNamed: true }, (content) =>
      judgeCoverage(content, wantedBy(settings)),
    ),
});
