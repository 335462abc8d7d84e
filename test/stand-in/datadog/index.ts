import { randomUUID } from 'node:crypto';
import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { Traffic } from '../traffic.ts';
import { rowOf } from './query.ts';

export const KEY = 'not-a-real-key';

type Evaluation = { status: string; isTrial: boolean; isVisible: boolean };

export type DatadogStandIn = StandIn & {
  readonly traffic: Traffic;
  /** Those that were started, oldest first. */
  readonly evaluations: Map<string, Evaluation>;
};

/**
 * Datadog as far as numbers and deployment gates go. Strict like the original: it answers in rows by the number of the
 * question, has no point where nothing was counted, and knows an evaluation only a moment after it was started.
 */
export async function openDatadog(): Promise<DatadogStandIn> {
  const traffic = new Traffic();
  const evaluations = new Map<string, Evaluation>();
  const standIn = await openStandIn({
    spec: 'datadog-v2.json',
    basePath: '',
    handle(call) {
      if (!isAllowed(call)) return { status: 403, json: { errors: ['Forbidden'] } };
      if (call.path === '/api/v2/query/timeseries') return timeseries(traffic, call);
      return gate(evaluations, call);
    },
  });
  return { ...standIn, traffic, evaluations };
}

export type MonitorsStandIn = StandIn & { readonly states: Map<number, string> };

/** The other description of Datadog, which has the monitors. */
export async function openDatadogMonitors(): Promise<MonitorsStandIn> {
  const states = new Map<number, string>();
  const standIn = await openStandIn({
    spec: 'datadog-v1.json',
    basePath: '',
    handle(call) {
      if (!isAllowed(call)) return { status: 403, json: { errors: ['Forbidden'] } };
      const id = Number(call.path.split('/').at(-1));
      const state = states.get(id);
      if (state === undefined) return { status: 404, json: { errors: ['Monitor not found'] } };
      const query = 'avg(last_5m):sum:trace.http.request.errors{*} > 5';
      return {
        status: 200,
        json: { id, name: `monitor ${id}`, type: 'metric alert', query, overall_state: state },
      };
    },
  });
  return { ...standIn, states };
}

function isAllowed({ headers }: Call): boolean {
  return headers['dd-api-key'] === KEY && headers['dd-application-key'] === KEY;
}

type Asked = {
  data: { attributes: { from: number; to: number; interval: number; queries: { query: string }[] } };
};

function timeseries(traffic: Traffic, { body }: Call): Answer {
  const { from, to, interval, queries } = (body as Asked).data.attributes;
  const starts = Array.from({ length: (to - from) / interval }, (_, index) => from + index * interval);
  const rows = queries.map(({ query }) => rowOf(traffic, query, starts));
  const wrong = rows.indexOf(null);
  if (wrong !== -1)
    return { status: 400, json: { errors: [`Error parsing query: ${queries[wrong]?.query}`] } };
  const told = rows.flatMap((row, index) => (row?.some((value) => value !== null) ? [{ row, index }] : []));
  const attributes = {
    series: told.map(({ index }) => ({ group_tags: [], query_index: index, unit: null })),
    times: starts,
    values: told.map(({ row }) => row),
  };
  return {
    status: 200,
    json: { data: { id: '0', type: 'timeseries_response', attributes } },
    headers: {
      'x-ratelimit-limit': '100',
      'x-ratelimit-period': '10',
      'x-ratelimit-remaining': '99',
      'x-ratelimit-reset': '10',
    },
  };
}

function gate(evaluations: Map<string, Evaluation>, { method, path }: Call): Answer {
  if (method === 'POST') {
    const id = randomUUID();
    evaluations.set(id, { status: 'in_progress', isTrial: false, isVisible: false });
    const type = 'deployment_gates_evaluation_response';
    return { status: 202, json: { data: { id, type, attributes: { evaluation_id: id } } } };
  }
  const id = path.split('/').at(-1) ?? '';
  const found = evaluations.get(id);
  if (found === undefined || !found.isVisible) {
    if (found !== undefined) found.isVisible = true;
    return { status: 404, json: { errors: [{ status: '404', title: 'Not Found' }] } };
  }
  const attributes = {
    dry_run: found.isTrial,
    evaluation_id: id,
    evaluation_url: `https://app.datadoghq.com/ci/deployment-gates/evaluations?id=${id}`,
    gate_id: 'e140302e-0cba-40d2-978c-6780647f8f1c',
    gate_status: found.status,
    rules: [
      {
        name: 'monitors of the service',
        status: found.status,
        reason: found.status === 'fail' ? 'One or more monitors in ALERT state' : '',
        dry_run: false,
      },
    ],
  };
  const type = 'deployment_gates_evaluation_result_response';
  return { status: 200, json: { data: { id, type, attributes } } };
}
