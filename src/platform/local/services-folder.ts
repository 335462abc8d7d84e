import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { closest } from '../../core/closest.ts';
import { Failed } from '../../core/failure.ts';
import { Ref, ServiceName } from '../../core/names.ts';

/**
 * `<services>/<service>/service.json`: what a service is and which versions of it there are, newest first. A version is
 * a file that Node can run, which answers HTTP on the port in its environment's `PORT`.
 */
export const ServiceFile = z.strictObject({
  /** Services whose address it is handed, as `<NAME>_URL`. */
  needs: z.array(ServiceName).default([]),
  /** How much its heap may grow. */
  heapMb: z.number().int().min(16).max(4_096).default(64),
  versions: z
    .array(
      z.strictObject({
        name: Ref,
        commit: z.string().nullable().default(null),
        note: z.string().max(200).nullable().default(null),
        createdAt: z.iso.datetime().nullable().default(null),
        /** Below the service's own folder. */
        run: z
          .string()
          .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*\.[cm]?js$/, 'must be a .js file in here'),
      }),
    )
    .max(1_000),
});
export type ServiceFile = z.infer<typeof ServiceFile>;
export type ServiceVersion = ServiceFile['versions'][number];

/** @throws {Failed} `not-found` naming the closest, `misunderstood` when its file is not what it should be. */
export async function readService(folder: string, service: string): Promise<ServiceFile> {
  const path = join(folder, service, 'service.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) throw await noSuchService(folder, service);
  const read = ServiceFile.safeParse(fromJson(text));
  if (read.success) return read.data;
  throw failed('misunderstood', `${path} is not a description of a service: ${z.prettifyError(read.error)}`);
}

/** @throws {Failed} `not-found` naming the closest. */
export function versionNamed(service: string, { versions }: ServiceFile, name: string): ServiceVersion {
  const version = versions.find((candidate) => candidate.name === name);
  if (version !== undefined) return version;
  const names = versions.map((candidate) => candidate.name);
  throw failed('not-found', `${service} has no version ${name}${nearest(name, names)}`);
}

async function noSuchService(folder: string, service: string): Promise<Failed> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return failed('not-found', `there is no service ${service} on this machine${nearest(service, names)}`);
}

function nearest(word: string, names: readonly string[]): string {
  const [first] = closest(word, names);
  if (first !== undefined) return `; did you mean ${first}?`;
  return names.length === 0 ? '' : `; there are ${names.toSorted().slice(0, 10).join(', ')}`;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(code: 'not-found' | 'misunderstood', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
