import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failed } from '../core/failure.ts';
import { openShared, type Shared } from '../store/index.ts';
import type { Closing } from './closing.ts';
import type { Settings } from './settings.ts';

/** Databases of this program's own, for trying things out: each is opened when somebody first asks for it. */
export type Databases = {
  /** Where it is, for whoever speaks to Postgres. @throws {Failed} `unavailable` when it cannot be opened. */
  addressOf(name: string): Promise<string>;
  /** Opens those that have been used before: services that were left running ask them too. */
  resume(): void;
};

const AGAIN_MS = 5_000;

export function openDatabases({ home, log }: Settings, closing: Closing): Databases {
  const root = join(home, 'databases');
  const open = new Map<string, Promise<Shared>>();
  let isClosed = false;

  async function addressOf(name: string): Promise<string> {
    if (isClosed) throw unavailable(name, 'this program is being ended');
    const opening = open.get(name) ?? openShared({ folder: join(root, name) });
    open.set(name, opening);
    try {
      return (await opening).address;
    } catch (error) {
      open.delete(name);
      throw unavailable(name, error instanceof Error ? error.message : String(error));
    }
  }

  async function resume(): Promise<void> {
    for (const name of await readdir(root).catch(() => [])) {
      await addressOf(name).catch((error: unknown) => {
        if (!isClosed) log.warn({ problem: String(error) }, 'a database of our own is not there');
      });
    }
  }

  closing.add('databases', async () => {
    isClosed = true;
    const opened = await Promise.allSettled(open.values());
    await Promise.all(opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value.close()] : [])));
  });
  return { addressOf, resume: () => void resume() };
}

function unavailable(name: string, why: string): Failed {
  const message = `the database ${name} could not be opened: ${why}`;
  return new Failed({ code: 'unavailable', message, retryAfterMs: AGAIN_MS });
}
