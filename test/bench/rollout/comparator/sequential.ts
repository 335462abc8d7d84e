import type { Stretch } from '../../../../src/core/analysis/look.ts';
import { logGamma } from '../simulator/log-factorial.ts';
import { back, goOn, type Judge } from './comparator.ts';

/**
 * The published sequential tests of Netflix, written anew from the papers: errors by an e-process of Bernoulli trials
 * given the pooled count, mixed by a beta distribution (Lindon and Malek, "Anytime-valid inference for multinomial
 * count data", NeurIPS 2022); latency by time-uniform bands about both distributions (Lindon, Sanden and Shirikian,
 * "Rapid regression detection in software deployments through sequential testing", KDD 2022, with the iterated
 * logarithm band of Howard and Ramdas). Right for requests that know nothing of each other, which real ones do.
 */
const CONCENTRATION = 10;
const BAND_SHARE = 1 / 4;

export const sequential: Judge = {
  name: 'Netflix-style',
  mayPassEarly: false,
  open({ settings, history }) {
    const alpha = settings.falseAlarmPercent / 100;
    const buckets = history.latencyLimitsMs.length + 1;
    const before = { stage: openSums(buckets), last: openSums(buckets) };
    let stage = -1;
    let canary = openSums(buckets);
    let stable = openSums(buckets);
    return {
      look(look) {
        if (look.stage.index !== stage) {
          if (stable.requests > 0) before.last = stable;
          stage = look.stage.index;
          canary = openSums(buckets);
          stable = openSums(buckets);
        }
        const isWarm = look.stage.ageMs > settings.warmUpMs;
        add(canary, look.canary, isWarm);
        if (look.stable !== null) add(stable, look.stable, isWarm);
        const beside = look.stable === null ? before.last : stable;
        if (logEvidence(canary, beside) >= Math.log(4 / alpha)) return back('errors');
        return isSlower(canary, beside, alpha * BAND_SHARE) ? back('latency') : goOn;
      },
    };
  },
};

type Sums = { requests: number; errors: number; counts: number[]; timed: number };

function openSums(buckets: number): Sums {
  return { requests: 0, errors: 0, counts: new Array<number>(buckets).fill(0), timed: 0 };
}

function add(sums: Sums, { requests, errors, latency }: Stretch, isWarm: boolean): void {
  sums.requests += requests;
  sums.errors += errors;
  if (!isWarm || latency === null) return;
  for (const [bucket, count] of latency.entries()) {
    sums.counts[bucket] = (sums.counts[bucket] ?? 0) + count;
    sums.timed += count;
  }
}

/** ln of the e-value: how much better a share of errors other than that of the traffic explains where they were. */
export function logEvidence(canary: Sums | Counted, stable: Sums | Counted): number {
  const share = canary.requests / (canary.requests + stable.requests);
  const x = canary.errors;
  const y = stable.errors;
  if (!(share > 0 && share < 1) || x + y === 0 || x / (x + y) <= share) return 0;
  const a = CONCENTRATION * share;
  const b = CONCENTRATION - a;
  const mixed = logGamma(a + x) + logGamma(b + y) - logGamma(a + b + x + y);
  const prior = logGamma(a) + logGamma(b) - logGamma(a + b);
  return mixed - prior - x * Math.log(share) - y * Math.log(1 - share);
}
type Counted = { readonly requests: number; readonly errors: number };

/** Whether, at some limit, fewer requests of the canary are below it than both bands together allow. */
function isSlower(canary: Sums, stable: Sums, alpha: number): boolean {
  if (canary.timed === 0 || stable.timed === 0) return false;
  const allowed = bandOf(canary.timed, alpha / 2) + bandOf(stable.timed, alpha / 2);
  let ofCanary = 0;
  let ofStable = 0;
  for (let bucket = 0; bucket < canary.counts.length - 1; bucket += 1) {
    ofCanary += canary.counts[bucket] ?? 0;
    ofStable += stable.counts[bucket] ?? 0;
    if (ofStable / stable.timed - ofCanary / canary.timed >= allowed) return true;
  }
  return false;
}

/** Howard and Ramdas, "Sequential estimation of quantiles" (2022), corollary 2. */
function bandOf(count: number, alpha: number): number {
  if (count < 30) return 1;
  const iterated = Math.log(Math.log(Math.E * count)) + 0.8 * Math.log(1612 / alpha);
  return 0.85 * Math.sqrt(iterated / count);
}
