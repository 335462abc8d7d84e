/** The share of a standard normal that lies below x. Numerical Recipes' erfc, off by less than 1.2e-7 of itself. */
export function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  if (z > 8) return x > 0 ? 1 : 0;
  const t = 1 / (1 + 0.5 * z);
  // Written out: this is where a simulation spends its time.
  const high = 0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)));
  const low = 1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * high)));
  const tail = 0.5 * t * Math.exp(-z * z - 1.26551223 + t * low);
  return x >= 0 ? 1 - tail : tail;
}

/** Below which x the share `below` of a standard normal lies: a search by halves, for the few that are needed. */
export function normalQuantile(below: number): number {
  let low = -12;
  let high = 12;
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < below) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
