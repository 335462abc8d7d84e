import { worst } from '../../core/verdict.ts';
import { labelsOf } from '../label.ts';
import type { Asked, MetricKind, MetricSource } from '../metric.ts';
import { readWindows } from '../read-windows.ts';
import { historyOf } from '../readings.ts';
import { spanMs } from '../span.ts';
import { type Windows, windowsBack } from '../windows.ts';
import { wantedOf } from './ask.ts';
import { type Api, openApi } from './client.ts';
import { askGate } from './gate.ts';
import { monitorVerdict } from './monitors.ts';
import { pointsOf } from './points.ts';
import { GateQuery, MonitorsQuery, Query, Settings } from './settings.ts';

/** Before Datadog stores a tag, it spells it so ("Defining tags"); whoever asks has to spell it like that. */
function stored(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9_.\-/:]/g, '_');
}

const LABEL = /^[A-Za-z0-9_][A-Za-z0-9_.:/+@-]{0,149}$/;

/** Numbers by a tag for versions. */
const datadog: MetricKind = {
  id: 'datadog',
  summary: 'Metrics of Datadog, by a tag for versions',
  Settings,
  Query,
  open(name, given, around): MetricSource {
    const api = openApi(Settings.parse(given), around);
    return {
      name,
      kind: 'datadog',
      async read(asked, cursor) {
        const { query, pace } = queryOf(asked);
        const labels = labelsOf(asked, query.by, LABEL, stored);
        return readWindows(asked, cursor, pace, async (windows) => {
          const ask = (label: string) => numbersOf(api, query, windows, label);
          const [canary, stable] = await Promise.all([
            ask(labels.canary),
            labels.stable === null ? null : ask(labels.stable),
          ]);
          const { latencyLimitsMs } = canary;
          return { latencyLimitsMs, canary: canary.points, stable: stable?.points ?? null };
        });
      },
      async history(asked, backMs) {
        const { query, pace } = queryOf(asked);
        const windows = windowsBack(pace, backMs, asked.nowMs);
        const { points, latencyLimitsMs } = await numbersOf(api, query, windows, null);
        return historyOf(windows, latencyLimitsMs, { name: asked.service, points });
      },
    };
  },
};

const datadogMonitors: MetricKind = {
  id: 'datadog-monitors',
  summary: 'Monitors of Datadog',
  Settings,
  Query: MonitorsQuery,
  open(name, given, around): MetricSource {
    const api = openApi(Settings.parse(given), around);
    return {
      name,
      kind: 'datadog-monitors',
      async verdict(asked) {
        const { monitors } = MonitorsQuery.parse(asked.query);
        const states = await Promise.all(monitors.map((id) => api.monitor(id)));
        return worst(states.map((state) => monitorVerdict(asked, state)));
      },
    };
  },
};

const datadogGate: MetricKind = {
  id: 'datadog-gate',
  summary: 'A deployment gate of Datadog',
  Settings,
  Query: GateQuery,
  open(name, given, around): MetricSource {
    const api = openApi(Settings.parse(given), around);
    return {
      name,
      kind: 'datadog-gate',
      verdict: (asked, cursor = null) => askGate(api, GateQuery.parse(asked.query), asked, cursor),
    };
  },
};

/** Everything of Datadog that numbers or verdicts come from; each is a kind of its own, with the same settings. */
export const datadogKinds: readonly MetricKind[] = [datadog, datadogMonitors, datadogGate];

function queryOf(asked: Asked) {
  const query = Query.parse(asked.query);
  return { query, pace: { stepMs: spanMs(query.step), lagMs: spanMs(query.lag) } };
}

async function numbersOf(api: Api, query: Query, windows: Windows, label: string | null) {
  const wanted = wantedOf(query, windows.stepMs, label);
  const answer = await api.timeseries(wanted.queries, windows);
  const { latencyLimitsMs } = wanted;
  return { points: pointsOf(answer, wanted, query, windows), latencyLimitsMs };
}
