/**
 * The process's own way out, for a client of somebody else's making that cannot use our door: every call ends, with
 * reading its answer, after `deadlineMs` at the latest.
 */
export function endingFetch(deadlineMs: number): typeof globalThis.fetch {
  return (input, init) => {
    const end = AbortSignal.timeout(deadlineMs);
    const given = init?.signal;
    return fetch(input, { ...init, signal: given == null ? end : AbortSignal.any([given, end]) });
  };
}
