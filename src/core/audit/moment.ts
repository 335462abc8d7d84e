/** A moment as the record writes it: to the microsecond, which a clock of milliseconds leaves at zero. */
export function momentOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

/** Milliseconds; `NaN` for what is no moment. */
export function msOf(moment: string): number {
  return Date.parse(moment);
}
