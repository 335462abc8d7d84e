import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failed } from '../../../core/failure.ts';
import type { Host } from '../../../http/door.ts';
import type { Around } from '../../platform.ts';
import type { Settings } from '../settings.ts';
import { askPlugin, type Credential } from './exec-auth.ts';
import { type Material, readKubeconfig, type Way } from './kubeconfig.ts';

/** A plugin's credential is renewed so long before it ends. */
const EARLY_MS = 60_000;
const DEADLINE_MS = 10_000;

/**
 * The way to the cluster that the settings describe. Tokens and certificates are read for every call: Kubernetes changes
 * the token of a service account every hour, and whoever rotates a file tells nobody.
 * @throws {Failed} where the kubeconfig is not there or cannot be used
 */
export async function hostOf(settings: Settings, { clock }: Pick<Around, 'clock'>): Promise<Host> {
  const way = await wayOf(settings);
  const environment = 'environment' in settings ? (settings.environment ?? {}) : {};
  const { serverName } = way;
  const who = openWho(way, environment, clock);
  const host: Host = {
    baseUrl: way.server,
    deadlineMs: DEADLINE_MS,
    async authorize(isAgain) {
      const { token } = await who(isAgain);
      return token === null ? {} : { authorization: `Bearer ${token}` };
    },
  };
  if (way.server.startsWith('http:')) return host;
  return {
    ...host,
    async connect() {
      const [ca, { cert, key }] = await Promise.all([textOf(way.ca), who(false)]);
      return { ca, cert, key, serverName };
    },
  };
}

function openWho(
  way: Way,
  environment: Readonly<Record<string, string>>,
  clock: Around['clock'],
): (isAgain: boolean) => Promise<Credential> {
  let kept: Promise<Credential> | null = null;
  const { who, server, serverName } = way;

  const fresh = async (): Promise<Credential> => {
    switch (who.kind) {
      case 'token':
        return { ...nobody, token: (await textOf(who.token))?.trim() ?? null };
      case 'certificate': {
        const [cert, key] = await Promise.all([textOf(who.cert), textOf(who.key)]);
        return { ...nobody, cert, key };
      }
      case 'exec':
        return askPlugin({
          exec: who.exec,
          folder: who.folder,
          environment,
          cluster: { server, serverName, ca: await textOf(way.ca) },
        });
      case 'nobody':
        return nobody;
    }
  };

  return async (isAgain) => {
    if (who.kind !== 'exec') return fresh();
    if (!isAgain && kept !== null) {
      const known = await kept.catch(() => null);
      if (known !== null && (known.endsAtMs === null || known.endsAtMs - EARLY_MS > clock.nowMs()))
        return known;
    }
    // Whoever asks before the plugin has answered waits for that answer.
    kept = fresh();
    return kept;
  };
}

const nobody: Credential = { token: null, cert: undefined, key: undefined, endsAtMs: null };

async function wayOf(settings: Settings): Promise<Way> {
  if ('kubeconfig' in settings) {
    const { kubeconfig, context } = settings;
    return readKubeconfig(await read(kubeconfig), dirname(kubeconfig), context);
  }
  const { server, folder } = settings.serviceAccount;
  return {
    server,
    serverName: undefined,
    ca: { file: join(folder, 'ca.crt') },
    who: { kind: 'token', token: { file: join(folder, 'token') } },
  };
}

async function textOf(material: Material): Promise<string | undefined> {
  if (material === null) return undefined;
  return 'text' in material ? material.text : read(material.file);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    const message = `${file} could not be read (${String(code ?? 'error')})`;
    throw new Failed({ code: 'unavailable', message, retryAfterMs: 30_000 }, { cause: error });
  }
}
