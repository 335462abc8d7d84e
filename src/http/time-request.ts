/** What one question of ours was answered with; nothing of the body is read. */
export type Timed = {
  readonly status: number;
  /** What the header says that was asked for; null without it. */
  readonly said: string | null;
  /** Whether somebody in between answered from memory. */
  readonly isCached: boolean;
  /** Until the head of the answer was there. */
  readonly tookMs: number;
};

/**
 * Asks an address once, and once only: whoever measures must not be helped by another attempt. Redirects are answers, not
 * followed. Null when there was no answer in time.
 */
export async function timeRequest(
  url: string,
  { header, timeoutMs }: { readonly header: string; readonly timeoutMs: number },
): Promise<Timed | null> {
  const sinceMs = performance.now();
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { 'cache-control': 'no-cache' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const tookMs = performance.now() - sinceMs;
    await answer.body?.cancel();
    const { headers, status } = answer;
    return { status, said: headers.get(header), isCached: Number(headers.get('age') ?? 0) > 0, tookMs };
  } catch {
    return null;
  }
}
