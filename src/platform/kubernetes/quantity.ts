const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `250m`, `12345n`, `128Mi`, `1e3` (Kubernetes' API conventions, "Quantity"); null for anything else. */
export function quantityOf(text: string): number | null {
  const [, digits, exponent, unit = ''] =
    /^(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d{1,3})|([A-Za-z]{1,2}))?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  return factor === undefined ? null : Number(`${digits}${exponent ?? ''}`) * factor;
}
