import { Failed } from '../core/failure.ts';
import type { Version } from '../core/plan.ts';
import type { Checks } from '../source/source.ts';
import type { Place } from './desk/place.ts';
import type { EngineParts } from './parts.ts';

/**
 * What is known of the code of a version; `unknown`, with the reason, where its source does not say. Null where nobody
 * asks: the place is not protected, or no source is configured.
 */
export async function checksOf(
  parts: Pick<EngineParts, 'sourceOf'>,
  { service, environment }: Place,
  { name, commit }: Version,
): Promise<Checks | null> {
  if (!environment.isProtected) return null;
  try {
    const source = parts.sourceOf(service);
    if (source === null) return null;
    return commit === null ? unknown(`${name} names no commit`) : await source.checks(commit);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return unknown(`they could not be read: ${error.failure.message}`);
  }
}

function unknown(because: string): Checks {
  return { state: 'unknown', failing: [], because };
}
