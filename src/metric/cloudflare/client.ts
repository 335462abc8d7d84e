import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Around } from '../metric.ts';
import { oneLine } from '../one-line.ts';
import type { Windows } from '../windows.ts';
import type { Settings } from './settings.ts';

const DEADLINE_MS = 20_000;
/** Cloudflare takes about 300 questions in five minutes (its documentation, "GraphQL Analytics API", "Limits"). */
const LIMIT = { perMinute: 40, reserved: 10 } as const;
/** More rows than two versions have in the windows of one question. */
const ROWS_MAX = 1_000;

/** `fleet` asks for every version of the Worker, as one. */
function questionOf(of: 'versions' | 'fleet'): string {
  const variable = of === 'versions' ? ', $versions: [String!]' : '';
  const filter = of === 'versions' ? ', scriptVersion_in: $versions' : '';
  const dimension = of === 'versions' ? ' scriptVersion' : '';
  return `query Minutes($account: String!, $worker: String!, $since: Time!, $until: Time!${variable}) {
  viewer { accounts(filter: { accountTag: $account }) {
    workersInvocationsAdaptive(
      limit: ${ROWS_MAX}
      filter: { scriptName: $worker, datetime_geq: $since, datetime_lt: $until${filter} }
    ) {
      dimensions { datetimeMinute${dimension} }
      avg { sampleInterval }
      sum { requests errors }
      quantiles { wallTimeP95 }
    }
  } }
}`;
}

/** One minute of one version. */
const Row = z.object({
  dimensions: z.object({ datetimeMinute: z.iso.datetime(), scriptVersion: z.string().nullish() }),
  avg: z.object({ sampleInterval: z.number().nullish() }).nullish(),
  sum: z.object({ requests: z.number().nullish(), errors: z.number().nullish() }),
  quantiles: z.object({ wallTimeP95: z.number().nullish() }).nullish(),
});
export type Row = z.infer<typeof Row>;

export const Answer = z.object({
  data: z
    .object({
      viewer: z.object({ accounts: z.array(z.object({ workersInvocationsAdaptive: z.array(Row) })) }),
    })
    .nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().nullish() }))
    .nullish(),
});

export type Api = ReturnType<typeof openApi>;

export function openApi({ account, token, url }: Settings, around: Around) {
  const http = around.door({
    baseUrl: url,
    deadlineMs: DEADLINE_MS,
    limit: LIMIT,
    authorize: async (isAgain) => {
      const secret = await around.secret(token, isAgain ? 'again' : undefined);
      return { authorization: `Bearer ${secret.open()}` };
    },
  });
  return {
    /** @param versions null asks for all of them as one */
    async minutes(
      worker: string,
      versions: readonly string[] | null,
      { fromMs, toMs }: Windows,
    ): Promise<readonly Row[]> {
      const variables = {
        account,
        worker,
        since: new Date(fromMs).toISOString(),
        until: new Date(toMs).toISOString(),
        ...(versions === null ? {} : { versions }),
      };
      const query = questionOf(versions === null ? 'fleet' : 'versions');
      const { value } = await http.send({
        method: 'POST',
        path: '/graphql',
        body: { json: { query, variables } },
        Answer,
        isRead: true,
      });
      return rowsIn(value);
    },
  };
}

/** @throws {Failed} for errors, which come with status 200 and also beside data, and for an answer that goes on */
export function rowsIn({ data, errors }: z.infer<typeof Answer>): readonly Row[] {
  const [wrong] = errors ?? [];
  if (wrong !== undefined) {
    const isForbidden =
      wrong.extensions?.code === 'authz' || /not authorized|permission/i.test(wrong.message);
    const message = `Cloudflare's analytics answered: ${oneLine(wrong.message)}`;
    throw new Failed({ code: isForbidden ? 'unauthorized' : 'rejected', message, retryAfterMs: null });
  }
  const [account, ...more] = data?.viewer.accounts ?? [];
  const rows = account?.workersInvocationsAdaptive ?? [];
  if (account === undefined || more.length > 0 || rows.length >= ROWS_MAX) {
    const message = "Cloudflare's analytics answered with another account, or with a part of the rows";
    throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  }
  return rows;
}
