/** One window of one version, and why there is nothing of it. Null: no window that was asked for. */
export type Missing = { readonly startMs: number | null; readonly why: string };

/** More would be read by nobody. */
const GAPS_MAX = 20;

/** One sentence for windows in a row that are missing for the same reason. */
export function gapsOf(missing: readonly Missing[], stepMs: number): readonly string[] {
  const reasons = [...new Set(missing.map(({ why }) => why))];
  const gaps = reasons.flatMap((why) => {
    const starts = missing.filter((each) => each.why === why).map(({ startMs }) => startMs);
    const times = starts.filter((startMs) => startMs !== null).toSorted((a, b) => a - b);
    return times.length === 0 ? [why] : runsOf(times, stepMs).map((run) => `${why} ${said(run, stepMs)}`);
  });
  if (gaps.length <= GAPS_MAX) return gaps;
  return [...gaps.slice(0, GAPS_MAX), `${gaps.length - GAPS_MAX} more gaps of this kind`];
}

type Run = { firstMs: number; lastMs: number };

function runsOf(times: readonly number[], stepMs: number): Run[] {
  const runs: Run[] = [];
  for (const startMs of times) {
    const run = runs.at(-1);
    if (run !== undefined && startMs === run.lastMs + stepMs) run.lastMs = startMs;
    else runs.push({ firstMs: startMs, lastMs: startMs });
  }
  return runs;
}

function said({ firstMs, lastMs }: Run, stepMs: number): string {
  return `from ${timeOf(firstMs)} to ${timeOf(lastMs + stepMs)} UTC`;
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
