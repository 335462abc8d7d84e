/**
 * Whole percents in these proportions that add up to 100, or to 0 where there is nothing to share: the largest remainders
 * are rounded up. Whoever has anything has at least one percent, so that nothing that serves is shown as if it did not.
 */
export function percentsOf(amounts: readonly number[]): number[] {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total === 0) return amounts.map(() => 0);
  const exact = amounts.map((amount) => (amount * 100) / total);
  const whole = exact.map((share) => (share > 0 ? Math.max(1, Math.floor(share)) : 0));
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - (whole[index] ?? 0) }))
    .toSorted((a, b) => b.remainder - a.remainder);
  let left = 100 - whole.reduce((sum, share) => sum + share, 0);
  const step = Math.sign(left);
  const order = step > 0 ? byRemainder : byRemainder.toReversed();
  for (let turn = 0; left !== 0; turn++) {
    const index = order[turn % order.length]?.index ?? 0;
    if (step < 0 && (whole[index] ?? 0) <= 1) continue;
    whole[index] = (whole[index] ?? 0) + step;
    left -= step;
  }
  return whole;
}
