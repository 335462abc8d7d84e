/** Random numbers from a seed: the same seed gives the same numbers on every machine. */
export type Random = {
  /** From 0 up to 1. */
  next(): number;
  chance(probability: number): boolean;
  /** Whole, both ends included. */
  int(min: number, max: number): number;
  between(min: number, max: number): number;
  pick<T>(choices: readonly T[]): T;
};

/** sfc32, after warming up: small, fast, and passes the usual batteries of tests. */
export function randomFrom(seed: number, stream: number): Random {
  let [a, b, c, counter] = [seed | 0, stream | 0, 0x9e3779b9 | 0, 1];
  const draw = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let warm = 0; warm < 12; warm++) draw();
  const int = (min: number, max: number) => min + Math.floor(draw() * (max - min + 1));
  return {
    next: draw,
    chance: (probability) => draw() < probability,
    int,
    between: (min, max) => min + draw() * (max - min),
    pick: (choices) => {
      const chosen = choices[int(0, choices.length - 1)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
  };
}
