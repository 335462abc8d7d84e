import { createServer } from 'node:http';
import type { WebhookDoor } from './door.ts';

const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const CONNECTIONS_MAX = 200;

/** Opens a port that has nothing behind it but webhooks; 0 takes a free one. @throws `EADDRINUSE` */
export async function serveWebhooks(
  door: WebhookDoor,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      if (!door.take(request, response)) response.writeHead(404).end();
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
