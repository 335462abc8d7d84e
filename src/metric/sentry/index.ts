import { metricKind } from '../kind.ts';
import { type By, type Labels, labelsOf } from '../label.ts';
import type { Asked, MetricKind } from '../metric.ts';
import { readWindows } from '../read-windows.ts';
import { historyOf } from '../readings.ts';
import { paceOf, type Windows, windowsBack } from '../windows.ts';
import { type Api, type Of, openApi } from './client.ts';
import { issuesVerdict } from './issues.ts';
import { AXES, pointsOf, samplingOf, type Told } from './points.ts';
import { IssuesQuery, Query, Settings } from './settings.ts';

/** No quotes, and no star, which would ask for others too. */
const LABEL = /^[A-Za-z0-9_][A-Za-z0-9_.:/+@-]{0,149}$/;

const sentry = metricKind({
  id: 'sentry',
  summary: 'Traces of Sentry, by release',
  Settings,
  Query,
  pace: paceOf,
  open(settings, around) {
    const api = openApi(settings, around);
    return {
      async read(asked, cursor) {
        const { query } = asked;
        const labels = releasesOf(asked, query.release);
        return readWindows(asked, cursor, paceOf(query), async (windows) => {
          const ask = (release: string) => numbersOf(api, { ...query, release }, windows);
          const [canary, stable] = await Promise.all([
            ask(labels.canary),
            labels.stable === null ? null : ask(labels.stable),
          ]);
          return {
            latencyLimitsMs: [],
            canary: pointsOf(canary),
            stable: stable && pointsOf(stable),
            gaps: samplingOf(canary),
          };
        });
      },
      async history(asked, backMs) {
        const { query } = asked;
        const windows = windowsBack(paceOf(query), backMs, asked.nowMs);
        const told = await numbersOf(api, { ...query, release: null }, windows);
        return historyOf(windows, [], { name: asked.service, points: pointsOf(told) });
      },
    };
  },
});

const sentryIssues = metricKind({
  id: 'sentry-issues',
  summary: 'New issues of Sentry, by the release that they were first seen in',
  Settings,
  Query: IssuesQuery,
  open(settings, around) {
    const api = openApi(settings, around);
    return {
      async verdict(asked) {
        const { query } = asked;
        const { canary: release } = releasesOf(asked, query.release);
        const [known, issues] = await Promise.all([
          api.release(release),
          api.newIssues({ ...query, release }),
        ]);
        return issuesVerdict(release, query, known, issues);
      },
    };
  },
});

/** Everything of Sentry that numbers or verdicts come from; each is a kind of its own, with the same settings. */
export const sentryKinds: readonly MetricKind[] = [sentry, sentryIssues];

/** @throws {Failed} `unsupported` for what cannot be asked for by name */
function releasesOf(asked: Asked, template: string): Labels {
  const by: By = template.includes('{commit}') ? 'commit' : 'version';
  return labelsOf(asked, by, LABEL, (label) => template.replace(`{${by}}`, () => label));
}

async function numbersOf(api: Api, of: Of, windows: Windows): Promise<Told> {
  const [requests, errors, p95] = await Promise.all([
    api.timeseries(AXES.requests, of, windows),
    api.timeseries(AXES.errors, of, windows),
    api.timeseries(AXES.p95, of, windows),
  ]);
  return { requests, errors, p95 };
}
