import type { IncomingMessage } from 'node:http';

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Why a request is refused before anybody reads it; null when it may pass. Only the loopback interface is listened on,
 * but a browser on this machine is there too: a foreign site must neither drive the workspace through its own
 * requests (`Origin`, `Sec-Fetch-Site`) nor through a name that it pointed at this machine (`Host`).
 */
export function whyRefused(request: Pick<IncomingMessage, 'headers'>): string | null {
  const { host = '', origin } = request.headers;
  if (!loopback.test(host)) return 'This server answers only to 127.0.0.1 and localhost.';
  if (origin !== undefined && origin !== `http://${host}`) return 'Other sites may not use this server.';
  const site = request.headers['sec-fetch-site'];
  const isNavigation = request.headers['sec-fetch-mode'] === 'navigate';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation)
    return 'Other sites may not use this server.';
  return null;
}
