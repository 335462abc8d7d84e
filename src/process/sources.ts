import { hashOf } from '../core/canonical.ts';
import type { Service } from '../core/catalog.ts';
import { endingFetch } from '../http/ending-fetch.ts';
import { samplesFolder } from '../local/index.ts';
import { openSource } from '../source/index.ts';
import type { Around, Source } from '../source/source.ts';
import { clock } from './clock.ts';
import type { Settings } from './settings.ts';

const CALL_MS = 15_000;

type Opened = { readonly hash: string; readonly source: Source };

/** Where services' code comes from: each opened when it is first asked for, and anew when its settings have changed. */
export function sourcesFor(settings: Settings): (service: Service) => Source | null {
  const { secrets } = settings;
  const around: Around = {
    folder: settings.servicesFolder ?? samplesFolder,
    fetch: endingFetch(CALL_MS),
    secret: (reference, how) => (how === 'again' ? secrets.readAgain(reference) : secrets.read(reference)),
    redact: settings.redact,
    clock,
  };
  const open = new Map<string, Opened>();
  return ({ name, source: configured }) => {
    if (configured === null) return null;
    const hash = hashOf('slipway/source/v1', configured);
    const known = open.get(name);
    if (known?.hash === hash) return known.source;
    const source = openSource(configured, around);
    open.set(name, { hash, source });
    return source;
  };
}
