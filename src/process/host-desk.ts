import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandRequest, carryOut, type Response } from '../control/index.ts';
import { createEngine } from '../engine/engine.ts';
import type { Directory } from '../engine/parts.ts';
import { patienceWith } from '../engine/patience.ts';
import { probe } from '../http/probe.ts';
import { openStore } from '../store/index.ts';
import { clock } from './clock.ts';
import { controlNeeds } from './control.ts';
import { hostActor } from './directory.ts';
import { openPlatforms } from './platforms.ts';
import { readSettings, type Settings } from './settings.ts';
import { sourcesFor } from './sources.ts';

/** Nobody but the host's own users can be looked up from here, and nobody else asks. */
const directory: Directory = {
  look: async (caller) => hostActor(caller) ?? { ...caller, kind: 'unknown', groups: [] },
};

export type DoneAlone =
  | {
      readonly kind: 'done';
      readonly response: Response;
      /** Whether others may work on the same records, and will carry out what was written down. */
      readonly isShared: boolean;
    }
  | { readonly kind: 'no-records'; readonly home: string };

/**
 * Carries out one request where no process runs that could be asked: opens the records itself, writes down what was
 * asked, and leaves the rest to whoever works on them next. No bell is rung, so that Redis may be away.
 * @throws what opening settings and records throws.
 */
export async function askAlone(request: CommandRequest): Promise<DoneAlone> {
  const settings = await readSettings({ role: null, config: null });
  try {
    return await withSettings(settings, request);
  } finally {
    settings.configuration.close();
  }
}

async function withSettings(settings: Settings, request: CommandRequest): Promise<DoneAlone> {
  const { databaseUrl, home, log, configuration } = settings;
  // Whoever asks makes no database where there is none.
  if (databaseUrl === null && !(await isThere(join(home, 'database')))) return { kind: 'no-records', home };
  const opened = await openStore({
    databaseUrl: databaseUrl?.open() ?? null,
    folder: home,
    nowMs: clock.nowMs,
  });
  const platforms = openPlatforms(settings);
  const stopping = new AbortController();
  try {
    const { store } = opened;
    const engine = createEngine({
      store,
      catalog: () => configuration.current().catalog,
      siteOf: platforms.siteOf,
      sourceOf: sourcesFor(settings),
      directory,
      bell: { ring: () => undefined },
      clock,
      random: Math.random,
      probe,
      log: log.child({ part: 'engine' }),
      patience: patienceWith(configuration.current().patience),
      stopping: stopping.signal,
      owner: `host-${process.pid}-${randomBytes(6).toString('hex')}`,
    });
    const response = await carryOut(controlNeeds({ settings, store, directory, engine }), request);
    return { kind: 'done', response, isShared: opened.kind === 'postgres' };
  } finally {
    stopping.abort();
    await platforms.close();
    await opened.close();
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
