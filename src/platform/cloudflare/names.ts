import { Ref } from '../../core/names.ts';
import type { KnownVersion } from '../platform.ts';
import type { WorkerVersion } from './schema.ts';

/** What people call a version, and how Cloudflare does. */
export type NamedVersion = KnownVersion & { readonly id: string; readonly number: number };

/** Cloudflare keeps the last hundred versions deployable (its documentation, "Rollbacks"). */
export const VERSIONS_KEPT = 100;

/**
 * The versions that CI uploaded, newest first. Each is called by the tag that it was uploaded with, or by its number
 * where it has none that could be typed. The first of several with the same tag keeps it, because what is called
 * something in a plan has to be called so when the plan runs; the later ones get their number behind it.
 */
export function nameVersions(versions: readonly WorkerVersion[]): NamedVersion[] {
  const taken = new Set<string>();
  const named = versions
    .toSorted((a, b) => a.number - b.number)
    .map((version) => {
      const name = freeName(version, taken);
      taken.add(name);
      return known(version, name);
    });
  return named.toReversed();
}

function freeName({ number, annotations }: WorkerVersion, taken: ReadonlySet<string>): string {
  const tag = Ref.safeParse(annotations?.['workers/tag']?.trim());
  if (!tag.success) return String(number);
  return taken.has(tag.data) ? `${tag.data}.${number}` : tag.data;
}

function known({ id, number, metadata, annotations }: WorkerVersion, name: string): NamedVersion {
  const tag = annotations?.['workers/tag'] ?? '';
  const message = annotations?.['workers/message']?.trim() ?? '';
  const createdAtMs = Date.parse(metadata?.created_on ?? '');
  return {
    id,
    number,
    name,
    commit: commitIn(tag) ?? commitIn(message),
    note: [`version ${number}`, message].filter((part) => part !== '').join(': '),
    createdAtMs: Number.isNaN(createdAtMs) ? null : createdAtMs,
  };
}

/** A whole commit that stands by itself in what CI wrote; a short one could be any number. */
function commitIn(text: string): string | null {
  return /(?<![0-9a-z])[0-9a-f]{40}(?![0-9a-z])/.exec(text)?.[0] ?? null;
}
