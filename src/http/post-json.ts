const DEADLINE_MS = 10_000;

/**
 * Posts JSON and answers with the status alone. Redirects are not followed.
 * @throws whatever kept it from being delivered; it may have arrived all the same.
 */
export async function postJson(url: string, body: object): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  await answer.body?.cancel();
  return answer.status;
}
