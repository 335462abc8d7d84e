/** What rounding may make of a sum. */
const NEAR = 0.5;

/**
 * How many failed, where sources have no point for a count of nothing: what is absent is none only when the other part
 * is all of it. Null where the parts are not the whole, because then something is missing.
 */
export function accounted(all: number | null, failed: number | null, unfailed: number | null): number | null {
  if (all === null || (failed === null && unfailed === null && all > 0)) return null;
  const sum = (failed ?? 0) + (unfailed ?? 0);
  return Math.abs(sum - all) <= NEAR ? (failed ?? 0) : null;
}
