import type { Service } from '../../../core/catalog.ts';
import { Failed } from '../../../core/failure.ts';
import type { Version } from '../../../core/plan.ts';
import type { Comparison, Source, SourceVersion } from '../../../source/source.ts';
import type { EngineParts } from '../../parts.ts';

/** What is known of the way from one version to another. */
export type Changes =
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  /** Nothing is known of what lies between them, which does not mean that nothing does. */
  | {
      readonly kind: 'not-compared';
      readonly why: 'no-source' | 'unknown-version' | 'unreachable';
      /** Why, in one sentence without a full stop. */
      readonly say: string;
    };

/**
 * What `head` has that `base` has not, asked of the service's source. `base` is what really runs, as a platform says it,
 * and never the last tag: between a tag and what runs there may be hundreds of commits that are out already.
 */
export async function changesBetween(
  parts: Pick<EngineParts, 'sourceOf'>,
  service: Service,
  base: Version,
  head: Version,
): Promise<Changes> {
  try {
    const source = parts.sourceOf(service);
    if (source === null) {
      return notCompared('no-source', `no source is configured for ${service.name}`);
    }
    const [from, to] = await Promise.all([find(source, base), find(source, head)]);
    const missing = from === null ? base : to === null ? head : null;
    if (from === null || to === null) {
      return notCompared(
        'unknown-version',
        `the ${source.kind} of ${service.name} knows no ${missing?.name}`,
      );
    }
    return { kind: 'compared', comparison: await source.compare(refOf(from), refOf(to)) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return notCompared('unreachable', error.failure.message);
  }
}

/** By its commit where that is known: names can be moved to other commits. */
async function find(source: Source, { name, commit }: Version): Promise<SourceVersion | null> {
  return (commit === null ? null : await source.resolve(commit)) ?? (await source.resolve(name));
}

function refOf({ name, commit }: SourceVersion): string {
  return commit ?? name;
}

function notCompared(why: Extract<Changes, { why: unknown }>['why'], say: string): Changes {
  return { kind: 'not-compared', why, say };
}
