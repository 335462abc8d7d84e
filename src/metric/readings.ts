import type { History, Stretch } from '../core/analysis/look.ts';
import { gapsOf, type Missing } from './gaps.ts';
import type { Reading, Readings } from './metric.ts';
import { type Believed, believe, type Point } from './windowed.ts';
import { type Due, type Last, startsOf, type Windows } from './windows.ts';

/** Everything that a source said of one version. */
export type Told = { readonly name: string; readonly points: readonly Point[] };

type Answer = {
  readonly latencyLimitsMs: readonly number[];
  readonly canary: Told;
  readonly stable: Told | null;
  /** What the source says against its own answer, such as that it is only a part. */
  readonly gaps: readonly string[];
};

/** When a unit changes, a number grows or shrinks about a thousandfold between two windows; nothing else does. */
const UNIT_JUMP = { least: 300, most: 3_000 } as const;
/** From fewer requests than this to many is traffic that has only just come. */
const REQUESTS_MIN = 20;

/**
 * Both versions over each window of which both are known; every other window is a gap with its reason. The same
 * judgement for every source that sums up by itself, so that none of them can take silence for health.
 */
export function readingsOf({ windows, remembered, gaps: before }: Due, answer: Answer | null): Readings {
  if (windows === null || answer === null) return { cursor: remembered, stretches: [], gaps: before };
  const canary = stretchesOf(windows, answer.canary, remembered.canary);
  const stable = answer.stable === null ? null : stretchesOf(windows, answer.stable, remembered.stable);
  const stretches = startsOf(windows).flatMap((startMs): Reading[] => {
    const own = canary.stretches.get(startMs);
    const beside = stable === null ? null : stable.stretches.get(startMs);
    if (own === undefined || beside === undefined) return [];
    const { stepMs } = windows;
    const { latencyLimitsMs } = answer;
    return [{ atMs: startMs + stepMs, durationMs: stepMs, latencyLimitsMs, canary: own, stable: beside }];
  });
  const missing = [...canary.missing, ...(stable?.missing ?? [])];
  return {
    cursor: { untilMs: windows.toMs, canary: canary.last, stable: stable?.last ?? remembered.stable },
    stretches,
    gaps: [...before, ...answer.gaps, ...gapsOf(missing, windows.stepMs)],
  };
}

/** A look back at everything that served; windows that cannot be believed are left out. */
export function historyOf(windows: Windows, latencyLimitsMs: readonly number[], fleet: Told): History | null {
  const { stretches } = stretchesOf(windows, fleet, { perSecond: null, p95Ms: null });
  if (stretches.size === 0) return null;
  const looks = [...stretches].map(([startMs, stretch]) => ({
    atMs: startMs + windows.stepMs,
    durationMs: windows.stepMs,
    fleet: stretch,
    pods: [],
  }));
  return { latencyLimitsMs, looks };
}

type Judged = {
  readonly stretches: ReadonlyMap<number, Stretch>;
  readonly missing: readonly Missing[];
  readonly last: Last;
};

function stretchesOf(windows: Windows, { name, points }: Told, before: Last): Judged {
  const starts = startsOf(windows);
  const stretches = new Map<number, Stretch>();
  const missing: Missing[] = [];
  let last = before;
  for (const startMs of starts) {
    const judged = stretchOf(
      points.filter((each) => each.startMs === startMs),
      last,
      windows.stepMs,
    );
    for (const why of judged.wrong) missing.push({ startMs, why: `${name} ${why}` });
    if (judged.stretch !== null) stretches.set(startMs, judged.stretch);
    last = judged.last;
  }
  if (points.some(({ startMs }) => !starts.includes(startMs))) {
    missing.push({ startMs: null, why: `${name} has numbers of times that nobody asked for` });
  }
  return { stretches, missing, last };
}

type OneJudged = Believed & { readonly last: Last };

/** All that was said of one window. */
function stretchOf([point, ...more]: readonly Point[], last: Last, stepMs: number): OneJudged {
  if (point === undefined) return { stretch: null, wrong: ['has no numbers'], last };
  if (more.length > 0) {
    return { stretch: null, wrong: ['has numbers twice, and nobody knows which are right'], last };
  }
  const { stretch, wrong } = believe(point);
  if (stretch === null) return { stretch, wrong, last };
  const settled = withoutJumps(stretch, last, stepMs);
  return { ...settled, wrong: [...wrong, ...settled.wrong] };
}

/** What jumps stays unbelieved until it is back in its old unit, or until reading begins anew. */
function withoutJumps(stretch: Stretch, last: Last, stepMs: number): OneJudged {
  const perSecond = (stretch.requests * 1_000) / stepMs;
  if (isJump(last.perSecond, perSecond)) {
    const wrong = ['counts a thousand times as many requests as before, as when a unit changes'];
    return { stretch: null, wrong, last };
  }
  const p95Ms = stretch.latencyP95Ms;
  const isStrange = p95Ms !== null && (isJump(last.p95Ms, p95Ms) || isJump(p95Ms, last.p95Ms));
  const wrong = isStrange ? ['has another latency by a factor of a thousand, as when a unit changes'] : [];
  return {
    stretch: isStrange ? { ...stretch, latencyP95Ms: null } : stretch,
    wrong,
    last: {
      perSecond: stretch.requests >= REQUESTS_MIN ? perSecond : last.perSecond,
      p95Ms: isStrange ? last.p95Ms : (p95Ms ?? last.p95Ms),
    },
  };
}

function isJump(from: number | null, to: number | null): boolean {
  if (from === null || to === null || from <= 0) return false;
  const ratio = to / from;
  return ratio >= UNIT_JUMP.least && ratio <= UNIT_JUMP.most;
}
