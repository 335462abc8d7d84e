import { type ArmAnswer, armStretch, type Side } from './arm-stretch.ts';
import { frozen, stillness } from './frozen.ts';
import { grouped } from './grouped.ts';
import { asTotals, type Kept, type KeptArm, keptFrom, worthKeeping } from './kept.ts';
import { areSameLimits, isUnitJump } from './limits.ts';
import type { Asked, Cursor, Reading, Readings } from './metric.ts';
import type { ArmTotals } from './totals.ts';

/** What a source has just read: what both versions have counted so far. Null: nothing is known of it. */
export type Counted = {
  /** Of all latencies in it. */
  readonly latencyLimitsMs: number[];
  readonly canary: ArmTotals | null;
  readonly stable: ArmTotals | null;
};

/** How old numbers may be; of what is scraped seldom, older. */
type Patience = { readonly staleAfterMs: number };

/** How far a source's clock may be ahead of ours. */
const AHEAD_MAX_MS = 5_000;
/** A source whose numbers are older than this is behind, and says nothing about what happens now. */
const STALE_AFTER_MS = 60_000;
/** What two versions did is compared only where they did it at the same time, give or take a scrape. */
const SKEW_MAX_MS = 30_000;

/**
 * What happened since the last reading, from totals. Pods are compared one by one before anything is added up. While
 * either version's numbers have not moved on, nothing is said and nothing is forgotten: the next stretch is longer.
 */
export function readOn(
  asked: Asking & Pick<Asked, 'nowMs'>,
  cursor: Cursor,
  read: Counted,
  { staleAfterMs }: Patience = { staleAfterMs: STALE_AFTER_MS },
): Readings {
  const kept = ownKept(asked, keptFrom(cursor));
  const now = asked.stable === null ? { ...read, stable: null } : read;
  const unusable = (side: Side, arm: ArmTotals | null) => unusableOf(side, arm, asked.nowMs, staleAfterMs);
  const late = [...unusable('canary', now.canary), ...unusable('stable', now.stable)];
  if (late.length > 0) return { cursor: kept, stretches: [], gaps: late };
  const missing = [
    ...(now.canary === null ? ['canary: there are no numbers of it'] : []),
    ...(now.stable === null && asked.stable !== null ? ['stable: there are no numbers of it'] : []),
  ];
  if (missing.length === 0 && isWaiting(kept, now)) return { cursor: kept, stretches: [], gaps: [] };
  const next = nextOf(asked, kept, now);
  const pairs = pairsOf(asked, kept, now);
  if (missing.length > 0 || pairs === null) return { cursor: next, stretches: [], gaps: missing };
  const limits = { before: kept?.latencyLimitsMs ?? [], now: now.latencyLimitsMs };
  return compared(asked, pairs, limits, next);
}

type Pair = readonly [KeptArm, ArmTotals];
type Pairs = { readonly canary: Pair; readonly stable: Pair | null };

/** What is remembered and what was read of each version; null where there is nothing to compare with yet. */
function pairsOf(asked: Pick<Asked, 'stable'>, kept: Kept | null, now: Counted): Pairs | null {
  const pair = (before: KeptArm | null | undefined, arm: ArmTotals | null): Pair | null =>
    before == null || arm === null ? null : [before, arm];
  const canary = pair(kept?.canary, now.canary);
  const stable = pair(kept?.stable, now.stable);
  return canary === null || (stable === null && asked.stable !== null) ? null : { canary, stable };
}

type Asking = Pick<Asked, 'canary' | 'stable'>;

