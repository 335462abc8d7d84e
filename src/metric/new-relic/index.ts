import { labelsOf } from '../label.ts';
import type { Asked, MetricKind, MetricSource } from '../metric.ts';
import { oneLine } from '../one-line.ts';
import { readWindows } from '../read-windows.ts';
import { historyOf } from '../readings.ts';
import { spanMs } from '../span.ts';
import { windowsBack } from '../windows.ts';
import { wantedOf } from './ask.ts';
import { openApi } from './client.ts';
import { pointsOf } from './points.ts';
import { Query, Settings } from './settings.ts';

const LABEL = /^[A-Za-z0-9_][A-Za-z0-9_.:/+@-]{0,149}$/;

/** Events of New Relic, one for each request, by an attribute for versions. */
export const newRelic: MetricKind = {
  id: 'new-relic',
  summary: 'Events of New Relic, by an attribute for versions',
  Settings,
  Query,
  open(name, given, around): MetricSource {
    const api = openApi(Settings.parse(given), around);
    return {
      name,
      kind: 'new-relic',
      async read(asked, cursor) {
        const { query, pace } = queryOf(asked);
        const labels = labelsOf(asked, query.by, LABEL);
        return readWindows(asked, cursor, pace, async (windows) => {
          const { nrql, latencyLimitsMs } = wantedOf(query, labels, windows);
          const { rows, messages } = await api.ask(nrql);
          const of = (label: string) => pointsOf(rows, label, latencyLimitsMs.length, windows);
          return {
            latencyLimitsMs,
            canary: of(labels.canary),
            stable: labels.stable === null ? null : of(labels.stable),
            gaps: messages.map((message) => `New Relic says of its answer: ${oneLine(message)}`),
          };
        });
      },
      async history(asked, backMs) {
        const { query, pace } = queryOf(asked);
        const windows = windowsBack(pace, backMs, asked.nowMs);
        const { nrql, latencyLimitsMs } = wantedOf(query, null, windows);
        const { rows } = await api.ask(nrql);
        const points = pointsOf(rows, null, latencyLimitsMs.length, windows);
        return historyOf(windows, latencyLimitsMs, { name: asked.service, points });
      },
    };
  },
};

function queryOf(asked: Asked) {
  const query = Query.parse(asked.query);
  return { query, pace: { stepMs: spanMs(query.step), lagMs: spanMs(query.lag) } };
}
