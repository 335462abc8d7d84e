import { metricKind } from '../kind.ts';
import { labelsOf } from '../label.ts';
import { oneLine } from '../one-line.ts';
import { readWindows } from '../read-windows.ts';
import { historyOf } from '../readings.ts';
import { paceOf, windowsBack } from '../windows.ts';
import { wantedOf } from './ask.ts';
import { openApi } from './client.ts';
import { pointsOf } from './points.ts';
import { Query, Settings } from './settings.ts';

const LABEL = /^[A-Za-z0-9_][A-Za-z0-9_.:/+@-]{0,149}$/;

/** Events of New Relic, one for each request, by an attribute for versions. */
export const newRelic = metricKind({
  id: 'new-relic',
  summary: 'Events of New Relic, by an attribute for versions',
  Settings,
  Query,
  pace: paceOf,
  open(settings, around) {
    const api = openApi(settings, around);
    return {
      async read(asked, cursor) {
        const { query } = asked;
        const labels = labelsOf(asked, query.by, LABEL);
        return readWindows(asked, cursor, paceOf(query), async (windows) => {
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
        const { query } = asked;
        const windows = windowsBack(paceOf(query), backMs, asked.nowMs);
        const { nrql, latencyLimitsMs } = wantedOf(query, null, windows);
        const { rows } = await api.ask(nrql);
        const points = pointsOf(rows, null, latencyLimitsMs.length, windows);
        return historyOf(windows, latencyLimitsMs, { name: asked.service, points });
      },
    };
  },
});
