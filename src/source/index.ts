import type { ConfiguredSource } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import { changelog } from './changelog/index.ts';
import { github } from './github/index.ts';
import type { Around, Source, SourceKind } from './source.ts';

/** Every kind of place that code can come from. A new one is a folder here and a line here. */
export const sourceKinds: readonly SourceKind[] = [changelog, github];

/** Opens nothing and calls nobody yet. @throws {Failed} `not-found` for a kind that this program does not have */
export function openSource({ kind, settings }: ConfiguredSource, around: Around): Source {
  const found = sourceKinds.find(({ id }) => id === kind);
  if (found === undefined) {
    const message = `there is no source of the kind ${kind} in this process`;
    throw new Failed({ code: 'not-found', message, retryAfterMs: null });
  }
  return found.open(settings, around);
}
