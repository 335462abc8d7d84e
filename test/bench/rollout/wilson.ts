/** A share with the interval that it lies in 95 times of a hundred. */
export type Share = {
  readonly hits: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
};

/** Wilson, "Probable inference, the law of succession, and statistical inference" (1927): right for small shares too. */
export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { hits, of, low: 0, high: 1 };
  const z = 1.96;
  const share = hits / of;
  const shrunk = 1 + z ** 2 / of;
  const centre = (share + z ** 2 / (2 * of)) / shrunk;
  const half = (z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2))) / shrunk;
  return { hits, of, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
