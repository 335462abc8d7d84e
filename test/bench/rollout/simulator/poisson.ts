import { logFactorial } from './log-factorial.ts';

/** How many events there are when `mean` are expected. Hörmann's PTRS (1993) for large means, counting for small ones. */
export function poisson(mean: number, uniform: () => number): number {
  if (mean <= 0) return 0;
  return mean < 30 ? counted(mean, uniform) : transformed(mean, uniform);
}

function counted(mean: number, uniform: () => number): number {
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > end; product *= uniform()) count += 1;
  return count;
}

function transformed(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const enough = 0.9277 - 3.6224 / (b - 2);
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= enough) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const left = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (left <= count * Math.log(mean) - mean - logFactorial(count)) return count;
  }
}
