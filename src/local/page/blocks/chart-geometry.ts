/** Where things are in a chart, in the units of its `viewBox`. */
export const frame = { width: 560, height: 240, left: 52, right: 12, top: 12, bottom: 30 };

export const plotWidth = frame.width - frame.left - frame.right;
export const plotHeight = frame.height - frame.top - frame.bottom;

export type Scale = { readonly ticks: readonly number[]; readonly y: (value: number) => number };

/** A scale that has zero on it, with round steps, so that its numbers can be read. */
export function scaleFor(values: readonly number[]): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  // Differences below this are noise, and a step of almost nothing divides by nothing.
  const spread = high - low > 1e-9 ? high - low : 1;
  const step = roundStep(spread / 4);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const [bottom, top] = [first * step, last * step];
  return { ticks, y: (value) => frame.top + plotHeight * (1 - (value - bottom) / (top - bottom)) };
}

/** 1, 2 or 5 times a power of ten, at least as large as was asked. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * ([1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10);
}

/** The middle of the n-th category. */
export const categoryX = (index: number, count: number): number =>
  frame.left + (plotWidth * (index + 0.5)) / count;

/** One slice of a pie around (0, 0), from one share of the turn to another. */
export function slicePath(from: number, to: number, radius: number): string {
  if (to - from > 0.9999) return `M 0 ${-radius} A ${radius} ${radius} 0 1 1 -0.01 ${-radius} Z`;
  const at = (share: number) => {
    const angle = 2 * Math.PI * share - Math.PI / 2;
    return `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  };
  return `M 0 0 L ${at(from)} A ${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)} Z`;
}

/** A number as an axis or a table shows it. */
export const numberWords = (value: number): string =>
  new Intl.NumberFormat('en', {
    maximumFractionDigits: 3,
    notation: Math.abs(value) >= 1e6 ? 'compact' : 'standard',
  }).format(value);
