const DEADLINE_MS = 5_000;

/** The header by which a service says which version it is. */
const VERSION_HEADER = 'x-slipway-version';

/**
 * Asks an address once and reads nothing but its status and the version that it names; redirects are answers, not
 * followed. Null when there was no answer in time.
 */
export async function probe(
  url: string,
): Promise<{ readonly status: number; readonly version: string | null } | null> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) });
    await answer.body?.cancel();
    return { status: answer.status, version: answer.headers.get(VERSION_HEADER) };
  } catch {
    return null;
  }
}
