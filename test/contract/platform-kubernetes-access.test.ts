import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kubernetes } from '../../src/platform/kubernetes/index.ts';
import type { Site } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import { type ClusterOptions, type ClusterStandIn, openKubernetes } from '../stand-in/kubernetes/index.ts';
import { addRolling, kubeconfigOf, rolling } from '../stand-in/kubernetes/shop.ts';
import { TOKEN } from '../stand-in/kubernetes/token.ts';
import { certificates } from '../support/stand-in/certificates.ts';
import { failureOf } from './platform-trial.ts';

let folder: string;
let cluster: ClusterStandIn | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-access-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await cluster?.close();
  cluster = null;
});

async function open(options: ClusterOptions = {}): Promise<ClusterStandIn> {
  cluster = await openKubernetes(options);
  addRolling(cluster.state);
  return cluster;
}
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
let nowMs = Date.now();
const clock = { nowMs: () => nowMs, sleep: async () => undefined };
function site(settings: object): Site {
  const platform = kubernetes.open('cluster', settings, aroundWith('unused', clock));
  return platform.site({ id: 'shop/production', address: rolling });
}
const works = async (of: Site) => (await of.look()).releases.length === 1;

describe('a service account', () => {
  test('reads its token for every call, because Kubernetes changes it every hour', async () => {
    const accepted = { token: 'first-token' };
    const { url } = await open({
      isKnown: ({ headers }) => headers['authorization'] === `Bearer ${accepted.token}`,
    });
    write('token', 'first-token\n');
    write('ca.crt', certificates.authority);
    const shop = site({ serviceAccount: { server: url, folder } });
    expect(await works(shop)).toBe(true);
    accepted.token = 'second-token';
    expect((await failureOf(shop.look())).code).toBe('unauthorized');
    write('token', 'second-token');
    expect(await works(shop)).toBe(true);
  });

  test('sends its token to nobody without TLS', () => {
    const settings = { serviceAccount: { server: 'http://kubernetes.example.com' } };
    expect(kubernetes.Settings.safeParse(settings).success).toBe(false);
    expect(kubernetes.Settings.safeParse({ serviceAccount: {} }).data).toEqual({
      serviceAccount: {
        server: 'https://kubernetes.default.svc',
        folder: '/var/run/secrets/kubernetes.io/serviceaccount',
      },
    });
  });
});

describe('over TLS', () => {
  const { authority, server, client } = certificates;
  const listen = { tls: { ...server, ca: authority, requestCert: true, rejectUnauthorized: true } };
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const named = { 'tls-server-name': 'stand-in.internal' };
  const user = { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) };

  test('who asks may be said by a certificate, and who answers is checked against the authority', async () => {
    const { url } = await open({ listen, isKnown: () => true });
    const known = { ...named, 'certificate-authority-data': base64(authority) };
    expect(await works(site({ kubeconfig: write('good', kubeconfigOf(url, user, known)) }))).toBe(true);
    const unknown = site({ kubeconfig: write('no-authority', kubeconfigOf(url, user, named)) });
    expect(await failureOf(unknown.look())).toMatchObject({ code: 'unavailable' });
    const other = { ...known, 'tls-server-name': 'somebody.else' };
    const wrong = site({ kubeconfig: write('other-name', kubeconfigOf(url, user, other)) });
    expect(await failureOf(wrong.look())).toMatchObject({ code: 'unavailable' });
  });

  test('certificates may lie in files beside the kubeconfig', async () => {
    const { url } = await open({ listen, isKnown: () => true });
    write('ca.crt', authority);
    write('me.crt', client.cert);
    write('me.key', client.key);
    const files = { 'client-certificate': 'me.crt', 'client-key': 'me.key' };
    const config = kubeconfigOf(url, files, { ...named, 'certificate-authority': 'ca.crt' });
    expect(await works(site({ kubeconfig: write('config', config) }))).toBe(true);
  });
});

