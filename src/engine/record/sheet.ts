import { z } from 'zod';
import { serviceNamed } from '../../core/catalog.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { Source } from '../../source/source.ts';
import type { Put, Sheet } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';

/** What is still to be told to the source of one service's code about one deployment. */
export const KIND = 'record';

export const Body = z.object({
  deploymentId: z.string(),
  service: z.string(),
  environment: z.string(),
  version: z.object({ name: z.string(), commit: z.string().nullable() }),
  /** What was told last; null: nothing yet. */
  told: z.enum(['in-progress', 'success', 'failure', 'inactive']).nullable(),
  tries: z.int().nonnegative(),
  /** By the database's clock. */
  notBeforeMs: z.number(),
});
export type Body = z.infer<typeof Body>;

/**
 * One sheet for each service whose source keeps a record, put up in the transaction that begins the deployment, so that
 * none is forgotten; whoever records has all the time in the world, and no deployment ever waits for it.
 */
export function recordSheets(
  parts: Pick<EngineParts, 'catalog' | 'sourceOf' | 'log'>,
  deploymentId: string,
  { plan }: Deployment,
): Put[] {
  return plan.targets
    .filter(({ service }) => recordingSource(parts, service) !== null)
    .map(({ service, version: { name, commit } }): Put => {
      const body: Body = {
        deploymentId,
        service,
        environment: plan.environment,
        version: { name, commit },
        told: null,
        tries: 0,
        notBeforeMs: 0,
      };
      const id = `${deploymentId}/${service}`;
      return { ...putOf(id, 0, body), isOpen: true };
    });
}

/** Not due by the board's clock: it has an attendant of its own, who keeps nobody else waiting. */
function putOf(id: string, afterVersion: number, body: Body): Omit<Put, 'isOpen'> {
  const key = `record/${id}/${afterVersion}`;
  return { kind: KIND, id, afterVersion, key, body, dueAtMs: null, notices: [] };
}

export function nextVersion(
  { id, version }: Sheet,
  body: Body,
  { isOpen, notices = [] }: { readonly isOpen: boolean; readonly notices?: Put['notices'] },
): Put {
  return { ...putOf(id, version, body), isOpen, notices };
}

type Recording = Source & { readonly record: NonNullable<Source['record']> };

/** Null where nothing is kept on record, or not any more. A source that cannot be opened stops no deployment. */
export function recordingSource(
  { catalog, sourceOf, log }: Pick<EngineParts, 'catalog' | 'sourceOf' | 'log'>,
  name: string,
): Recording | null {
  const service = serviceNamed(catalog(), name);
  if (service === null) return null;
  try {
    const source = sourceOf(service);
    return source?.record === undefined ? null : { ...source, record: source.record };
  } catch (error) {
    log.warn({ service: name, error: String(error) }, 'its source could not be opened, and keeps no record');
    return null;
  }
}
