import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from './ports.ts';

test('a port that is said to be free can be listened on', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
});

const RANGE = '/proc/sys/net/ipv4/ip_local_port_range';
const firstOutgoing = existsSync(RANGE) ? Number(readFileSync(RANGE, 'utf8').split(/\s+/)[0]) : 0;

test.runIf(firstOutgoing >= 32_000)('it is none that the system gives to outgoing connections', async () => {
  for (let attempt = 0; attempt < 20; attempt++) expect(await freePort()).toBeLessThan(firstOutgoing);
});
