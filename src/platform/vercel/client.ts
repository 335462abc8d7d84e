import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Http, Query } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import {
  Deleted,
  type Deployment,
  DeploymentPage,
  Environment,
  fromList,
  Project,
  Rolling,
  Told,
} from './schema.ts';

const PAGE = 100;
const PAGES_MAX = 10;
export type Client = ReturnType<typeof readsOf> & ReturnType<typeof changesOf>;

type Way = { readonly http: Http; readonly teamed: Query; readonly id: string };

/** Vercel's API as far as we use it, for one project: one call a method, every answer checked. */
export function clientOf(http: Http, team: string | undefined, id: string): Client {
  const way: Way = { http, teamed: team === undefined ? {} : { teamId: team }, id };
  return { ...readsOf(way), ...changesOf(way) };
}

function readsOf({ http, teamed, id }: Way) {
  const page = (query: Query) =>
    http.get('/v6/deployments', DeploymentPage, { ...teamed, projectId: id, limit: PAGE, ...query });

  return {
    project: () => http.get(path`/v9/projects/${id}`, Project, teamed),
    deployment: (deploymentId: string): Promise<Deployment> =>
      http.get(path`/v13/deployments/${deploymentId}`, Told, teamed),
    /** Newest first, one page. */
    deployments: async (query: Query): Promise<readonly Deployment[]> =>
      (await page(query)).deployments.map(fromList),
    /** @throws {Failed} when they do not end: what was not seen may be what was looked for */
    deploymentsSince: async (since: number): Promise<readonly Deployment[]> => {
      const found: Deployment[] = [];
      let rest: Query = {};
      for (let turn = 0; turn < PAGES_MAX; turn++) {
        const { deployments, pagination } = await page({ since, ...rest });
        found.push(...deployments.map(fromList));
        if (pagination.next == null) return found;
        rest = { until: pagination.next };
      }
      const message = `Vercel lists more than ${PAGES_MAX * PAGE} deployments since then`;
      throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
    },
    rolling: async () =>
      (await http.get(path`/v1/projects/${id}/rolling-release`, Rolling, { ...teamed, state: 'ACTIVE' }))
        .rollingRelease,
    environment: () => http.get(path`/v10/projects/${id}/env`, Environment, { ...teamed, decrypt: true }),
    /** JSON, or JSON lines: whichever Vercel sends. */
    buildEvents: async (deploymentId: string, limit: number) => {
      const { value } = await http.send({
        method: 'GET',
        path: path`/v3/deployments/${deploymentId}/events`,
        query: { ...teamed, builds: 1, follow: 0, direction: 'backward', limit },
        as: 'text',
        Answer: z.string(),
      });
      return value;
    },
  };
}

function changesOf({ http, teamed, id }: Way) {
  /** Vercel demands a body where it reads none, and answers with whatever it likes. */
  const post = async (to: string, json: object = {}): Promise<void> => {
    await http.send({
      method: 'POST',
      path: to,
      body: { json },
      as: 'nothing',
      Answer: z.undefined(),
      query: teamed,
    });
  };

  return {
    create: (body: Readonly<Record<string, unknown>>): Promise<Deployment> =>
      http.post('/v13/deployments', body, Told, { ...teamed, forceNew: 1 }),
    cancel: (deploymentId: string): Promise<Deployment> =>
      http.patch(path`/v12/deployments/${deploymentId}/cancel`, undefined, Told, teamed),
    delete: (deploymentId: string) => http.delete(path`/v13/deployments/${deploymentId}`, Deleted, teamed),
    promote: (deploymentId: string) => post(path`/v10/projects/${id}/promote/${deploymentId}`),
    rollBack: (deploymentId: string) => post(path`/v1/projects/${id}/rollback/${deploymentId}`),
    startRolling: (canaryDeploymentId: string) =>
      post(path`/v1/projects/${id}/rolling-release/start`, { canaryDeploymentId }),
    approveStage: (canaryDeploymentId: string, nextStageIndex: number) =>
      post(path`/v1/projects/${id}/rolling-release/approve-stage`, { nextStageIndex, canaryDeploymentId }),
    completeRolling: (canaryDeploymentId: string) =>
      post(path`/v1/projects/${id}/rolling-release/complete`, { canaryDeploymentId }),
  };
}
