import { Failed } from '../../core/failure.ts';
import type { Setting } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import type { Cluster } from './client.ts';
import type { Container } from './schema.ts';

type Values = ReadonlyMap<string, string> | null;

/**
 * What is configured for a container: its variables, and the keys of the ConfigMaps and Secrets behind them. Values are
 * hashed here and go no further. What may not be read has its name and no hash; least privilege leaves Secrets away.
 */
export async function readSettings(
  cluster: Cluster,
  serviceId: string,
  { env = [], envFrom = [] }: Container,
): Promise<Setting[]> {
  const sources = openSources(cluster);
  const groups = await Promise.all([
    ...envFrom.map((source) => broughtBy(source, sources)),
    // What env: says counts more than what envFrom: brings, so it comes last.
    ...env.map(async (variable) => [await said(variable, sources)]),
  ]);
  const found = new Map<string, Setting>();
  for (const { key, isSecret, value } of groups.flat()) {
    found.set(key, { key, isSecret, hash: value === null ? null : settingHash(serviceId, key, value) });
  }
  return [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

type Plain = { readonly key: string; readonly isSecret: boolean; readonly value: string | null };
type Sources = ReturnType<typeof openSources>;

async function broughtBy(
  { prefix = '', configMapRef, secretRef }: NonNullable<Container['envFrom']>[number],
  sources: Sources,
): Promise<Plain[]> {
  const name = configMapRef?.name ?? secretRef?.name;
  if (name === undefined) return [];
  const isSecret = secretRef !== undefined;
  const values = await sources.read(isSecret, name);
  if (values === null) return [{ key: `${prefix}* of ${name}`, isSecret, value: null }];
  return [...values].map(([key, value]) => ({ key: `${prefix}${key}`, isSecret, value }));
}

async function said(
  { name, value, valueFrom }: NonNullable<Container['env']>[number],
  sources: Sources,
): Promise<Plain> {
  if (valueFrom === undefined) return { key: name, isSecret: false, value: value ?? '' };
  const { secretKeyRef, configMapKeyRef } = valueFrom;
  const ref = secretKeyRef ?? configMapKeyRef;
  const isSecret = secretKeyRef !== undefined;
  // A field of the pod itself differs from pod to pod.
  if (ref === undefined) return { key: name, isSecret, value: null };
  return { key: name, isSecret, value: (await sources.read(isSecret, ref.name))?.get(ref.key) ?? null };
}

function openSources(cluster: Cluster) {
  const kept = new Map<string, Promise<Values>>();
  return {
    read(isSecret: boolean, name: string): Promise<Values> {
      const at = `${isSecret}/${name}`;
      const known = kept.get(at) ?? readOne(cluster, isSecret, name);
      kept.set(at, known);
      return known;
    },
  };
}

/** Null where it is not there, or not ours to read. */
async function readOne(cluster: Cluster, isSecret: boolean, name: string): Promise<Values> {
  try {
    const { data = {} } = isSecret ? await cluster.secret(name) : await cluster.configMap(name);
    const plain = Object.entries(data).map(
      ([key, value]) => [key, isSecret ? Buffer.from(value, 'base64').toString('utf8') : value] as const,
    );
    return new Map(plain);
  } catch (error) {
    const isClosed =
      error instanceof Failed &&
      (error.failure.code === 'unauthorized' || error.failure.code === 'not-found');
    if (isClosed) return null;
    throw error;
  }
}
