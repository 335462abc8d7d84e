import type { History } from '../../core/analysis/look.ts';
import { metricKind } from '../kind.ts';
import { labelsOf } from '../label.ts';
import type { Asked, Cursor, MetricKind, Readings } from '../metric.ts';
import { readWindows } from '../read-windows.ts';
import { historyOf } from '../readings.ts';
import type { Point } from '../windowed.ts';
import { paceOf, type Windows, windowsBack } from '../windows.ts';
import { alarmsVerdict } from './alarms.ts';
import { pointsByDimension, wantedByDimension } from './by-dimension.ts';
import { groupOf, pointsByGroup, wantedByGroup } from './by-target-group.ts';
import { type CloudWatch, openCloudWatch, type Rows, type Wanted } from './client.ts';
import { AlarmsQuery, LoadBalancerQuery, Query, Settings } from './settings.ts';

const LABEL = /^[!-~]{1,255}$/;

const cloudwatch = metricKind({
  id: 'cloudwatch',
  summary: 'Metrics of Amazon CloudWatch, by a dimension for versions',
  Settings,
  Query,
  pace: paceOf,
  open(settings, around) {
    const api = openCloudWatch(settings, around);
    return {
      async read(asked, cursor) {
        const { query } = asked;
        const labels = labelsOf(asked, query.by, LABEL);
        return readBoth(api, asked, cursor, query, {
          wanted: (arm) => wantedByDimension(query, arm, labels[arm] ?? ''),
          points: (arm, rows, windows) => pointsByDimension(query, arm, rows, windows),
        });
      },
      async history(asked, backMs) {
        const { query } = asked;
        const { stable } = labelsOf(asked, query.by, LABEL);
        return historyOfStable(api, asked, backMs, query, {
          wanted: (arm) => wantedByDimension(query, arm, stable ?? ''),
          points: (arm, rows, windows) => pointsByDimension(query, arm, rows, windows),
        });
      },
    };
  },
});

const cloudwatchLoadBalancer = metricKind({
  id: 'cloudwatch-load-balancer',
  summary: 'Application Load Balancers in Amazon CloudWatch, by target group',
  Settings,
  Query: LoadBalancerQuery,
  pace: paceOf,
  open(settings, around) {
    const api = openCloudWatch(settings, around);
    return {
      async read(asked, cursor) {
        const { query } = asked;
        const groups = {
          canary: groupOf(asked.canary, query),
          stable: asked.stable === null ? '' : groupOf(asked.stable, query),
        };
        return readBoth(api, asked, cursor, query, {
          wanted: (arm) => wantedByGroup(query, arm, groups[arm]),
          points: (arm, rows, windows) => pointsByGroup(query, arm, rows, windows),
        });
      },
      async history(asked, backMs) {
        const { query } = asked;
        const group = asked.stable === null ? '' : groupOf(asked.stable, query);
        return historyOfStable(api, asked, backMs, query, {
          wanted: (arm) => wantedByGroup(query, arm, group),
          points: (arm, rows, windows) => pointsByGroup(query, arm, rows, windows),
        });
      },
    };
  },
});

const cloudwatchAlarms = metricKind({
  id: 'cloudwatch-alarms',
  summary: 'Alarms of Amazon CloudWatch',
  Settings,
  Query: AlarmsQuery,
  open(settings, around) {
    const api = openCloudWatch(settings, around);
    return {
      async verdict(asked) {
        const { alarms } = asked.query;
        return alarmsVerdict(asked, alarms, await api.alarms(alarms));
      },
    };
  },
});

/** Everything of CloudWatch that numbers or verdicts come from; each is a kind of its own, with the same settings. */
export const cloudwatchKinds: readonly MetricKind[] = [cloudwatch, cloudwatchLoadBalancer, cloudwatchAlarms];

type Of = {
  wanted(arm: 'canary' | 'stable'): readonly Wanted[];
  points(arm: 'canary' | 'stable', rows: Rows, windows: Windows): readonly Point[];
};

type Timing = { readonly step: string; readonly lag: string };

/** One question for both versions, so that they are looked at as they were at the same time. */
function readBoth(api: CloudWatch, asked: Asked, cursor: Cursor, timing: Timing, of: Of): Promise<Readings> {
  const hasStable = asked.stable !== null;
  return readWindows(asked, cursor, paceOf(timing), async (windows) => {
    const wanted = [...of.wanted('canary'), ...(hasStable ? of.wanted('stable') : [])];
    const rows = await api.data(wanted, windows);
    return {
      latencyLimitsMs: [],
      canary: of.points('canary', rows, windows),
      stable: hasStable ? of.points('stable', rows, windows) : null,
      gaps: rows.incomplete.length === 0 ? [] : ['CloudWatch calls a part of its answer incomplete'],
    };
  });
}

/** What ran before is what the version before has done, which had all the traffic then; null where there is none. */
async function historyOfStable(
  api: CloudWatch,
  asked: Asked,
  backMs: number,
  timing: Timing,
  of: Of,
): Promise<History | null> {
  if (asked.stable === null) return null;
  const windows = windowsBack(paceOf(timing), backMs, asked.nowMs);
  const rows = await api.data(of.wanted('stable'), windows);
  return historyOf(windows, [], { name: asked.service, points: of.points('stable', rows, windows) });
}
