import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { closest } from '../../../core/closest.ts';
import { isBare, keepsSecrets } from '../../../http/secret-url.ts';
import { refusedAccess } from './refused.ts';

/** The fields of a kubeconfig that we read (client-go `tools/clientcmd/api/v1/types.go`). */
const Exec = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  interactiveMode: z.string().optional(),
  provideClusterInfo: z.boolean().optional(),
});
export type Exec = z.infer<typeof Exec>;

const Cluster = z.object({
  server: z.url({ protocol: /^https?$/ }),
  'tls-server-name': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'proxy-url': z.string().optional(),
});
const User = z.object({
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  as: z.string().optional(),
  exec: Exec.nullish(),
  'auth-provider': z.unknown().optional(),
});
const Kubeconfig = z.object({
  'current-context': z.string().optional(),
  clusters: z.array(z.object({ name: z.string(), cluster: Cluster })),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  users: z.array(z.object({ name: z.string(), user: User })),
});

/** PEM, written into the kubeconfig or beside it. */
export type Material = { readonly text: string } | { readonly file: string } | null;

export type Way = {
  readonly server: string;
  readonly serverName: string | undefined;
  readonly ca: Material;
  readonly who:
    | { readonly kind: 'token'; readonly token: Material }
    | { readonly kind: 'certificate'; readonly cert: Material; readonly key: Material }
    | { readonly kind: 'exec'; readonly exec: Exec; readonly folder: string }
    | { readonly kind: 'nobody' };
};

/**
 * The way to a cluster that a context of a kubeconfig describes. Paths in it are relative to its own folder.
 * @throws {Failed} `rejected`, without a word of what the file holds: it holds credentials.
 */
export function readKubeconfig(text: string, folder: string, asked: string | undefined): Way {
  const config = Kubeconfig.safeParse(parsed(text));
  if (!config.success) {
    const where = config.error.issues.slice(0, 3).map(({ path }) => path.join('.') || 'the whole');
    throw refusedAccess(`the kubeconfig cannot be read at ${where.join(', ')}`);
  }
  const { clusters, contexts, users } = config.data;
  const name = asked ?? config.data['current-context'];
  if (name === undefined || name === '') {
    throw refusedAccess('the kubeconfig has no current-context: name one as context: in the settings');
  }
  const { context } = named(contexts, name, 'context');
  const { cluster } = named(clusters, context.cluster, 'cluster');
  const { user } = named(users, context.user, 'user');
  refuseUnsafe(cluster, user);
  const place = (file: string | undefined) =>
    file === undefined ? null : { file: isAbsolute(file) ? file : join(folder, file) };
  return {
    server: cluster.server,
    serverName: cluster['tls-server-name'],
    ca: inline(cluster['certificate-authority-data']) ?? place(cluster['certificate-authority']),
    who: whoOf(user, folder, place),
  };
}

/** As client-go: what is written inline comes before a file, and a token file before a token. */
function whoOf(
  user: z.infer<typeof User>,
  folder: string,
  place: (file: string | undefined) => Material,
): Way['who'] {
  if (user.exec !== undefined && user.exec !== null) return { kind: 'exec', exec: user.exec, folder };
  const token = place(user.tokenFile) ?? (user.token === undefined ? null : { text: user.token });
  if (token !== null) return { kind: 'token', token };
  const cert = inline(user['client-certificate-data']) ?? place(user['client-certificate']);
  const key = inline(user['client-key-data']) ?? place(user['client-key']);
  if (cert !== null && key !== null) return { kind: 'certificate', cert, key };
  return { kind: 'nobody' };
}

/** What would send a credential to somebody whom we cannot recognise, or needs what we do not do. */
function refuseUnsafe(cluster: z.infer<typeof Cluster>, user: z.infer<typeof User>): void {
  const reasons = [
    [!isBare(cluster.server), 'the address of its server holds a user, a password or a query'],
    [!keepsSecrets(cluster.server), 'its server is not reached by https'],
    [
      cluster['insecure-skip-tls-verify'] === true,
      'it does not check who the server is: write its certificate-authority',
    ],
    [cluster['proxy-url'] !== undefined, 'it goes through a proxy, which is not supported'],
    [user.as !== undefined, 'it acts as somebody else (as:): give Slipway an account of its own'],
    [user.username !== undefined, 'it uses a password, which Kubernetes has not taken since 1.19'],
    [
      user['auth-provider'] !== undefined,
      'it uses auth-provider, which ended with Kubernetes 1.26: use exec',
    ],
    [user.exec?.interactiveMode === 'Always', 'its credential plugin wants to talk to a person'],
  ] as const;
  const reason = reasons.find(([is]) => is)?.[1];
  if (reason !== undefined) throw refusedAccess(`the kubeconfig cannot be used: ${reason}`);
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string, what: string): T {
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const [near] = closest(
    name,
    all.map((each) => each.name),
  );
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw refusedAccess(`the kubeconfig has no ${what} ${name}${hint}`);
}

function inline(base64: string | undefined): Material {
  return base64 === undefined || base64 === ''
    ? null
    : { text: Buffer.from(base64, 'base64').toString('utf8') };
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw refusedAccess('the kubeconfig is not YAML');
  }
}
