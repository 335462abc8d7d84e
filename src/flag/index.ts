import type { ConfiguredFlags } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import { file } from './file/index.ts';
import type { FlagAround, FlagKind, FlagService } from './flag.ts';
import { launchdarkly } from './launchdarkly/index.ts';
import { openfeature } from './openfeature/index.ts';
import { unleash } from './unleash/index.ts';

/** Every kind of flag service. A new one is a folder here and a line here. */
export const flagKinds: readonly FlagKind[] = [file, launchdarkly, openfeature, unleash];

/** Opens nothing and calls nobody yet. @throws {Failed} `not-found` for a kind that this program does not have */
export function openFlags({ name, kind, settings }: ConfiguredFlags, around: FlagAround): FlagService {
  const found = flagKinds.find(({ id }) => id === kind);
  if (found === undefined) {
    const message = `there is no flag service of the kind ${kind} in this process`;
    throw new Failed({ code: 'not-found', message, retryAfterMs: null });
  }
  return found.open(name, settings, around);
}
