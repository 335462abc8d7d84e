import { execFile } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { Failed } from '../../../core/failure.ts';
import type { Exec } from './kubeconfig.ts';
import { refusedAccess } from './refused.ts';

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const DEADLINE_MS = 20_000;
const ANSWER_BYTES_MAX = 256 * 1_024;

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
const ExecCredential = z.object({
  apiVersion: z.string(),
  kind: z.literal('ExecCredential'),
  status: z
    .object({
      token: z.string().min(1).optional(),
      clientCertificateData: z.string().min(1).optional(),
      clientKeyData: z.string().min(1).optional(),
      expirationTimestamp: z.iso.datetime({ offset: true }).optional(),
    })
    .refine(
      ({ token, clientCertificateData, clientKeyData }) =>
        token !== undefined || (clientCertificateData !== undefined && clientKeyData !== undefined),
      'neither a token nor a certificate with its key',
    ),
});

export type Credential = {
  readonly token: string | null;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Null: as long as it is taken. */
  readonly endsAtMs: number | null;
};

export type PluginWorld = {
  readonly exec: Exec;
  /** Of the kubeconfig: where a command with a slash in it is looked for. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly cluster: {
    readonly server: string;
    readonly ca: string | undefined;
    readonly serverName: string | undefined;
  };
};

/**
 * Asks a credential plugin (EKS, GKE and AKS have one each) who we are. No shell, nothing typed by people, and nothing of
 * our own environment: secrets of ours are not the plugin's to see. What it writes is a credential and is never repeated.
 * @throws {Failed} `unauthorized`
 */
export async function askPlugin({ exec, folder, environment, cluster }: PluginWorld): Promise<Credential> {
  if (!VERSIONS.includes(exec.apiVersion)) {
    throw refusedAccess(
      `the credential plugin speaks ${exec.apiVersion}, and we speak ${VERSIONS.join(' or ')}`,
    );
  }
  const asked = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo === true
        ? {
            cluster: {
              server: cluster.server,
              ...(cluster.serverName === undefined ? {} : { 'tls-server-name': cluster.serverName }),
              ...(cluster.ca === undefined
                ? {}
                : { 'certificate-authority-data': Buffer.from(cluster.ca).toString('base64') }),
            },
          }
        : {}),
    },
  };
  const env = {
    ...environment,
    ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(asked),
  };
  const isPath = exec.command.includes('/') && !isAbsolute(exec.command);
  const command = isPath ? join(folder, exec.command) : exec.command;
  return credentialIn(await run(command, exec.args ?? [], env, folder), exec);
}

function run(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      env,
      cwd,
      shell: false,
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
      maxBuffer: ANSWER_BYTES_MAX,
      encoding: 'utf8',
    } as const;
    const child = execFile(command, [...args], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(turnedAway(`${sayCommand(command)} ${sayEnd(error, child.killed)}`));
    });
    child.stdin?.end();
  });
}

function credentialIn(text: string, { apiVersion, command }: Exec): Credential {
  const read = ExecCredential.safeParse(fromJson(text));
  if (!read.success || read.data.apiVersion !== apiVersion) {
    throw turnedAway(`${sayCommand(command)} did not write an ExecCredential of ${apiVersion}`);
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = read.data.status;
  return {
    token: token ?? null,
    cert: clientCertificateData,
    key: clientKeyData,
    endsAtMs: expirationTimestamp === undefined ? null : Date.parse(expirationTimestamp),
  };
}

/** Its code, never its words: what a plugin writes may hold what it was given. */
function sayEnd(error: { readonly code?: unknown }, isKilled: boolean): string {
  if (isKilled) return `gave no credential within ${DEADLINE_MS / 1_000} s`;
  if (error.code === 'ENOENT') {
    return 'was not found: write its whole path into the kubeconfig, or PATH into environment: of the settings';
  }
  return `ended with ${String(error.code ?? 'an error')}: run it by hand to see why`;
}

function sayCommand(command: string): string {
  return `the credential plugin ${command.slice(command.lastIndexOf('/') + 1)}`;
}

function turnedAway(message: string): Failed {
  return new Failed({ code: 'unauthorized', message, retryAfterMs: null });
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
