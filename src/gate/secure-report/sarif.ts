import { z } from 'zod';
import type { Severity } from '../../core/severity.ts';
import { understand } from '../json.ts';
import { type Parsed, takenAt } from '../report.ts';
import { names } from '../words.ts';
import { digestsIn, type Found } from './findings.ts';

// SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html

const Bag = z.object({ 'security-severity': z.union([z.string(), z.number()]).optional() });
const Rule = z.object({
  id: z.string(),
  defaultConfiguration: z.object({ level: z.string().optional() }).optional(),
  properties: Bag.optional(),
});
const Tool = z.object({ name: z.string(), rules: z.array(Rule).optional() });
const Result = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: z.object({ id: z.string().optional(), index: z.int().optional() }).optional(),
  kind: z.string().optional(),
  level: z.string().optional(),
  baselineState: z.string().optional(),
  suppressions: z.array(z.object({ status: z.string().optional() })).optional(),
  properties: Bag.optional(),
});
type Result = z.infer<typeof Result>;

const Run = z.object({
  tool: z.object({ driver: Tool, extensions: z.array(Tool).optional() }),
  invocations: z
    .array(z.object({ executionSuccessful: z.boolean(), endTimeUtc: z.string().optional() }))
    .optional(),
  versionControlProvenance: z.array(z.object({ revisionId: z.string().optional() })).optional(),
  properties: z
    .object({ imageName: z.string().optional(), repoDigests: z.array(z.string()).optional() })
    .optional(),
  // "Absent" and "null" both mean that nothing was looked for: section 3.14.23.
  results: z.array(Result),
});
type Run = z.infer<typeof Run>;

const Sarif = z.object({ version: z.literal('2.1.0'), runs: z.array(Run).min(1) });

export function parseSarif(text: string): Parsed<Found> {
  const read = understand(text, Sarif);
  if (read.kind === 'nonsense') return read;
  const { runs } = read.value;
  const tools = [...new Set(runs.map(({ tool }) => tool.driver.name))];
  const broken = runs.find(({ invocations }) => invocations?.some((one) => !one.executionSuccessful));
  if (broken !== undefined) {
    return { kind: 'nonsense', because: `${names([broken.tool.driver.name])} did not get to its end` };
  }
  const texts = runs.flatMap(({ properties }) => [
    ...(properties?.repoDigests ?? []),
    ...(properties?.imageName === undefined ? [] : [properties.imageName]),
  ]);
  const ends = runs.flatMap(
    ({ invocations }) => invocations?.flatMap(({ endTimeUtc }) => endTimeUtc ?? []) ?? [],
  );
  const revisions = runs.flatMap(
    ({ versionControlProvenance }) =>
      versionControlProvenance?.flatMap(({ revisionId }) => revisionId ?? []) ?? [],
  );
  return {
    kind: 'report',
    content: { tool: names(tools), severities: runs.flatMap(severitiesIn), mildest: null },
    says: {
      commits: [...new Set(revisions)],
      versions: [],
      digests: digestsIn(texts),
      taken: takenAt(ends.toSorted()[0] ?? ''),
    },
  };
}

function severitiesIn(run: Run): Severity[] {
  return run.results.filter(isOpen).map((result) => severityOfResult(result, run));
}

/** What passed, does not apply, is gone since, or was set aside by somebody who may: section 3.27 and 3.35. */
function isOpen({ kind, baselineState, suppressions }: Result): boolean {
  const isSetAside =
    suppressions !== undefined &&
    suppressions.length > 0 &&
    suppressions.every(({ status }) => status === undefined || status === 'accepted');
  const isNothing = kind === 'pass' || kind === 'notApplicable' || kind === 'informational';
  return !isSetAside && !isNothing && baselineState !== 'absent';
}

const levels = new Map<string, Severity>([
  ['error', 'high'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'low'],
]);

/** A score where the rule or the result has one, as GitHub reads it; the level otherwise, which is `warning` unsaid. */
function severityOfResult(result: Result, { tool }: Run): Severity {
  const rules = [tool.driver, ...(tool.extensions ?? [])].flatMap((each) => each.rules ?? []);
  const id = result.ruleId ?? result.rule?.id;
  const index = result.ruleIndex ?? result.rule?.index;
  const byIndex = id === undefined && index !== undefined ? tool.driver.rules?.[index] : undefined;
  const rule = rules.find((each) => each.id === id) ?? byIndex;
  const score = result.properties?.['security-severity'] ?? rule?.properties?.['security-severity'];
  if (score !== undefined) return severityOfScore(Number(score));
  const level = result.level ?? rule?.defaultConfiguration?.level ?? 'warning';
  return levels.get(level) ?? 'unknown';
}

/** https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning */
function severityOfScore(score: number): Severity {
  if (!(score > 0 && score <= 10)) return 'unknown';
  if (score > 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}
