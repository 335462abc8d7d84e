import { digestOf } from '../core/canonical.ts';
import type { Totals } from './totals.ts';

/** How many pods of a version are remembered each by itself: what is remembered stands in the journal. */
export const PODS_MAX = 30;

/**
 * Many pods as a few sums. Each pod belongs to the same sum for ever, and a sum knows whose it is: where a pod comes or
 * goes it is not compared with what it was before. A pod that begins anew makes its sum smaller, never larger.
 */
export function grouped(pods: ReadonlyMap<string, Totals>): ReadonlyMap<string, Totals> {
  if (pods.size <= PODS_MAX) return pods;
  const groups = new Map<string, string[]>();
  for (const name of [...pods.keys()].toSorted()) {
    const group = `group ${Number.parseInt(digestOf(name).slice(0, 8), 16) % PODS_MAX}`;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return new Map([...groups].map(([group, names]) => [group, sumOf(names, pods)]));
}

function sumOf(names: readonly string[], pods: ReadonlyMap<string, Totals>): Totals {
  const totals = names.flatMap((name) => pods.get(name) ?? []);
  const histograms = totals.flatMap(({ latency }) => (latency === null ? [] : [latency]));
  const isWhole = histograms.length === totals.length;
  return {
    requests: sum(totals.map(({ requests }) => requests)),
    errors: sum(totals.map(({ errors }) => errors)),
    latency: isWhole ? sumOfLatency(histograms) : null,
    business: sumOfBusiness(totals),
    restarts: totals.every(({ restarts }) => restarts !== null)
      ? sum(totals.map(({ restarts }) => restarts ?? 0))
      : null,
    beganAtMs: null,
    pods: sum(totals.map(({ pods: count }) => count)),
    members: digestOf(names.join('\n')).slice(0, 16),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

function sumOfLatency(histograms: readonly (readonly number[])[]): number[] | null {
  const [first] = histograms;
  if (first === undefined || histograms.some(({ length }) => length !== first.length)) return null;
  return first.map((_, index) => sum(histograms.map((histogram) => histogram[index] ?? 0)));
}

/** Only what each of them counts. */
function sumOfBusiness(totals: readonly Totals[]): Totals['business'] {
  const names = Object.keys(totals[0]?.business ?? {}).filter((name) =>
    totals.every(({ business }) => Object.hasOwn(business, name)),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        hits: sum(totals.map(({ business }) => business[name]?.hits ?? 0)),
        of: sum(totals.map(({ business }) => business[name]?.of ?? 0)),
      },
    ]),
  );
}
