import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failed } from '../../core/failure.ts';

/** What is needed to put a bundle back as it was. */
const About = z.object({
  version: z.number().int(),
  ezbrSha256: z.string().nullable(),
  bytesSha256: z.string(),
  verifyJwt: z.boolean(),
  entrypointPath: z.string().nullable(),
  importMapPath: z.string().nullable(),
});
type About = z.infer<typeof About>;
export type Kept = About & { readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * The bundles that ran: Supabase keeps none but the newest, so that what is not kept here cannot be put back. A bundle
 * is written before what says that it is there, and both under names that are complete at once.
 */
export class KeptBundles {
  readonly #folder: string;

  constructor(folder: string, project: string, slug: string) {
    this.#folder = join(folder, project, slug);
  }

  /** Keeping the same one twice is harmless. @throws {Failed} where it cannot be written */
  async keep(bytes: Uint8Array, about: Omit<About, 'bytesSha256'>): Promise<void> {
    const bytesSha256 = createHash('sha256').update(bytes).digest('hex');
    try {
      await mkdir(this.#folder, { recursive: true });
      await this.#write(`${bytesSha256}.eszip`, bytes);
      await this.#write(`${about.version}.json`, JSON.stringify({ ...about, bytesSha256 }));
    } catch (error) {
      const message = `version ${about.version} could not be kept in ${this.#folder} (${codeOf(error)}), so it could not be put back: nothing was deployed`;
      throw new Failed({ code: 'unavailable', message, retryAfterMs: null });
    }
  }

  /** Null where it was never kept, or is not whole any more. */
  async find(version: number, hash: string): Promise<Kept | null> {
    const about = await this.#read(version);
    if (about === null) return null;
    const isSame = about.ezbrSha256 === null ? hash === 'unknown' : about.ezbrSha256.startsWith(hash);
    if (!isSame) return null;
    try {
      const bytes = new Uint8Array(await readFile(join(this.#folder, `${about.bytesSha256}.eszip`)));
      const isWhole = createHash('sha256').update(bytes).digest('hex') === about.bytesSha256;
      return isWhole ? { ...about, bytes } : null;
    } catch {
      return null;
    }
  }

  /** How many there are. */
  async count(): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.endsWith('.json')).length;
  }

  get folder(): string {
    return this.#folder;
  }

  async #read(version: number): Promise<About | null> {
    try {
      const text = await readFile(join(this.#folder, `${version}.json`), 'utf8');
      return About.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(this.#folder, name);
    await writeFile(`${path}.${process.pid}.part`, content);
    await rename(`${path}.${process.pid}.part`, path);
  }
}

function codeOf(error: unknown): string {
  return String((Object(error) as { code?: unknown }).code ?? 'error');
}
