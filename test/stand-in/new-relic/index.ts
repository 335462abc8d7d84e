import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { Traffic } from '../traffic.ts';

export const KEY = 'NRAK-not-a-real-key';
export const ACCOUNT = 1_234_567;

export type NewRelicStandIn = StandIn & { readonly traffic: Traffic; messages: string[] };

const NRQL =
  /^SELECT (.+) FROM `(\w+)`(?: WHERE (.+?))?(?: FACET `(\w+)` LIMIT 10)? SINCE (\d+) UNTIL (\d+) TIMESERIES (\d+) seconds$/;

/**
 * NerdGraph as far as one NRQL question goes. New Relic publishes no description of it as a file, so that none is held
 * against it: the form of the question is, word by word. Errors come with status 200, and a version that was never heard
 * of has no row, while one that is known has rows with zeros.
 */
export async function openNewRelic(): Promise<NewRelicStandIn> {
  const world: { traffic: Traffic; messages: string[] } = { traffic: new Traffic(), messages: [] };
  const standIn = await openStandIn({
    spec: null,
    basePath: '',
    handle(call) {
      if (call.headers['api-key'] !== KEY) {
        return { status: 401, json: { errors: [{ message: 'The API key is invalid' }] } };
      }
      return ask(world, call);
    },
  });
  return Object.assign(world, standIn);
}

type Body = { query: string; variables: { account: number; nrql: string } };

function refused(message: string, errorClass: string): Answer {
  return {
    status: 200,
    json: { data: { actor: { account: null } }, errors: [{ message, extensions: { errorClass } }] },
  };
}

function ask({ traffic, messages }: { traffic: Traffic; messages: string[] }, { body }: Call): Answer {
  const { account, nrql } = (body as Body).variables;
  if (account !== ACCOUNT) return refused('Access denied.', 'ACCESS_DENIED');
  const read = NRQL.exec(nrql);
  if (read === null) return refused(`NRQL Syntax Error: ${nrql}`, 'NRQL_SYNTAX_ERROR');
  const [, selected = '', , where = '', facet, since = '', until = '', seconds = ''] = read;
  const asked = [...(/IN \((.+)\)/.exec(where)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(
    ([, each]) => each ?? '',
  );
  const versions =
    facet === undefined ? [null] : asked.filter((each) => isHeardOf(traffic, each, +since, +until));
  const stepMs = Number(seconds) * 1_000;
  const results = versions.flatMap((version) => {
    const starts = Array.from({ length: (+until - +since) / stepMs }, (_, index) => +since + index * stepMs);
    return starts.map((startMs) => ({
      ...(version === null ? {} : { facet: version, appVersion: version }),
      beginTimeSeconds: startMs / 1_000,
      endTimeSeconds: (startMs + stepMs) / 1_000,
      ...columns(selected, traffic, version, startMs, stepMs),
    }));
  });
  return {
    status: 200,
    json: { data: { actor: { account: { nrql: { results, metadata: { messages } } } } } },
  };
}

function isHeardOf(traffic: Traffic, version: string, since: number, until: number): boolean {
  return traffic.between(version, since, until) !== null;
}

function columns(
  selected: string,
  traffic: Traffic,
  version: string | null,
  startMs: number,
  stepMs: number,
) {
  const sum = traffic.between(version, startMs, startMs + stepMs);
  return Object.fromEntries(
    selected.split(/, (?=count|filter)/).map((column) => {
      const [, how = '', alias = ''] = /^(.+) AS (\w+)$/.exec(column) ?? [];
      const limit = /<= ([0-9.]+)\)/.exec(how)?.[1];
      if (sum === null) return [alias, 0];
      if (limit !== undefined) return [alias, sum.atMost(Number(limit) * 1_000)];
      return [alias, how.includes('IS true') ? sum.errors : sum.requests];
    }),
  );
}
