import type { History, Stretch } from '../core/analysis/look.ts';
import { armStretch } from './arm-stretch.ts';
import type { ArmTotals } from './totals.ts';

type HistoryLook = History['looks'][number];

/** How many pods are told one by one: enough to see how much they differ. */
const PODS_MAX = 12;

/** What ran before, from totals one after the other. Stretches that cannot be known are left out. */
export function historyFrom(
  latencyLimitsMs: readonly number[],
  totals: readonly ArmTotals[],
): History | null {
  const moved = totals.filter(
    ({ atMs }, index) => atMs > (totals[index - 1]?.atMs ?? Number.NEGATIVE_INFINITY),
  );
  const known = moved.slice(1).flatMap((to, index) => {
    const from = moved[index];
    const fleet = from === undefined ? null : armStretch('stable', from, to).stretch;
    return from === undefined || fleet === null ? [] : [{ from, to, fleet }];
  });
  if (known.length === 0) return null;
  const always = podsAlways(known);
  const looks = known.map(
    ({ from, to, fleet }): HistoryLook => ({
      atMs: to.atMs,
      durationMs: to.atMs - from.atMs,
      fleet,
      pods: always.flatMap((name) => podStretchOf(name, from, to) ?? []),
    }),
  );
  return { latencyLimitsMs, looks };
}

type Pair = { readonly from: ArmTotals; readonly to: ArmTotals };

/** Those of which every stretch is known, so that the same ones are always in the same places. */
function podsAlways(pairs: readonly Pair[]): string[] {
  const names = [...(pairs[0]?.from.pods.keys() ?? [])].toSorted();
  const always = names.filter((name) => pairs.every(({ from, to }) => podStretchOf(name, from, to) !== null));
  // One pod says nothing about how much pods differ.
  return always.length < 2 ? [] : always.slice(0, PODS_MAX);
}

function podStretchOf(name: string, from: ArmTotals, to: ArmTotals): Stretch | null {
  const alone = (arm: ArmTotals) => {
    const totals = arm.pods.get(name);
    return totals === undefined ? null : { ...arm, pods: new Map([[name, totals]]) };
  };
  const before = alone(from);
  const after = alone(to);
  return before === null || after === null ? null : armStretch('stable', before, after).stretch;
}
