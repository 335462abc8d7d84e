import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import type { Around } from '../metric.ts';
import { Evaluation, Monitor, Started, TimeseriesAnswer } from './schema.ts';
import type { Settings } from './settings.ts';

const DEADLINE_MS = 20_000;
const NOT_THERE = 404;

/** Datadog as far as we use it. How much may be asked it says itself, in `X-RateLimit-*` of every answer. */
export type Api = ReturnType<typeof apiOf>;

export function openApi({ site, url, apiKey, applicationKey }: Settings, around: Around): Api {
  const http = around.door({
    baseUrl: url ?? `https://api.${site}`,
    deadlineMs: DEADLINE_MS,
    authorize: async (isAgain) => {
      const how = isAgain ? 'again' : undefined;
      const [api, application] = [await around.secret(apiKey, how), await around.secret(applicationKey, how)];
      return { 'dd-api-key': api.open(), 'dd-application-key': application.open() };
    },
  });
  return apiOf(http);
}

function apiOf(http: Http) {
  return {
    async timeseries(queries: readonly string[], of: { fromMs: number; toMs: number; stepMs: number }) {
      const attributes = {
        from: of.fromMs,
        to: of.toMs,
        interval: of.stepMs,
        queries: queries.map((query, index) => ({ data_source: 'metrics', name: `q${index}`, query })),
      };
      const { value } = await http.send({
        method: 'POST',
        path: '/api/v2/query/timeseries',
        body: { json: { data: { type: 'timeseries_request', attributes } } },
        Answer: TimeseriesAnswer,
        isRead: true,
      });
      return value;
    },
    monitor: (id: number) => http.get(path`/api/v1/monitor/${id}`, Monitor, { group_states: 'alert' }),
    /** @returns the id of the evaluation, which goes on by itself. @throws {Failed} `outcome-unknown` too */
    async startGate(attributes: { service: string; env: string; version: string; identifier: string }) {
      const body = { data: { type: 'deployment_gates_evaluation_request', attributes } };
      const { data } = await http.post('/api/v2/deployments/gates/evaluation', body, Started);
      return data.attributes.evaluation_id;
    },
    /** Null: not there, which is what is said of one that has only just been started. */
    async gate(evaluationId: string) {
      const { status, value } = await http.send({
        method: 'GET',
        path: path`/api/v2/deployments/gates/evaluation/${evaluationId}`,
        Answer: Evaluation,
        okStatuses: [NOT_THERE],
      });
      return status === NOT_THERE ? null : value;
    },
  };
}
