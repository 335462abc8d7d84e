import { calibrateGauge, latencyGauge, memoryGauge, percentGauge } from './calibrate-gauge.ts';
import { calibrateLatency } from './calibrate-latency.ts';
import { calibrateShare, type ShareSeries } from './calibrate-share.ts';
import type { Calibration } from './calibration.ts';
import type { History, Share, Stretch } from './look.ts';
import { p95Of } from './p95.ts';
import type { JudgeSettings } from './settings.ts';
import { stretchTrouble } from './trouble.ts';

type HistoryLook = History['looks'][number];

/** With less than this of history, half an hour of looks being usual, what is normal is mostly guessed. */
const HISTORY_MS_MIN = 300_000;
const PODS_MIN = 3;

/**
 * Learns from what ran before the rollout what is normal here and how much it varies: every pod is compared with all the
 * others, as the new version will be. Where history has nothing to say, cautious priors stand in, and it is weak.
 */
export function calibrate(settings: JudgeSettings, history: History): Calibration {
  const looks = history.looks.filter(isBelievable(history.latencyLimitsMs.length + 1));
  const lookMs = medianOf(looks.map(({ durationMs }) => durationMs)) ?? settings.lookEveryMs;
  const pods = Math.min(...looks.map((look) => look.pods.length), Number.MAX_SAFE_INTEGER);
  const places = looks.length === 0 ? [] : Array.from({ length: pods }, (_, place) => place);

  const shares = (read: (stretch: Stretch) => Share | null): ShareSeries => {
    const with_ = looks.filter(({ fleet }) => read(fleet) !== null);
    return {
      fleet: with_.map(({ fleet }) => read(fleet) ?? NOTHING),
      pods: places.map((place) => with_.map((look) => at(look, place, read) ?? NOTHING)),
      lookMs,
    };
  };
  const gauges = (read: (stretch: Stretch) => number | null) => ({
    fleet: looks.map(({ fleet }) => read(fleet)),
    pods: places.map((place) => looks.map((look) => at(look, place, read))),
    podCount: medianOf(looks.map(({ fleet }) => fleet.pods)) ?? 1,
    lookMs,
  });
  const withLatency = looks.filter(({ fleet }) => fleet.latency !== null);
  const seconds = looks.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;

  return {
    ...weakness(settings, seconds * 1000, places.length, withLatency.length > 0),
    errors: calibrateShare(shares(({ errors, requests }) => ({ hits: errors, of: requests }))),
    latency: calibrateLatency(
      {
        limitsMs: history.latencyLimitsMs,
        fleet: withLatency.map(({ fleet }) => fleet.latency ?? []),
        pods: places.map((place) => withLatency.map((look) => at(look, place, ({ latency }) => latency))),
        lookMs,
      },
      {
        tolerated: Math.max(1, settings.tolerated.latencyPercent),
        acceptable: settings.acceptable.latencyPercent ?? USUAL_LATENCY_PERCENT,
      },
    ),
    latencyP95: calibrateGauge(
      gauges((stretch) => logP95(stretch, history.latencyLimitsMs)),
      latencyGauge,
    ),
    cpu: calibrateGauge(
      gauges(({ cpuPercent }) => cpuPercent),
      percentGauge,
    ),
    memory: calibrateGauge(
      gauges(({ memoryPercent }) => memoryPercent),
      memoryGauge(settings),
    ),
    restarts: {
      hits: looks.reduce((sum, { fleet }) => sum + (fleet.restarts ?? 0), 0),
      podHours: looks.reduce((sum, { fleet, durationMs }) => sum + fleet.pods * durationMs, 0) / 3_600_000,
    },
    business: Object.fromEntries(
      settings.business.map(({ name }) => [
        name,
        calibrateShare(shares(({ business }) => business[name] ?? null)),
      ]),
    ),
    measured: measuredIn(looks),
  };
}

/** On the scale of the logarithm; from the histogram where there is no such number. */
function logP95({ latencyP95Ms, latency }: Stretch, limitsMs: readonly number[]): number | null {
  const p95 = latencyP95Ms ?? (latency === null ? null : p95Of(latency, limitsMs));
  return p95 === null || p95 <= 0 ? null : Math.log(p95);
}

const NOTHING: Share = { hits: 0, of: 0 };

function isBelievable(buckets: number) {
  return ({ fleet, pods, durationMs }: HistoryLook): boolean =>
    durationMs > 0 && [fleet, ...pods].every((stretch) => stretchTrouble(stretch, '', buckets) === null);
}

function at<T>(look: HistoryLook, place: number, read: (stretch: Stretch) => T | null): T | null {
  const stretch = look.pods[place];
  return stretch === undefined ? null : read(stretch);
}

function weakness(settings: JudgeSettings, ms: number, pods: number, hasLatency: boolean) {
  if (ms < HISTORY_MS_MIN) {
    const minutes = Math.round(ms / 60_000);
    const because = minutes === 0 ? 'there is no history' : `there are only ${minutes} min of history`;
    return { isWeak: true, because, caution: cautionAfter(ms) };
  }
  if (pods < PODS_MIN) {
    const because = 'its pods cannot be told apart, so nobody knows how much they differ by themselves';
    return { isWeak: true, because, caution: NO_PODS_CAUTION };
  }
  const isBlind = !hasLatency && settings.acceptable.latencyPercent !== null;
  return {
    isWeak: isBlind,
    because: isBlind ? 'its history has no histogram of latency' : null,
    caution: noCaution,
  };
}

/** What is looked for where nothing has to be ruled out. */
const USUAL_LATENCY_PERCENT = 25;
type Caution = Calibration['caution'];

/** Measured: so much more evidence keeps the share of false alarms where dispersions are guessed. */
const UNKNOWN_CAUTION: Caution = { errors: 1.2, latency: 3000, gauges: 100 };
const NO_PODS_CAUTION: Caution = { errors: 1, latency: 1.5, gauges: 3 };
const noCaution: Caution = { errors: 1, latency: 1, gauges: 1 };

/** The less the longer one has looked, on the scale of the logarithm. */
function cautionAfter(ms: number): Caution {
  const left = 1 - ms / HISTORY_MS_MIN;
  const after = (caution: Caution[keyof Caution]) => Math.max(1, caution ** left);
  return {
    errors: Math.max(NO_PODS_CAUTION.errors, after(UNKNOWN_CAUTION.errors)),
    latency: Math.max(NO_PODS_CAUTION.latency, after(UNKNOWN_CAUTION.latency)),
    gauges: Math.max(NO_PODS_CAUTION.gauges, after(UNKNOWN_CAUTION.gauges)),
  };
}

/** Names of what the last looks of the history have; something that was seen long ago only is not missed. */
function measuredIn(looks: readonly HistoryLook[]): string[] {
  const recent = looks.slice(-12).map(({ fleet }) => fleet);
  const has = (isThere: (stretch: Stretch) => boolean) => recent.some(isThere);
  const business = new Set(recent.flatMap((fleet) => Object.keys(fleet.business)));
  return [
    ...(has(({ latency }) => latency !== null) ? ['latency'] : []),
    ...(has(({ latencyP95Ms }) => latencyP95Ms !== null) ? ['latency-p95'] : []),
    ...(has(({ cpuPercent }) => cpuPercent !== null) ? ['cpu'] : []),
    ...(has(({ memoryPercent }) => memoryPercent !== null) ? ['memory'] : []),
    ...(has(({ restarts }) => restarts !== null) ? ['restarts'] : []),
    ...business,
  ];
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
