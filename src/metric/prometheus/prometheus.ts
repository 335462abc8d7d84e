import type { History } from '../../core/analysis/look.ts';
import type { Http } from '../../http/door.ts';
import type { Side } from '../arm-stretch.ts';
import { historyFrom } from '../history-from.ts';
import { type AskedAs, metricKind } from '../kind.ts';
import { labelsOf } from '../label.ts';
import { commonLimits, limitsOfBoth } from '../limits.ts';
import type { Cursor, Readings } from '../metric.ts';
import { readOn } from '../read-on.ts';
import type { Matcher } from '../selector.ts';
import { openServer } from '../server.ts';
import { spanMs } from '../span.ts';
import { histogramsOf, totalsFrom, withoutStale } from './arms.ts';
import { queryAt, queryOver } from './client.ts';
import { askAll, frameAt, warningsOf } from './frame.ts';
import { type IsOwn, podsOf } from './pods.ts';
import { ofVersions, questionsOf } from './questions.ts';
import { Query, Settings } from './settings.ts';

/** What a version may be called: whatever can be printed. It is escaped all the same. */
const PRINTABLE = /^[\x20-\x7e]{1,200}$/;
const HISTORY_STEP_MS = 30_000;

/** Raw counters of Prometheus, and of whatever answers like it: Thanos, Mimir, VictoriaMetrics. */
export const prometheus = metricKind({
  id: 'prometheus',
  summary: 'Raw counters and histograms of Prometheus, Thanos, Mimir or VictoriaMetrics',
  Settings,
  Query,
  open(settings, around) {
    const http = openServer(settings, around);
    const staleAfterMs = spanMs(settings.staleAfter);
    return {
      read: (asked, cursor) => readNow(http, asked, cursor, staleAfterMs),
      history: (asked, backMs) => lookBack(http, asked, backMs),
    };
  },
});

/** Both versions in one question, so that they have had the same time. */
async function readNow(
  http: Http,
  asked: AskedAs<Query>,
  cursor: Cursor,
  staleAfterMs: number,
): Promise<Readings> {
  const { query } = asked;
  const labels = labelsOf(asked, query.by, PRINTABLE);
  const both = [labels.canary, ...(labels.stable === null ? [] : [labels.stable])];
  const { nowMs } = asked;
  const answers = await askAll(questionsOf(query, ofVersions(query, both)), (text) =>
    queryAt(http, text, nowMs),
  );
  const warnings = warningsOf(answers);
  // A part of the truth looks like a counter that went down, or like calm.
  if (warnings.length > 0)
    return { cursor, stretches: [], gaps: warnings.map((each) => `Prometheus: ${each}`) };
  const frame = frameAt(answers, nowMs);
  const arm = (side: Side, isOwn: IsOwn) =>
    withoutStale(side, podsOf(side, query, frame, isOwn), nowMs, staleAfterMs);
  const isOf = (label: string | null): IsOwn => {
    return (of) => Object.hasOwn(of, query.version) && of[query.version] === label;
  };
  const canary = arm('canary', isOf(labels.canary));
  const stable = arm('stable', isOf(labels.stable));
  const { limitsMs, gaps } = limitsOfBoth(histogramsOf(canary), histogramsOf(stable));
  const totals = (pods: typeof canary, label: string | null) =>
    totalsFrom(pods, limitsMs, query, frame, isOf(label));
  const readings = readOn(
    asked,
    cursor,
    {
      latencyLimitsMs: limitsMs,
      canary: totals(canary, labels.canary),
      stable: totals(stable, labels.stable),
    },
    { staleAfterMs },
  );
  return { ...readings, gaps: [...canary.gaps, ...stable.gaps, ...gaps, ...readings.gaps] };
}

/** The version before, or where nobody knows it, all that is not the new one. */
async function lookBack(http: Http, asked: AskedAs<Query>, backMs: number): Promise<History | null> {
  const { query } = asked;
  const labels = labelsOf(asked, query.by, PRINTABLE);
  const others: Matcher = { label: query.version, how: '!=', value: labels.canary };
  const which = labels.stable === null ? others : ofVersions(query, [labels.stable]);
  const span = { fromMs: asked.nowMs - backMs, toMs: asked.nowMs, stepMs: HISTORY_STEP_MS };
  const answers = await askAll(questionsOf(query, which), (text) => queryOver(http, text, span));
  if (warningsOf(answers).length > 0) return null;
  const isOwn: IsOwn = (of) => {
    const own = Object.hasOwn(of, query.version) ? of[query.version] : '';
    return labels.stable === null ? own !== labels.canary : own === labels.stable;
  };
  const frames = [...answers.counted.at.keys()].toSorted((a, b) => a - b).map((at) => frameAt(answers, at));
  const pods = frames.map((frame) => podsOf('stable', query, frame, isOwn));
  const limitsMs = commonLimits(pods.flatMap(histogramsOf));
  const totals = frames.flatMap(
    (frame, index) => totalsFrom(pods[index] ?? nobody, limitsMs, query, frame, isOwn) ?? [],
  );
  return historyFrom(limitsMs, totals);
}

const nobody = { pods: new Map(), gaps: [] };
