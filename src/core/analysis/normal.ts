/** Share of a normal distribution below `score`. After Press et al., Numerical Recipes 6.2 (erfc, off by 1.2e-7 at most). */
export function shareBelow(score: number): number {
  const z = Math.abs(score) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * z);
  const polynomial = ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const above = 0.5 * t * Math.exp(-z * z + polynomial);
  return score >= 0 ? 1 - above : above;
}

const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

/** The score below which `share` of a normal distribution lies. After P. J. Acklam (relative error 1.2e-9). */
export function scoreOf(share: number): number {
  if (share > 1 - EDGE) return -scoreOf(1 - share);
  if (share < EDGE) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(TAIL_TOP, q) / (polynomial(TAIL_BOTTOM, q) * q + 1);
  }
  const q = share - 0.5;
  const r = q * q;
  return (polynomial(MIDDLE_TOP, r) * q) / (polynomial(MIDDLE_BOTTOM, r) * r + 1);
}

/** How well the spread of a handful of pods is known: as well as one of ten numbers. */
const FREEDOM = 10;

/**
 * The same where the spread itself was estimated: Student's t, by the expansion of Cornish and Fisher (Abramowitz and
 * Stegun 26.7.5).
 */
export function quantileOfFew(share: number): number {
  const z = scoreOf(share);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / FREEDOM + second / FREEDOM ** 2;
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

const EDGE = 0.02425;
const MIDDLE_TOP = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const MIDDLE_BOTTOM = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const TAIL_TOP = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BOTTOM = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
