import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from '../../core/closest.ts';
import { Failed } from '../../core/failure.ts';
import { Ref } from '../../core/names.ts';
import type { KnownVersion } from '../platform.ts';

/** As much as Supabase takes of a bundle ("Edge Functions", "Limits"). */
const BYTES_MAX = 20 * 1_024 * 1_024;

/**
 * What CI put there: `<folder>/<version>/<slug>.ts`, one file of source that needs no other of its own. Supabase makes the
 * bundle of it.
 */
export class Bundles {
  readonly #folder: string;
  readonly #slug: string;

  constructor(folder: string, slug: string) {
    this.#folder = folder;
    this.#slug = slug;
  }

  /** Newest first. A folder that is not there has none. */
  async list(limit: number): Promise<readonly KnownVersion[]> {
    const names = (await readdir(this.#folder).catch(() => [])).filter(isVersion);
    const found = await Promise.all(names.map((name) => this.#know(name)));
    return found
      .filter((version) => version !== null)
      .toSorted((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0) || (a.name < b.name ? 1 : -1))
      .slice(0, limit);
  }

  /** @throws {Failed} `not-found`, with the closest name */
  async read(version: string): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = isVersion(version) ? await readFile(this.#pathOf(version)).catch(() => null) : null;
    if (bytes !== null) {
      if (bytes.length <= BYTES_MAX) return new Uint8Array(bytes);
      throw refuse('rejected', `${version} is larger than the 20 MB that Supabase takes`);
    }
    const known = await this.list(100);
    const [near] = closest(
      version,
      known.map(({ name }) => name),
      1,
    );
    const wanted = `${version}/${this.#slug}.ts`;
    const hint = near === undefined ? `CI has to put ${wanted} there` : `did you mean ${near}?`;
    throw refuse('not-found', `${this.#folder} has no version ${version} of ${this.#slug}: ${hint}`);
  }

  async #know(name: string): Promise<KnownVersion | null> {
    const found = await stat(this.#pathOf(name)).catch(() => null);
    if (found?.isFile() !== true) return null;
    return { name, commit: commitOf(name), note: null, createdAtMs: Math.round(found.mtimeMs) };
  }

  #pathOf(version: string): string {
    return join(this.#folder, version, `${this.#slug}.ts`);
  }
}

/** One folder, and not a way out of it: a name that people can type, without a slash. */
function isVersion(name: string): boolean {
  return Ref.safeParse(name).success && !name.includes('/');
}

/** CI may call a version by its whole commit. */
export function commitOf(name: string): string | null {
  return /^[0-9a-f]{40}$/.test(name) ? name : null;
}

function refuse(code: 'not-found' | 'rejected', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
