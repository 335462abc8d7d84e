import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Counters } from '../platform.ts';
import type { Api } from './client.ts';

/**
 * The dataset of Workers' own invocations. Its dimension `scriptVersion` is a version's id. Sums are estimates from
 * samples (Cloudflare's documentation, "GraphQL Analytics API", "Sampling").
 */
const QUERY = `query Invocations($account: string!, $worker: string!, $version: string!, $since: Time!, $until: Time!) {
  viewer {
    accounts(filter: { accountTag: $account }) {
      workersInvocationsAdaptive(
        limit: 10
        filter: { scriptName: $worker, scriptVersion: $version, datetime_geq: $since, datetime_leq: $until }
      ) {
        dimensions { scriptVersion }
        sum { requests errors }
      }
    }
  }
}`;

const DAY_MS = 24 * 60 * 60_000;

/** Errors come with status 200, and beside data that is only a part of the answer. */
const Answer = z.object({
  data: z
    .object({
      viewer: z.object({
        accounts: z.array(
          z.object({
            workersInvocationsAdaptive: z.array(
              z.object({
                dimensions: z.object({ scriptVersion: z.string() }),
                sum: z.object({ requests: z.number().nonnegative(), errors: z.number().nonnegative() }),
              }),
            ),
          }),
        ),
      }),
    })
    .nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().nullish() }))
    .nullish(),
});
export type AnalyticsAnswer = z.infer<typeof Answer>;

export type Asked = { readonly account: string; readonly worker: string; readonly versionId: string };

/** What one version has served since midnight UTC; null where nothing has been counted yet. @throws {Failed} */
export async function countersOf(api: Api, asked: Asked, nowMs: number): Promise<Counters | null> {
  const sinceMs = nowMs - (nowMs % DAY_MS);
  const answer = await api.analytics(
    QUERY,
    {
      account: asked.account,
      worker: asked.worker,
      version: asked.versionId,
      since: new Date(sinceMs).toISOString(),
      until: new Date(nowMs).toISOString(),
    },
    Answer,
  );
  return readCounters(answer, asked.versionId, nowMs);
}

/** @throws {Failed} for errors, also those beside data. */
export function readCounters(
  { data, errors }: AnalyticsAnswer,
  versionId: string,
  atMs: number,
): Counters | null {
  const [wrong] = errors ?? [];
  if (wrong !== undefined) {
    const isForbidden =
      wrong.extensions?.code === 'authz' || /not authorized|permission/i.test(wrong.message);
    const message = `Cloudflare's analytics answered: ${wrong.message.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 200)}`;
    throw new Failed({ code: isForbidden ? 'unauthorized' : 'rejected', message, retryAfterMs: null });
  }
  const groups = (data?.viewer.accounts ?? [])
    .flatMap(({ workersInvocationsAdaptive }) => workersInvocationsAdaptive)
    .filter(({ dimensions }) => dimensions.scriptVersion === versionId);
  if (groups.length === 0) return null;
  const total = (of: 'requests' | 'errors') =>
    groups.reduce((sum, group) => sum + Math.round(group.sum[of]), 0);
  const requests = total('requests');
  return {
    atMs,
    requests,
    errors: Math.min(requests, total('errors')),
    latencyBuckets: [],
    cpuPercent: null,
    memoryMb: null,
  };
}
