import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { FlagKind, FlagPlace } from '../flag.ts';
import { changedSince, refused } from '../refuse.ts';
import { changed, Definitions, standingOf } from './standing.ts';

const Settings = z.strictObject({
  folder: z
    .string()
    .refine(isAbsolute, 'must be the whole path of a folder')
    .optional()
    .describe('where the files are, one for each environment; left out: in SLIPWAY_HOME'),
});

const EMPTY = '{}';

/**
 * Flags in files of this machine, `<environment>.json` each, in the format of flagd, which can serve them as they are.
 * A file is put in the place of the one before as a whole. Of two processes that change one file within the same few
 * milliseconds one may be lost; it is not seen by the `look` that follows, and made again.
 */
export const file: FlagKind = {
  id: 'file',
  summary: "Files on this machine in flagd's own format",
  Settings,
  open(name, settings, around) {
    const { folder = around.folder } = Settings.parse(settings);
    let last: Promise<unknown> = Promise.resolve();

    async function read({ environment }: FlagPlace): Promise<Definitions> {
      const text = await textOf(pathOf(folder, environment));
      const parsed = Definitions.safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      throw refused('misunderstood', `the flags of ${environment} are not in the format of flagd`);
    }

    async function write(place: FlagPlace, definitions: Definitions): Promise<void> {
      const path = pathOf(folder, place.environment);
      await mkdir(folder, { recursive: true });
      const draft = `${path}.${process.pid}.draft`;
      await writeFile(draft, `${JSON.stringify(definitions, null, 2)}\n`);
      await rename(draft, path);
    }

    return {
      name,
      writing: { can: true, settleMs: 0 },
      look: async (place) => standingOf(await read(place), place),
      async set(intent, place, wanted, seen) {
        const turn = last.then(async () => {
          const definitions = await read(place);
          const standing = standingOf(definitions, place);
          if (standing.version !== seen) throw changedSince(place.key, place.environment);
          await write(place, changed(definitions, place, wanted, intent.comment));
        });
        last = turn.catch(() => undefined);
        await turn;
      },
    };
  },
};

function pathOf(folder: string, environment: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(environment)) return join(folder, `${environment}.json`);
  throw refused('rejected', `${environment} cannot be the name of a file of flags`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY;
    throw refused('unavailable', `the flags cannot be read: ${String(error).slice(0, 120)}`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
