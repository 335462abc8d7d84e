import { z } from 'zod';
import { Failed, type Failure } from '../../core/failure.ts';
import type { Around } from '../metric.ts';
import { oneLine } from '../one-line.ts';
import type { Settings } from './settings.ts';

const DEADLINE_MS = 25_000;
/** What NerdGraph itself may take, in seconds. */
const TIMEOUT_S = 20;
const HOSTS = { us: 'https://api.newrelic.com', eu: 'https://api.eu.newrelic.com' } as const;

const QUESTION = `query ($account: Int!, $nrql: Nrql!) {
  actor { account(id: $account) { nrql(query: $nrql, timeout: ${TIMEOUT_S}) { results metadata { messages } } } }
}`;

/** One window of one version. Numbers that are not there, or are none, are nobody's zero. */
export const Row = z.looseObject({
  beginTimeSeconds: z.number(),
  endTimeSeconds: z.number(),
  facet: z.union([z.string(), z.array(z.string()).min(1)]).nullish(),
});
export type Row = z.infer<typeof Row>;

const Said = z.object({
  message: z.string(),
  extensions: z.looseObject({ errorClass: z.string().optional() }).nullish(),
});

export const Answer = z.object({
  data: z
    .object({
      actor: z.object({
        account: z
          .object({
            nrql: z
              .object({
                results: z.array(Row),
                metadata: z.object({ messages: z.array(z.string()).nullish() }).nullish(),
              })
              .nullish(),
          })
          .nullish(),
      }),
    })
    .nullish(),
  errors: z.array(Said).nullish(),
});

export type Told = { readonly rows: readonly Row[]; readonly messages: readonly string[] };
export type Api = { ask(nrql: string): Promise<Told> };

export function openApi({ account, region, apiKey, url }: Settings, around: Around): Api {
  const http = around.door({
    baseUrl: url ?? HOSTS[region],
    deadlineMs: DEADLINE_MS,
    authorize: async (isAgain) => {
      const key = await around.secret(apiKey, isAgain ? 'again' : undefined);
      return { 'api-key': key.open() };
    },
  });
  return {
    async ask(nrql) {
      const { value } = await http.send({
        method: 'POST',
        path: '/graphql',
        body: { json: { query: QUESTION, variables: { account, nrql } } },
        Answer,
        isRead: true,
      });
      return toldIn(value);
    },
  };
}

/** @throws {Failed} for errors, which come with status 200, and also beside data that is then only a part */
export function toldIn({ data, errors }: z.infer<typeof Answer>): Told {
  const [wrong] = errors ?? [];
  if (wrong !== undefined) throw new Failed(nameOf(wrong));
  const nrql = data?.actor.account?.nrql;
  if (nrql === null || nrql === undefined) {
    const message = 'New Relic answered without any result and without any error';
    throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  }
  return { rows: nrql.results, messages: nrql.metadata?.messages ?? [] };
}

function nameOf({ message: said, extensions }: z.infer<typeof Said>): Failure {
  const word = extensions?.errorClass ?? '';
  const message = `New Relic answered: ${oneLine(said)}`;
  if (/TOO_MANY_REQUESTS|RATE_LIMIT/i.test(word))
    return { code: 'rate-limited', message, retryAfterMs: 60_000 };
  if (/TIMEOUT|SERVER_ERROR|UNAVAILABLE/i.test(word))
    return { code: 'unavailable', message, retryAfterMs: 5_000 };
  if (/UNAUTHORIZED|ACCESS_DENIED|FORBIDDEN/i.test(word))
    return { code: 'unauthorized', message, retryAfterMs: null };
  return { code: 'rejected', message, retryAfterMs: null };
}
