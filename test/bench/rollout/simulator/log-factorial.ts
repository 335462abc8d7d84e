const TABLE = 256;
const known = new Float64Array(TABLE);
for (let n = 2; n < TABLE; n += 1) known[n] = (known[n - 1] ?? 0) + Math.log(n);

/** ln n!, from a table for small n and Stirling's series beyond it. */
export function logFactorial(n: number): number {
  const small = known[n];
  return small === undefined ? logGamma(n + 1) : small;
}

/** ln Γ(x) for x > 0: Stirling's series, after raising x to where it is exact to about twelve digits. */
export function logGamma(x: number): number {
  let raised = x;
  let product = 1;
  while (raised < 8) {
    product *= raised;
    raised += 1;
  }
  const inverse = 1 / raised;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (
    (raised - 0.5) * Math.log(raised) - raised + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product)
  );
}
