import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** Why nobody is let through, and for how long at most. */
export const Page = z.object({ untilMs: z.number(), reason: z.string().max(1_000).nullable() });
export type Page = z.infer<typeof Page>;

/**
 * What people get to see instead of the service. 503 and Retry-After (RFC 9110, 15.6.4 and 10.2.3) tell programs that it
 * comes back, so that no search engine forgets it and no cache keeps this.
 */
export function sendPage(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  service: string,
  { untilMs, reason }: Page,
  nowMs: number,
): void {
  // What was not read of a body would be taken for the next request on this connection.
  const connection = incoming.complete ? {} : { connection: 'close' };
  outgoing.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'retry-after': String(Math.max(1, Math.ceil((untilMs - nowMs) / 1_000))),
    'cache-control': 'no-store',
    ...connection,
  });
  outgoing.end(incoming.method === 'HEAD' ? undefined : html(service, reason, untilMs));
}

function html(service: string, reason: string | null, untilMs: number): string {
  const why = reason === null ? '' : `<p>${escaped(reason)}</p>`;
  const until = `${new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Back soon</title>
<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color:#1d1c1d}</style>
<h1>Back soon</h1>
<p>${escaped(service)} is being worked on. It comes back by ${until} at the latest.</p>
${why}
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
