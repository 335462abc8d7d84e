/** Logarithm of the gamma function for x > 0. After Lanczos, as in Numerical Recipes 6.1 (relative error 2e-10). */
export function lnGamma(x: number): number {
  const shifted = x + 5.5;
  const front = (x + 0.5) * Math.log(shifted) - shifted;
  let series = 1.00000000019001;
  for (let i = 0; i < LANCZOS.length; i += 1) series += (LANCZOS[i] ?? 0) / (x + 1 + i);
  return front + Math.log((2.506628274631 * series) / x);
}

const LANCZOS = [
  76.1800917294715, -86.5053203294168, 24.0140982408309, -1.231739572450155, 0.001208650973866179,
  -0.000005395239384953,
];

/** ln of a (a+1) … (a+x-1), which is lnGamma(a+x) - lnGamma(a); exact and quicker for the small counts that are usual. */
export function lnRise(a: number, x: number): number {
  if (x === 0) return 0;
  if (x > PRODUCT_MAX || x !== Math.floor(x)) return lnGamma(a + x) - lnGamma(a);
  let product = a;
  for (let i = 1; i < x; i += 1) product *= a + i;
  return Math.log(product);
}

/** So many factors, each below 1e15, cannot overflow. */
const PRODUCT_MAX = 16;
