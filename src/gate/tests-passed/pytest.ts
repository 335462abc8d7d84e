import { z } from 'zod';
import { Count, understand } from '../json.ts';
import { type Parsed, takenAtMs } from '../report.ts';
import type { Tally } from './tally.ts';

const Said = z.record(z.string(), z.unknown());

/** What pytest-json-report writes, as far as it is read (https://github.com/numirias/pytest-json-report). */
const Pytest = z.object({
  /** In seconds. */
  created: z.number(),
  exitcode: z.number().int(),
  environment: Said.default({}),
  summary: z.object({
    total: Count,
    passed: Count.default(0),
    failed: Count.default(0),
    error: Count.default(0),
    skipped: Count.default(0),
    xfailed: Count.default(0),
    xpassed: Count.default(0),
  }),
  /** Left out with `--json-report-summary`. */
  tests: z.array(z.object({ nodeid: z.string(), outcome: z.string() })).optional(),
});

/** All tests passed, or some failed; with every other code the run itself went wrong (pytest, "Exit codes"). */
const ENDED = new Set([0, 1]);

/** A test that was expected to fail and did has shown as little as a skipped one; one that passed all the same, passed. */
export function parsePytest(text: string): Parsed<Tally> {
  const read = understand(text, Pytest);
  if (read.kind === 'nonsense') return read;
  const { created, exitcode, environment, summary, tests } = read.value;
  const { total, passed, failed, error, skipped, xfailed, xpassed } = summary;
  if (!ENDED.has(exitcode)) return { kind: 'nonsense', because: `pytest ended with ${exitcode}` };
  const bad = failed + error;
  if (passed + bad + skipped + xfailed + xpassed !== total)
    return { kind: 'nonsense', because: 'its counts do not add up' };
  if (exitcode === 1 && bad === 0)
    return { kind: 'nonsense', because: 'pytest says that a test failed, and none is counted' };
  const failing = (tests ?? []).filter(({ outcome }) => outcome === 'failed' || outcome === 'error');
  if (tests !== undefined && (tests.length !== total || failing.length !== bad))
    return { kind: 'nonsense', because: 'its counts are not those of its tests' };
  const sayings = (name: string) => (name in environment ? [String(environment[name])] : []);
  return {
    kind: 'report',
    content: {
      passed: passed + xpassed,
      failed: bad,
      skipped: skipped + xfailed,
      failing: failing.map(({ nodeid }) => nodeid),
    },
    says: {
      commits: sayings('commit'),
      versions: sayings('version'),
      taken: takenAtMs(created * 1_000),
    },
  };
}