function compared(asked: Asking, pairs: Pairs, limits: Limits, next: Kept): Readings {
  const lost = (...gaps: string[]): Readings => ({ cursor: next, stretches: [], gaps });
  if (pairs.stable !== null && isApart(pairs.canary, pairs.stable)) {
    return lost('the numbers of canary and stable are not of the same stretch of time');
  }
  const canary = difference('canary', pairs.canary);
  const stable = pairs.stable === null ? null : difference('stable', pairs.stable);
  const gaps = [...canary.gaps, ...(stable?.gaps ?? [])];
  if (canary.stretch === null || stable?.stretch === null) return lost(...gaps);
  const both = { canary: canary.stretch, stable: stable?.stretch ?? null };
  const before = { canary: pairs.canary[0], stable: pairs.stable?.[0] ?? null };
  const cursor = { ...next, ...stillness(asked, before, next, both) };
  const stuck = frozen(before, cursor);
  if (stuck.length > 0) return { cursor, stretches: [], gaps: [...gaps, ...stuck] };
  const [{ atMs: fromMs }, { atMs }] = pairs.canary;
  const times = { atMs, durationMs: atMs - fromMs };
  const changed = limitsGap(limits);
  return changed === null
    ? { cursor, stretches: [{ ...times, latencyLimitsMs: limits.now, ...both }], gaps }
    : { cursor, stretches: [{ ...times, ...withoutLatency(both) }], gaps: [...gaps, changed] };
}

type Both = Pick<Reading, 'canary' | 'stable'>;

function withoutLatency({ canary, stable }: Both): Both & Pick<Reading, 'latencyLimitsMs'> {
  return {
    latencyLimitsMs: [],
    canary: { ...canary, latency: null },
    stable: stable === null ? null : { ...stable, latency: null },
  };
}

/** A remembered version that is not the one that is asked for is forgotten. */
function ownKept(asked: Pick<Asked, 'canary' | 'stable'>, kept: Kept | null): Kept | null {
  if (kept === null) return null;
  const own = (arm: KeptArm | null, releaseId: string | undefined) =>
    arm?.releaseId === releaseId ? arm : null;
  return {
    ...kept,
    canary: own(kept.canary, asked.canary.releaseId),
    stable: own(kept.stable, asked.stable?.releaseId),
  };
}

function unusableOf(side: Side, arm: ArmTotals | null, nowMs: number, staleAfterMs: number): string[] {
  if (arm === null) return [];
  if (!Number.isFinite(arm.atMs)) return [`${side}: its numbers do not say when they were read`];
  const ageMs = nowMs - arm.atMs;
  if (-ageMs > AHEAD_MAX_MS) return [`${side}: its numbers are from ${seconds(-ageMs)} in the future`];
  return ageMs > staleAfterMs ? [`${side}: its newest numbers are ${seconds(ageMs)} old`] : [];
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}

/** Time has not moved on for one of them: what it answers is what it answered before. */
function isWaiting(kept: Kept | null, now: Counted): boolean {
  const stood = (before: KeptArm | null | undefined, arm: ArmTotals | null) =>
    before != null && arm !== null && arm.atMs <= before.atMs;
  return stood(kept?.canary, now.canary) || stood(kept?.stable, now.stable);
}

function nextOf(asked: Pick<Asked, 'canary' | 'stable'>, kept: Kept | null, now: Counted): Kept {
  const arm = (totals: ArmTotals | null, releaseId: string, before: KeptArm | null | undefined) =>
    totals === null
      ? null
      : {
          releaseId,
          atMs: totals.atMs,
          pods: worthKeeping(grouped(totals.pods)),
          still: before?.still ?? null,
        };
  return {
    latencyLimitsMs: now.latencyLimitsMs,
    canary: arm(now.canary, asked.canary.releaseId, kept?.canary),
    stable: asked.stable === null ? null : arm(now.stable, asked.stable.releaseId, kept?.stable),
  };
}

function isApart(one: Pair, other: Pair): boolean {
  const apart = (a: number, b: number) => Math.abs(a - b) > SKEW_MAX_MS;
  return apart(one[0].atMs, other[0].atMs) || apart(one[1].atMs, other[1].atMs);
}

function difference(side: Side, [kept, now]: Pair): ArmAnswer {
  return armStretch(side, asTotals(kept), { ...now, pods: grouped(now.pods) });
}

type Limits = { readonly before: readonly number[]; readonly now: readonly number[] };

/** Why latencies of before and now cannot be compared; null where they can. */
function limitsGap({ before, now }: Limits): string | null {
  if (areSameLimits(before, now) || before.length === 0 || now.length === 0) return null;
  return isUnitJump(before, now)
    ? 'latency: the limits of its buckets changed a thousandfold, as from seconds to milliseconds'
    : 'latency: the limits of its buckets changed';
}
