import type { History, Look, Stretch } from '../../../../src/core/analysis/look.ts';
import { quantileOf } from '../simulator/buckets.ts';
import { classify, type Demand, usualDemand } from './classify.ts';
import { type Answer, type Before, back, goOn, type Judge, type Judging } from './comparator.ts';
import { openClock } from './window.ts';

/** One value every so often, which is more often than Kayenta's usual minute and flatters it. */
const POINT_MS = 5_000;
/** Before there are that many there is no look in between. */
const POINTS_MIN = 10;

type Variant = {
  readonly name: string;
  /** Null: at the end of each stage only. */
  readonly peekEveryMs: number | null;
  readonly demands: { readonly errors: Demand; readonly latency: Demand; readonly use: Demand };
};

const usual = { errors: usualDemand, latency: usualDemand, use: { ...usualDemand, allowedIncrease: 1.1 } };

const variants: readonly Variant[] = [
  { name: 'Kayenta-style', peekEveryMs: null, demands: usual },
  {
    name: 'Kayenta-style, effect 1.5',
    peekEveryMs: null,
    demands: {
      errors: { ...usualDemand, allowedIncrease: 1.5 },
      latency: { ...usualDemand, allowedIncrease: 1.2 },
      use: { ...usualDemand, allowedIncrease: 1.25 },
    },
  },
  { name: 'Kayenta-style, peeking', peekEveryMs: 60_000, demands: usual },
];

export const kayenta: readonly Judge[] = variants.map((variant) => ({
  name: variant.name,
  mayPassEarly: false,
  open: (before) => opened(variant, before),
}));

/** The values of one version over a stage; a metric without values in a point has none there. */
type Series = { errors: number[]; latency: number[]; cpu: number[]; memory: number[] };

function openSeries(): Series {
  return { errors: [], latency: [], cpu: [], memory: [] };
}

function opened({ peekEveryMs, demands }: Variant, { settings, history }: Before): Judging {
  let canary = openSeries();
  let stable = openSeries();
  let before = openSeries();
  const canaryPoint = openPoint(history);
  const stablePoint = openPoint(history);
  const isPointDue = openClock(POINT_MS);
  let isPeekDue = peekEveryMs === null ? null : openClock(peekEveryMs);

  function judged(isAlone: boolean): Answer {
    const control = isAlone ? before : stable;
    const isHigh = (name: keyof Series, demand: Demand) =>
      classify(control[name], canary[name], demand).kind === 'high';
    if (isHigh('errors', demands.errors)) return back('errors');
    if (isHigh('latency', demands.latency)) return back('latency');
    const isBusier = isHigh('cpu', demands.use) || isHigh('memory', demands.use);
    return isBusier ? back('use') : goOn;
  }

  return {
    look(look: Look) {
      canaryPoint.add(look.canary);
      if (look.stable !== null) stablePoint.add(look.stable);
      if (isPointDue(look)) {
        const isWarm = look.stage.ageMs > settings.warmUpMs;
        canaryPoint.end(canary, isWarm);
        stablePoint.end(stable, isWarm);
      }
      const { isOver } = look.stage;
      const peeks = isPeekDue?.(look) === true && canary.errors.length >= POINTS_MIN;
      const answer = isOver || peeks ? judged(look.stable === null) : goOn;
      if (isOver) {
        before = kept(stable, before);
        canary = openSeries();
        stable = openSeries();
        isPeekDue = peekEveryMs === null ? null : openClock(peekEveryMs);
      }
      return answer;
    },
  };
}

/** At 100 % the control is what the old version did in the stage before. */
function kept(stable: Series, before: Series): Series {
  const latest = (name: keyof Series) => (stable[name].length > 0 ? stable[name] : before[name]);
  return {
    errors: latest('errors'),
    latency: latest('latency'),
    cpu: latest('cpu'),
    memory: latest('memory'),
  };
}

/** Adds looks up to one value of each metric. */
function openPoint({ latencyLimitsMs }: History) {
  let requests = 0;
  let errors = 0;
  let counts = new Array<number>(latencyLimitsMs.length + 1).fill(0);
  let last: Stretch | null = null;
  return {
    add(stretch: Stretch): void {
      requests += stretch.requests;
      errors += stretch.errors;
      for (const [bucket, count] of (stretch.latency ?? []).entries())
        counts[bucket] = (counts[bucket] ?? 0) + count;
      last = stretch;
    },
    end(series: Series, isWarm: boolean): void {
      if (requests > 0) series.errors.push((100 * errors) / requests);
      if (isWarm && last !== null) {
        push(series.latency, quantileOf(counts, latencyLimitsMs, 0.95) ?? last.latencyP95Ms);
        push(series.cpu, last.cpuPercent);
        push(series.memory, last.memoryPercent);
      }
      requests = 0;
      errors = 0;
      counts = counts.map(() => 0);
      last = null;
    },
  };
}

function push(values: number[], value: number | null): void {
  if (value !== null) values.push(value);
}
