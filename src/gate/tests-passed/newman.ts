import { z } from 'zod';
import { Count, understand } from '../json.ts';
import { type Parsed, takenAtMs } from '../report.ts';
import type { Tally } from './tally.ts';

const Stat = z.object({ total: Count, pending: Count, failed: Count });
const Values = z.object({
  values: z.array(z.object({ key: z.string(), value: z.unknown().optional() })).default([]),
});

/** What `newman run --reporters json` writes, as far as it is read (https://github.com/postmanlabs/newman). */
const Newman = z.object({
  environment: Values.optional(),
  run: z.object({
    stats: z.object({
      requests: Stat,
      testScripts: Stat,
      prerequestScripts: Stat,
      assertions: Stat,
    }),
    failures: z.array(
      z.object({ error: z.object({ test: z.string().optional(), message: z.string().optional() }) }),
    ),
    timings: z.object({ completed: z.number() }),
    error: z.unknown().optional(),
  }),
});

/** Its assertions are the tests; a request that got no answer and a script that broke are failed ones. */
export function parseNewman(text: string): Parsed<Tally> {
  const read = understand(text, Newman);
  if (read.kind === 'nonsense') return read;
  const { run, environment } = read.value;
  const { requests, testScripts, prerequestScripts, assertions } = run.stats;
  const stats = [requests, testScripts, prerequestScripts, assertions];
  if (run.error !== undefined && run.error !== null)
    return { kind: 'nonsense', because: 'the run ended in an error' };
  if (stats.some(({ pending }) => pending > 0)) return { kind: 'nonsense', because: 'the run did not end' };
  if (stats.some(({ total, failed }) => failed > total))
    return { kind: 'nonsense', because: 'more failed than ran' };
  const failed = stats.reduce((sum, stat) => sum + stat.failed, 0);
  if (run.failures.length > failed)
    return { kind: 'nonsense', because: 'it lists more failures than it counts' };
  const valuesOf = (name: string) =>
    (environment?.values ?? []).flatMap(({ key, value }) => (key === name ? [String(value)] : []));
  return {
    kind: 'report',
    content: {
      passed: assertions.total - assertions.failed,
      failed,
      skipped: 0,
      failing: run.failures.map(({ error }) => error.test ?? error.message ?? 'one without a name'),
    },
    says: {
      commits: valuesOf('commit'),
      versions: valuesOf('version'),
      taken: takenAtMs(run.timings.completed),
    },
  };
}
