import type { Share, Stretch } from '../core/analysis/look.ts';
import { type PodAnswer, type PodStretch, podStretch, restartsBetween } from './pod-stretch.ts';
import type { ArmTotals, Totals, Use } from './totals.ts';

/** One of the two versions, as people call it. */
export type Side = 'canary' | 'stable';

export type ArmAnswer = {
  /** Null: nothing of it is known over this stretch. */
  readonly stretch: Stretch | null;
  readonly gaps: readonly string[];
};

/** How many pods are named in a sentence. */
const NAMED_MAX = 3;

/**
 * What all pods of a version did between two readings: each by itself, then added up. Pods that cannot be known are left
 * out and named, so that the sum is never more than what was really counted.
 */
export function armStretch(side: Side, from: ArmTotals, to: ArmTotals): ArmAnswer {
  const { known, missing } = podsBetween(from, to);
  const { use, gaps } = soundUse(side, to.use);
  const restarts = restartsOf(from, to);
  const said = [...missing].map(([because, names]) => `${side}: ${podsNamed(names)} ${because}`);
  // Pods that are started again lose their counters, and that they are is evidence by itself.
  if (known.length === 0 && (restarts ?? 0) === 0) {
    const none = said.length === 0 ? [`${side}: no pod was there at both ends of the stretch`] : said;
    return { stretch: null, gaps: none };
  }
  return { stretch: { ...sumOf(known), ...use, restarts }, gaps: [...said, ...gaps] };
}

/** Those that are known, and the names of the others by what is wrong with them. */
function podsBetween(from: ArmTotals, to: ArmTotals) {
  const known: PodStretch[] = [];
  const missing = new Map<string, string[]>();
  const miss = (because: string | null, name: string) => {
    if (because !== null) missing.set(because, [...(missing.get(because) ?? []), name]);
  };
  for (const [name, totals] of to.pods) {
    const answer = podStretch(from.pods.get(name) ?? null, totals, from.atMs);
    if (answer.kind === 'stretch') known.push(answer.stretch);
    miss(whyMissing(answer), name);
  }
  for (const name of from.pods.keys()) miss(to.pods.has(name) ? null : 'is gone', name);
  return { known, missing };
}

function whyMissing(answer: PodAnswer): string | null {
  if (answer.kind === 'gap') return answer.because;
  return answer.kind === 'stretch' ? answer.partial : null;
}

function podsNamed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_MAX).join(', ');
  const more = names.length - NAMED_MAX;
  return `pod ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

function sumOf(pods: readonly PodStretch[]): Pick<Stretch, keyof PodStretch> {
  return {
    requests: total(pods.map(({ requests }) => requests)),
    errors: total(pods.map(({ errors }) => errors)),
    latency: latencyOf(pods),
    business: businessOf(pods),
    pods: Math.max(1, total(pods.map(({ pods: count }) => count))),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Of the pods that keep a histogram: it says how long requests took, and not how many there were. */
function latencyOf(pods: readonly PodStretch[]): number[] | null {
  const kept = pods.flatMap(({ latency }) => (latency === null ? [] : [latency]));
  const [first] = kept;
  if (first === undefined || kept.some(({ length }) => length !== first.length)) return null;
  return first.map((_, index) => total(kept.map((latency) => latency[index] ?? 0)));
}

function businessOf(pods: readonly PodStretch[]): Record<string, Share> {
  const names = new Set(pods.flatMap(({ business }) => Object.keys(business)));
  return Object.fromEntries(
    [...names].map((name) => {
      const shares = pods.flatMap(({ business }) => business[name] ?? []);
      return [name, { hits: total(shares.map(({ hits }) => hits)), of: total(shares.map(({ of }) => of)) }];
    }),
  );
}

function restartsOf(from: ArmTotals, to: ArmTotals): number | null {
  const counts = [...to.pods].flatMap(
    ([name, totals]: [string, Totals]) => restartsBetween(from.pods.get(name) ?? null, totals) ?? [],
  );
  return counts.length === 0 ? null : total(counts);
}

const useWords: Record<keyof Use, string> = {
  cpuPercent: 'use of processors',
  memoryPercent: 'use of memory',
  memoryMb: 'use of memory',
  latencyP95Ms: 'latency',
};

/** NaN, infinity and less than nothing are not measured. */
function soundUse(side: Side, use: Use): { readonly use: Use; readonly gaps: string[] } {
  const gaps: string[] = [];
  const sound = (key: keyof Use) => {
    const value = use[key] ?? null;
    if (value === null || (Number.isFinite(value) && value >= 0)) return value;
    gaps.push(`${side}: its ${useWords[key]} is answered as ${value}`);
    return null;
  };
  const checked = {
    cpuPercent: sound('cpuPercent'),
    memoryPercent: sound('memoryPercent'),
    latencyP95Ms: sound('latencyP95Ms'),
    ...(use.memoryMb === undefined ? {} : { memoryMb: sound('memoryMb') }),
  };
  return { use: checked, gaps };
}
