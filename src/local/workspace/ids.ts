/** Makes the ids of one workspace. None repeats, whatever the random numbers are. */
export type Ids = {
  /** A message's `ts`: seconds and microseconds, always later than the one before. */
  readonly ts: () => string;
  /** `V` and ten letters and digits. */
  readonly id: (prefix: string) => string;
  /** What nobody guesses: for addresses and triggers. */
  readonly secret: () => string;
  /** Never answers a `ts` before this one again: for messages that were read back from a file. */
  readonly notBefore: (ts: string) => void;
};

export function openIds(nowMs: () => number, random: () => number): Ids {
  let lastMicros = 0;
  let count = 0;
  const letters = (many: number): string =>
    Array.from({ length: many }, () => Math.floor(random() * 36).toString(36)).join('');
  return {
    ts: () => {
      lastMicros = Math.max(lastMicros + 1, Math.floor(nowMs()) * 1_000);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    },
    id: (prefix) => {
      count += 1;
      return `${prefix}0${(count.toString(36).padStart(4, '0') + letters(5)).toUpperCase()}`;
    },
    secret: () => {
      count += 1;
      return `${count.toString(36)}${letters(24)}`;
    },
    notBefore: (ts) => {
      const [seconds = '0', micros = '0'] = ts.split('.');
      lastMicros = Math.max(lastMicros, Number(seconds) * 1e6 + Number(micros));
    },
  };
}

/** Orders two `ts` by time. */
export function byTime(a: string, b: string): number {
  const [left = '', right = ''] = [a, b].map((ts) => ts.padStart(24, '0'));
  return left < right ? -1 : Number(left > right);
}
