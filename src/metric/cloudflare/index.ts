import { metricKind } from '../kind.ts';
import { labelsOf } from '../label.ts';
import { readWindows } from '../read-windows.ts';
import { historyOf } from '../readings.ts';
import { spanMs } from '../span.ts';
import { type Pace, windowsBack } from '../windows.ts';
import { openApi } from './client.ts';
import { pointsOf, samplingOf } from './points.ts';
import { Query, Settings } from './settings.ts';

/** The finest that Workers' invocations are grouped by, seconds aside, which samples leave nearly empty. */
const STEP_MS = 60_000;
/** Ids of versions of Workers, which are what releases are called there; on an arm, behind its name. */
const VERSION = /^(?:[a-z][a-z0-9-]{0,29}:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Invocations of Workers, by version. */
export const cloudflare = metricKind({
  id: 'cloudflare',
  summary: "Invocations of Cloudflare's Workers, by version",
  Settings,
  Query,
  pace: paceOf,
  open(settings, around) {
    const api = openApi(settings, around);
    return {
      async read(asked, cursor) {
        const { worker } = asked.query;
        const labels = labelsOf(asked, 'release', VERSION, (id) => id.slice(id.indexOf(':') + 1));
        const versions = [labels.canary, ...(labels.stable === null ? [] : [labels.stable])];
        return readWindows(asked, cursor, paceOf(asked.query), async (windows) => {
          const rows = await api.minutes(worker, versions, windows);
          return {
            latencyLimitsMs: [],
            canary: pointsOf(rows, labels.canary),
            stable: labels.stable === null ? null : pointsOf(rows, labels.stable),
            gaps: samplingOf(rows),
          };
        });
      },
      async history(asked, backMs) {
        const { worker } = asked.query;
        const windows = windowsBack(paceOf(asked.query), backMs, asked.nowMs);
        const rows = await api.minutes(worker, null, windows);
        return historyOf(windows, [], { name: asked.service, points: pointsOf(rows, null) });
      },
    };
  },
});

function paceOf({ lag }: Query): Pace {
  return { stepMs: STEP_MS, lagMs: spanMs(lag) };
}
