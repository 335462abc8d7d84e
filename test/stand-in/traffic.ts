/** What one version served in one second. */
type Second = { readonly requests: number; readonly errors: number; readonly latencyMs: number };

export type Sum = {
  readonly requests: number;
  readonly errors: number;
  /** How many took at most so long. */
  atMost(limitMs: number): number;
  readonly p95Ms: number | null;
};

/** What services of the stand-ins for sources of numbers have served: exact, second by second, and never at random. */
export class Traffic {
  readonly #seconds = new Map<string, Map<number, Second>>();
  /** What counts of a version are multiplied by when they are told: a thousand when a unit changes. */
  readonly factors = new Map<string, number>();

  /** From then until then, every second alike. */
  serve(version: string, fromMs: number, toMs: number, second: Second): void {
    const seconds = this.#seconds.get(version) ?? new Map<number, Second>();
    this.#seconds.set(version, seconds);
    for (let atMs = fromMs; atMs < toMs; atMs += 1_000) seconds.set(atMs, second);
  }

  /** As when an agent dies: nothing is known of that time. */
  lose(version: string, fromMs: number, toMs: number): void {
    for (let atMs = fromMs; atMs < toMs; atMs += 1_000) this.#seconds.get(version)?.delete(atMs);
  }

  /** Of one version, or of all of them; null where nothing is known. */
  between(version: string | null, fromMs: number, toMs: number): Sum | null {
    const known = version === null ? [...this.#seconds.keys()] : [version];
    const seconds = known.flatMap((each) => this.#within(each, fromMs, toMs));
    if (seconds.length === 0) return null;
    const add = (of: (second: Second) => number) => seconds.reduce((sum, second) => sum + of(second), 0);
    const requests = add((second) => second.requests);
    const atMost = (limitMs: number) => add((second) => (second.latencyMs <= limitMs ? second.requests : 0));
    const limits = [...new Set(seconds.map(({ latencyMs }) => latencyMs))].toSorted((a, b) => a - b);
    const p95Ms = limits.find((limit) => requests > 0 && atMost(limit) >= 0.95 * requests) ?? null;
    return { requests, errors: add((second) => second.errors), atMost, p95Ms };
  }

  #within(version: string, fromMs: number, toMs: number): readonly Second[] {
    const factor = this.factors.get(version) ?? 1;
    return [...(this.#seconds.get(version) ?? [])]
      .filter(([atMs]) => atMs >= fromMs && atMs < toMs)
      .map(([, { requests, errors, latencyMs }]) => ({
        requests: requests * factor,
        errors: errors * factor,
        latencyMs,
      }));
  }
}
