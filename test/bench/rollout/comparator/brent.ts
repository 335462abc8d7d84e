/** What Kayenta asks of its search for roots: an absolute tolerance, whatever the scale of the measure is. */
const TOLERANCE = 1e-4;
const ROUNDS_MAX = 1_000;

type Point = { readonly at: number; readonly value: number };

/**
 * Where a function that has other signs at `from` and `to` is zero (Brent, "Algorithms for minimization without
 * derivatives", 1973, chapter 4): by secants and parabolas where they converge, by halves where they do not.
 */
export function rootBetween(from: number, to: number, valueAt: (at: number) => number): number {
  let before: Point = { at: from, value: valueAt(from) };
  let best: Point = { at: to, value: valueAt(to) };
  let across = before;
  if (before.value === 0) return before.at;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const lastStep = best.at - before.at;
    if (Math.abs(across.value) < Math.abs(best.value)) [before, best, across] = [best, across, best];
    const tolerance = 2 * Number.EPSILON * Math.abs(best.at) + TOLERANCE / 2;
    const half = (across.at - best.at) / 2;
    if (Math.abs(half) <= tolerance || best.value === 0) return best.at;
    const canGuess = Math.abs(lastStep) >= tolerance && Math.abs(before.value) > Math.abs(best.value);
    const guess = canGuess ? guessed(before, best, across, lastStep, tolerance) : half;
    const step = Math.abs(guess) < tolerance ? Math.sign(guess || 1) * tolerance : guess;
    before = best;
    const at = best.at + step;
    best = { at, value: valueAt(at) };
    if (Math.sign(best.value) === Math.sign(across.value)) across = before;
  }
  return best.at;
}

/** A step by secant or inverse parabola; half of the way where that would not be trusted. */
function guessed(before: Point, best: Point, across: Point, lastStep: number, tolerance: number): number {
  const way = across.at - best.at;
  const slope = best.value / before.value;
  let p = way * slope;
  let q = 1 - slope;
  if (before.at !== across.at) {
    const first = before.value / across.value;
    const second = best.value / across.value;
    p = slope * (way * first * (first - second) - (best.at - before.at) * (second - 1));
    q = (first - 1) * (second - 1) * (slope - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  const isTrusted = p < 0.75 * way * q - Math.abs(tolerance * q) / 2 && p < Math.abs((lastStep * q) / 2);
  return isTrusted ? p / q : way / 2;
}
