const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `90s`, `15m`, `1h30m`, `2d`: milliseconds, or null for anything else. Units must fall, each at most once. */
export function parseDuration(text: string): number | null {
  if (text.length > 20 || !/^(?:[0-9]{1,6}(?:ms|[smhd]))+$/.test(text)) return null;
  const parts = [...text.matchAll(/([0-9]+)(ms|[smhd])/g)].map(([, amount, unit]) => ({
    amount: Number(amount),
    unitMs: unitMs.get(unit ?? '') ?? 0,
  }));
  const falls = parts.every((part, index) => index === 0 || part.unitMs < (parts[index - 1]?.unitMs ?? 0));
  return falls ? parts.reduce((sum, part) => sum + part.amount * part.unitMs, 0) : null;
}
