import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { path } from '../../http/path.ts';
import type { Around } from '../metric.ts';
import type { Windows } from '../windows.ts';
import { Issue, Release, SeriesAnswer } from './schema.ts';
import type { Settings } from './settings.ts';

const DEADLINE_MS = 20_000;
const NOT_THERE = 404;
/** As many as Sentry gives at once. */
const PAGE = 100;
const PAGES_MAX = 5;

/** Whose numbers: one release of one project. Null: whatever release there is. */
export type Of = {
  readonly project: string;
  readonly environment?: string | undefined;
  readonly release: string | null;
};

export type Api = ReturnType<typeof openApi>;

/** Sentry as far as we use it. How much may be asked it says itself, in `X-Sentry-Rate-Limit-*` of every answer. */
export function openApi({ organization, token, url }: Settings, around: Around) {
  const http = around.door({
    baseUrl: url,
    deadlineMs: DEADLINE_MS,
    authorize: async (isAgain) => {
      const secret = await around.secret(token, isAgain ? 'again' : undefined);
      return { authorization: `Bearer ${secret.open()}` };
    },
  });
  const place = ({ project, environment }: Of) => ({
    project,
    ...(environment === undefined ? {} : { environment }),
  });
  return {
    /** One number of the roots of traces, window by window; as counted, without what Sentry adds for its samples. */
    timeseries: (yAxis: string, of: Of, { fromMs, toMs, stepMs }: Windows) =>
      http.get(path`/api/0/organizations/${organization}/events-timeseries/`, SeriesAnswer, {
        dataset: 'spans',
        query: `is_transaction:true${of.release === null ? '' : ` release:"${of.release}"`}`,
        yAxis,
        interval: stepMs / 1_000,
        start: new Date(fromMs).toISOString(),
        end: new Date(toMs).toISOString(),
        disableAggregateExtrapolation: '1',
        ...place(of),
      }),
    /** Null: Sentry has never heard of it. */
    async release(name: string): Promise<Release | null> {
      const { status, value } = await http.send({
        method: 'GET',
        path: path`/api/0/organizations/${organization}/releases/${name}/`,
        query: { health: true },
        Answer: Release,
        okStatuses: [NOT_THERE],
      });
      return status === NOT_THERE ? null : value;
    },
    /** What was first seen in the release, whatever became of it. @throws {Failed} where there are too many to read */
    async newIssues(of: Of & { readonly release: string }): Promise<readonly Issue[]> {
      const all: Issue[] = [];
      for (let cursor: string | null = null, page = 0; page < PAGES_MAX; page++) {
        const reply: { header(name: string): string | null; value: Issue[] } = await http.send({
          method: 'GET',
          path: path`/api/0/organizations/${organization}/issues/`,
          query: {
            query: `firstRelease:"${of.release}"`,
            limit: PAGE,
            statsPeriod: '14d',
            ...place(of),
            ...(cursor === null ? {} : { cursor }),
          },
          Answer: z.array(Issue),
        });
        all.push(...reply.value);
        const link = reply.header('link');
        cursor = nextOf(link);
        if (cursor === null && link === null && reply.value.length >= PAGE) break;
        if (cursor === null) return all;
      }
      // A full page without a word about the next one, as some proxy leaves it, need not be the last.
      const message = `Sentry has more new issues of ${of.release} than the ${all.length} that were read`;
      throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
    },
  };
}

/** `<…>; rel="next"; results="true"; cursor="0:100:0"` (Sentry's documentation, "Paginating Results"). */
export function nextOf(link: string | null): string | null {
  const next = (link ?? '').split(/,\s*(?=<)/).find((each) => /;\s*rel="next"/.test(each));
  if (next === undefined || !/;\s*results="true"/.test(next)) return null;
  return /;\s*cursor="([^"]+)"/.exec(next)?.[1] ?? null;
}
