import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import { Deploy, DeployPage, EnvVarPage, LogPage, Preview, Service, ServicePage } from './schema.ts';

/** The ways out: reads, changes of one service, and other changes have limits of their own. */
export type Ways = { readonly reads: Http; readonly changes: Http; readonly others: Http };

export type Client = ReturnType<typeof clientOf>;

const PAGE = 100;
/** A thousand lines of a list that is asked for newest first reach back further than anybody looks. */
const PAGES_MAX = 10;

/** Render's API as far as we use it, for one service: one call a method, every answer checked. */
export function clientOf({ reads, changes, others }: Ways, id: string) {
  return {
    service: () => reads.get(path`/services/${id}`, Service),
    deploy: (deployId: string) => reads.get(path`/services/${id}/deploys/${deployId}`, Deploy),
    /** Newest first. */
    deploys: async (limit: number, query: { status?: string } = {}) =>
      (await reads.get(path`/services/${id}/deploys`, DeployPage, { limit, ...query })).map(
        ({ deploy }) => deploy,
      ),
    deploysSince: (sinceMs: number) =>
      everyPage(PAGES_MAX, (cursor) =>
        reads.get(path`/services/${id}/deploys`, DeployPage, {
          createdAfter: new Date(sinceMs).toISOString(),
          limit: PAGE,
          ...cursor,
        }),
      ).then((lines) => lines.map(({ deploy }) => deploy)),

    /** Null when Render has only queued it: 202 comes without a body, so without an id. */
    startDeploy: async (body: { readonly commitId: string } | { readonly imageUrl: string }) => {
      const { value } = await changes.send({
        method: 'POST',
        path: path`/services/${id}/deploys`,
        body: { json: body },
        Answer: Deploy.optional(),
      });
      return value ?? null;
    },
    rollBack: (deployId: string) => changes.post(path`/services/${id}/rollback`, { deployId }, Deploy),
    setAutoDeploy: (autoDeploy: 'yes' | 'no') =>
      changes.patch(path`/services/${id}`, { autoDeploy }, Service),
    setMaintenance: (maintenanceMode: { readonly enabled: boolean; readonly uri: string }) =>
      changes.patch(path`/services/${id}`, { serviceDetails: { maintenanceMode } }, Service),
    cancel: (deployId: string) =>
      others.post(path`/services/${id}/deploys/${deployId}/cancel`, undefined, Deploy),

    envVars: () =>
      everyPage(PAGES_MAX, (cursor) =>
        reads.get(path`/services/${id}/env-vars`, EnvVarPage, { limit: PAGE, ...cursor }),
      ).then((lines) => lines.map(({ envVar }) => envVar)),
    logs: (query: Readonly<Record<string, string | number>>) =>
      reads.get('/logs', LogPage, { resource: id, limit: PAGE, ...query }),

    servicesOf: (ownerId: string) =>
      everyPage(PAGES_MAX, (cursor) =>
        reads.get('/services', ServicePage, { ownerId, includePreviews: true, limit: PAGE, ...cursor }),
      ).then((lines) => lines.map(({ service }) => service)),
    otherService: (serviceId: string) => reads.get(path`/services/${serviceId}`, Service),
    createPreview: (body: { readonly imagePath: string; readonly name: string }) =>
      others.post(path`/services/${id}/preview`, body, Preview),
    deleteService: (serviceId: string) => others.delete(path`/services/${serviceId}`, z.undefined()),
  };
}

type Paged = { readonly cursor?: string | undefined };

/** Follows a list to its end: the next page begins after the last line of this one. @throws {Failed} when it has none */
async function everyPage<Line extends Paged>(
  pagesMax: number,
  read: (cursor: { readonly cursor?: string }) => Promise<readonly Line[]>,
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  let cursor: string | undefined;
  for (let turn = 0; turn < pagesMax; turn++) {
    const page = await read(cursor === undefined ? {} : { cursor });
    lines.push(...page);
    cursor = page.at(-1)?.cursor;
    if (page.length < PAGE || cursor === undefined) return lines;
  }
  throw new Failed({
    code: 'misunderstood',
    message: `a list at Render goes on for more than ${pagesMax * PAGE} lines`,
    retryAfterMs: null,
  });
}
