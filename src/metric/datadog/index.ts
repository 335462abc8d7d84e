import { worst } from '../../core/verdict.ts';
import { metricKind } from '../kind.ts';
import { labelsOf } from '../label.ts';
import type { MetricKind } from '../metric.ts';
import { readWindows } from '../read-windows.ts';
import { historyOf } from '../readings.ts';
import { paceOf, type Windows, windowsBack } from '../windows.ts';
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
const datadog = metricKind({
  id: 'datadog',
  summary: 'Metrics of Datadog, by a tag for versions',
  Settings,
  Query,
  pace: paceOf,
  open(settings, around) {
    const api = openApi(settings, around);
    return {
      async read(asked, cursor) {
        const { query } = asked;
        const labels = labelsOf(asked, query.by, LABEL, stored);
        return readWindows(asked, cursor, paceOf(query), async (windows) => {
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
        const { query } = asked;
        const windows = windowsBack(paceOf(query), backMs, asked.nowMs);
        const { points, latencyLimitsMs } = await numbersOf(api, query, windows, null);
        return historyOf(windows, latencyLimitsMs, { name: asked.service, points });
      },
    };
  },
});

const datadogMonitors = metricKind({
  id: 'datadog-monitors',
  summary: 'Monitors of Datadog',
  Settings,
  Query: MonitorsQuery,
  open(settings, around) {
    const api = openApi(settings, around);
    return {
      async verdict(asked) {
        const { monitors } = asked.query;
        const states = await Promise.all(monitors.map((id) => api.monitor(id)));
        return worst(states.map((state) => monitorVerdict(asked, state)));
      },
    };
  },
});

const datadogGate = metricKind({
  id: 'datadog-gate',
  summary: 'A deployment gate of Datadog',
  Settings,
  Query: GateQuery,
  open(settings, around) {
    const api = openApi(settings, around);
    return {
      verdict: (asked, cursor) => askGate(api, asked.query, asked, cursor),
    };
  },
});

/** Everything of Datadog that numbers or verdicts come from; each is a kind of its own, with the same settings. */
export const datadogKinds: readonly MetricKind[] = [datadog, datadogMonitors, datadogGate];

async function numbersOf(api: Api, query: Query, windows: Windows, label: string | null) {
  const wanted = wantedOf(query, windows.stepMs, label);
  const answer = await api.timeseries(wanted.queries, windows);
  const { latencyLimitsMs } = wanted;
  return { points: pointsOf(answer, wanted, query, windows), latencyLimitsMs };
}
