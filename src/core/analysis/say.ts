/** `2.1 %`, `0.04 %`: as many digits as mean something. */
export function sayPercent(percent: number): string {
  return `${digits(percent)} %`;
}

/** `480 ms`, `2.1 s`. */
export function sayMs(ms: number): string {
  return ms >= 10_000 ? `${digits(ms / 1000)} s` : `${digits(ms)} ms`;
}

/** `1 in 4,000`, rounded: nobody knows it more exactly. */
export function sayOnceIn(onceIn: number): string {
  if (onceIn >= 1e6) return 'less than 1 in 1,000,000';
  return `1 in ${sayCount(Number(onceIn.toPrecision(onceIn < 100 ? 2 : 1)))}`;
}

/** `15,190`. */
export function sayCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

export function sayRequests(count: number): string {
  return `${sayCount(count)} request${Math.round(count) === 1 ? '' : 's'}`;
}

function digits(value: number): string {
  if (value === 0) return '0';
  if (value >= 100) return sayCount(value);
  return value
    .toFixed(value >= 10 ? 1 : value >= 0.1 ? 2 : 3)
    .replace(/0+$/, '')
    .replace(/\.$/, '');
}