describe('a credential plugin', () => {
  const VERSION = 'client.authentication.k8s.io/v1';
  /** Writes a program that says what it was given, and then who we are. */
  function plugin(status: object, more = ''): object {
    const program = write(
      'plugin',
      `#!${process.execPath}
const { appendFileSync } = require('node:fs');
appendFileSync(${JSON.stringify(join(folder, 'seen'))}, JSON.stringify({ args: process.argv.slice(2), env: process.env }) + '\\n');
${more}
console.log(JSON.stringify({ apiVersion: '${VERSION}', kind: 'ExecCredential', status: ${JSON.stringify(status)} }));
`,
    );
    chmodSync(program, 0o755);
    const env = [{ name: 'AWS_PROFILE', value: 'deploys' }];
    return {
      exec: {
        apiVersion: VERSION,
        command: './plugin',
        args: ['get-token', '; touch hacked'],
        env,
        provideClusterInfo: true,
      },
    };
  }
  const seen = () =>
    readFileSync(join(folder, 'seen'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { args: string[]; env: Record<string, string> });

  test('is asked without a shell and without our environment, once for several calls', async () => {
    const { url } = await open();
    const settings = {
      kubeconfig: write('config', kubeconfigOf(url, plugin({ token: TOKEN }))),
      environment: { HOME: '/home/slipway' },
    };
    const shop = site(settings);
    expect(await works(shop)).toBe(true);
    expect(await works(shop)).toBe(true);
    expect(seen()).toHaveLength(1);
    const [{ args, env } = { args: [], env: {} }] = seen();
    expect(args).toEqual(['get-token', '; touch hacked']);
    expect(existsSync(join(folder, 'hacked'))).toBe(false);
    expect(Object.keys(env).toSorted()).toEqual(['AWS_PROFILE', 'HOME', 'KUBERNETES_EXEC_INFO']);
    expect(JSON.parse(env['KUBERNETES_EXEC_INFO'] ?? '')).toEqual({
      apiVersion: VERSION,
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: url } },
    });
  });

  test('is asked again before its credential ends, and when that was turned away', async () => {
    const { url } = await open();
    const ends = new Date(nowMs + 600_000).toISOString();
    const shop = site({
      kubeconfig: write('config', kubeconfigOf(url, plugin({ token: TOKEN, expirationTimestamp: ends }))),
    });
    await works(shop);
    expect(seen()).toHaveLength(1);
    nowMs += 570_000;
    await works(shop);
    expect(seen().length).toBeGreaterThan(1);
    const before = seen().length;
    cluster?.failNext({ status: 401 });
    await works(shop).catch(() => undefined);
    expect(seen().length).toBeGreaterThan(before);
  });

  test.each<[string, string, object]>([
    ['ends with a code', 'ended with 3: run it by hand', { more: 'process.exit(3);' }],
    [
      'writes something else',
      'did not write an ExecCredential',
      { more: 'console.log("hunter2"); process.exit(0);' },
    ],
    ['says nothing of who we are', 'did not write an ExecCredential', { status: {} }],
  ])(
    'that %s is a refusal that repeats nothing it wrote',
    async (_, because, { status = { token: TOKEN }, more }: { status?: object; more?: string }) => {
      const { url } = await open();
      const failure = await failureOf(
        site({ kubeconfig: write('config', kubeconfigOf(url, plugin(status, more))) }).look(),
      );
      expect(failure).toMatchObject({ code: 'unauthorized', message: expect.stringContaining(because) });
      expect(failure.message).not.toContain('hunter2');
      expect(cluster?.calls()).toEqual([]);
    },
  );

  test('that is not there is said so, with what to write', async () => {
    const { url } = await open();
    const user = { exec: { apiVersion: VERSION, command: 'no-such-plugin' } };
    const failure = await failureOf(site({ kubeconfig: write('config', kubeconfigOf(url, user)) }).look());
    expect(failure.message).toContain('the credential plugin no-such-plugin was not found');
  });
});

test('a kubeconfig that is not there is looked for again at the next call', async () => {
  const { url } = await open();
  const shop = site({ kubeconfig: join(folder, 'later') });
  expect(await failureOf(shop.look())).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('ENOENT'),
  });
  write('later', kubeconfigOf(url));
  expect(await works(shop)).toBe(true);
});

test('what a cluster refuses in words of a Status is told, cut and without credentials', async () => {
  await open();
  const config = kubeconfigOf(cluster?.url ?? '', { token: 'wrong-token-wrong-token' });
  const failure = await failureOf(site({ kubeconfig: write('config', config) }).look());
  expect(failure.code).toBe('unauthorized');
  expect(failure.message).not.toContain('wrong-token');
});
