import { logFactorial } from './log-factorial.ts';

/** How many of `tries` succeed. Hörmann's BTRS (1993) where many do, inversion where few do. */
export function binomial(tries: number, chance: number, uniform: () => number): number {
  if (tries <= 0 || chance <= 0) return 0;
  if (chance >= 1) return tries;
  if (chance > 0.5) return tries - binomial(tries, 1 - chance, uniform);
  return tries * chance < 10 ? inverted(tries, chance, uniform) : transformed(tries, chance, uniform);
}

function inverted(tries: number, chance: number, uniform: () => number): number {
  const odds = chance / (1 - chance);
  const factor = (tries + 1) * odds;
  let probability = (1 - chance) ** tries;
  let left = uniform();
  let count = 0;
  while (left > probability) {
    left -= probability;
    count += 1;
    if (count > tries) return tries;
    probability *= factor / count - odds;
  }
  return count;
}

function transformed(tries: number, chance: number, uniform: () => number): number {
  const deviation = Math.sqrt(tries * chance * (1 - chance));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * chance;
  const centre = tries * chance + 0.5;
  const enough = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const logOdds = Math.log(chance / (1 - chance));
  const mode = Math.floor((tries + 1) * chance);
  const top = logFactorial(mode) + logFactorial(tries - mode);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + centre);
    if (count < 0 || count > tries) continue;
    if (us >= 0.07 && v <= enough) return count;
    const left = Math.log((v * alpha) / (a / (us * us) + b));
    if (left <= top - logFactorial(count) - logFactorial(tries - count) + (count - mode) * logOdds)
      return count;
  }
}
