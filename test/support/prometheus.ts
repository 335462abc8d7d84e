import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Unavailable } from './postgres.ts';
import { findProgram, freePort, INSTALL, removeFolder, run, temporaryFolder, untilReady } from './server.ts';

/** A server of our own in a temporary folder. */
export type TestServer = { readonly url: string; stop(): Promise<void> };

/** Who is scraped, and which labels its series get. */
export type Scraped = { readonly address: string; readonly labels: Readonly<Record<string, string>> };

/** A real Prometheus. Its files are JSON, which is YAML too. */
export async function startPrometheus(options: {
  readonly scraped: readonly Scraped[];
  /** Every second when left out. */
  readonly scrapesEveryMs?: number;
  /** Rules that alert: their names, and what has to be true. */
  readonly rules?: Readonly<Record<string, string>>;
  /** `127.0.0.1:9093` */
  readonly alertmanager?: string;
}): Promise<TestServer | Unavailable> {
  const program = findProgram('prometheus', ['/usr/bin', '/usr/local/bin']);
  if (program === null) return { unavailable: 'no Prometheus is installed', install: INSTALL };
  const folder = temporaryFolder('prometheus', null);
  const file = join(folder, 'prometheus.yml');
  const rules = Object.entries(options.rules ?? {}).map(([alert, expr]) => ({ alert, expr }));
  writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'ours', rules }] }));
  writeFileSync(file, JSON.stringify(configurationOf(options)));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = await run(
    program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    null,
  );
  await untilReady('Prometheus', () => isWell(`${url}/-/ready`), running);
  return {
    url,
    async stop() {
      await running.kill('SIGKILL');
      removeFolder(folder);
    },
  };
}

function configurationOf({
  scraped,
  scrapesEveryMs = 1_000,
  alertmanager,
}: Parameters<typeof startPrometheus>[0]) {
  return {
    global: { scrape_interval: `${scrapesEveryMs}ms`, evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: [
      {
        job_name: 'ours',
        static_configs: scraped.map(({ address, labels }) => ({ targets: [address], labels })),
      },
    ],
    ...(alertmanager === undefined
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
  };
}

/** A real Alertmanager, alone, that tells an address of everything at once. */
export async function startAlertmanager(
  receiver: { readonly url: string; readonly bearer: string } | null = null,
): Promise<(TestServer & { readonly address: string }) | Unavailable> {
  const program = findProgram('prometheus-alertmanager', ['/usr/bin', '/usr/local/bin']);
  if (program === null) return { unavailable: 'no Alertmanager is installed', install: INSTALL };
  const folder = temporaryFolder('alertmanager', null);
  const file = join(folder, 'alertmanager.yml');
  mkdirSync(join(folder, 'state'));
  const told =
    receiver === null
      ? {}
      : {
          webhook_configs: [
            {
              url: receiver.url,
              send_resolved: true,
              http_config: { authorization: { type: 'Bearer', credentials: receiver.bearer } },
            },
          ],
        };
  const route = { receiver: 'ours', group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
  writeFileSync(file, JSON.stringify({ route, receivers: [{ name: 'ours', ...told }] }));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const running = await run(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'state')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    null,
  );
  await untilReady('Alertmanager', () => isWell(`http://${address}/-/ready`), running);
  return {
    url: `http://${address}`,
    address,
    async stop() {
      await running.kill('SIGKILL');
      removeFolder(folder);
    },
  };
}

async function isWell(url: string): Promise<void> {
  const { ok } = await fetch(url);
  if (!ok) throw new Error('it is not ready yet');
}

/** Something that is scraped: whatever the test says that it has counted. */
export type Target = {
  readonly address: string;
  /** Text of the exposition format, as it is or made anew for each scrape; null: it does not answer. */
  text: string | (() => string) | null;
  stop(): Promise<void>;
};

export async function startTarget(text: NonNullable<Target['text']>): Promise<Target> {
  const server = createServer((_request, response) => {
    const shown = typeof target.text === 'function' ? target.text() : target.text;
    if (shown === null) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(shown);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const target: Target = {
    address: `127.0.0.1:${port}`,
    text,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return target;
}
