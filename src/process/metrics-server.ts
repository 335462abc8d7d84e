import { createServer } from 'node:http';
import type { Metrics } from '../telemetry/index.ts';

/** Serves what Prometheus reads, and nothing else. `address` is `host:port`. @throws `EADDRINUSE` */
export async function serveMetrics(metrics: Metrics, address: string): Promise<() => Promise<void>> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const text = await metrics.exposition();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: Number(address.slice(at + 1)) }, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
