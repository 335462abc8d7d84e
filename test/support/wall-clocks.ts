/**
 * What clocks on the wall showed, asked of `Intl.DateTimeFormat` alone: an account of clock changes that owes nothing to
 * the library whose answers it judges.
 */
export class WallClocks {
  readonly zone: string;
  readonly changes: readonly number[];
  readonly #stretches: readonly Stretch[];

  constructor(zone: string, fromMs: number, untilMs: number) {
    this.zone = zone;
    this.#stretches = [...stretches(zone, fromMs, untilMs)];
    this.changes = this.#stretches.slice(1).map((stretch) => stretch.fromMs);
  }

  /** Every moment at which the wall shows it; the wall as milliseconds, as if it were UTC. */
  showings(wallMs: number): number[] {
    return this.#stretches
      .map(({ fromMs, untilMs, offsetMs }) => ({ atMs: wallMs - offsetMs, fromMs, untilMs }))
      .filter(({ atMs, fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs)
      .map(({ atMs }) => atMs)
      .toSorted((a, b) => a - b);
  }

  /** Where nothing shows it: the first moment after the skip. */
  resumes(wallMs: number): number {
    const after = this.#stretches.find(({ fromMs, offsetMs }, index) => {
      const before = this.#stretches[index - 1];
      return before !== undefined && fromMs + before.offsetMs <= wallMs && wallMs < fromMs + offsetMs;
    });
    if (after === undefined) throw new Error(`${this.zone} skips no ${new Date(wallMs).toISOString()}`);
    return after.fromMs;
  }

  first(wallMs: number): number {
    return this.showings(wallMs)[0] ?? this.resumes(wallMs);
  }

  last(wallMs: number): number {
    return this.showings(wallMs).at(-1) ?? this.resumes(wallMs);
  }

  /** What the wall shows, as if it were UTC. */
  wallAt(atMs: number): number {
    const stretch = this.#stretches.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
    if (stretch === undefined) throw new Error('not scanned');
    return atMs + stretch.offsetMs;
  }
}

type Stretch = { fromMs: number; untilMs: number; offsetMs: number };

/** No zone changes its clocks twice in a quarter of a day. */
const STRIDE_MS = 6 * 3_600_000;

function* stretches(zone: string, fromMs: number, untilMs: number): Generator<Stretch> {
  const offset = offsets(zone);
  let open = { fromMs, offsetMs: offset(fromMs) };
  for (let atMs = fromMs; atMs < untilMs; atMs += STRIDE_MS) {
    const offsetMs = offset(atMs + STRIDE_MS);
    if (offsetMs === open.offsetMs) continue;
    let [low, high] = [atMs, atMs + STRIDE_MS];
    while (high - low > 1_000) {
      const middle = Math.floor((low + high) / 2_000) * 1_000;
      if (offset(middle) === open.offsetMs) low = middle;
      else high = middle;
    }
    yield { ...open, untilMs: high };
    open = { fromMs: high, offsetMs };
  }
  yield { ...open, untilMs };
}

function offsets(zone: string): (atMs: number) => number {
  const numeric = 'numeric' as const;
  const face = { hour: numeric, minute: numeric, second: numeric, hourCycle: 'h23' } as const;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: numeric,
    month: numeric,
    day: numeric,
    ...face,
  });
  return (atMs) => {
    const shown = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(format.format(atMs));
    if (shown === null) throw new Error(`unreadable clock in ${zone}`);
    const [, month, day, year, hour, minute, second] = shown.map(Number);
    return Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second) - atMs;
  };
}
