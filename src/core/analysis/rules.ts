import { latencyGauge, memoryGauge, percentGauge } from './calibrate-gauge.ts';
import { unknownShare } from './calibrate-share.ts';
import type { Calibration } from './calibration.ts';
import type { GaugeRule } from './gauge-evidence.ts';
import { type LatencyRule, latencyRule } from './latency-rule.ts';
import { type LimitRule, limitName, limitRule } from './limit-rule.ts';
import type { JudgeSettings } from './settings.ts';
import { ruleForFewer, ruleForMore, type ShareRule } from './share-rule.ts';

/** Everything that a look is judged by, worked out once from what was set and what is normal. */
export type Rules = {
  readonly errors: ShareRule;
  readonly latency: LatencyRule | null;
  readonly latencyP95: GaugeRule;
  readonly cpu: GaugeRule;
  readonly memory: GaugeRule;
  readonly limits: readonly LimitRule[];
  readonly business: readonly { readonly name: string; readonly rule: ShareRule }[];
  /** What each measure's evidence counts for; together 1 at most. */
  readonly weights: Readonly<Record<string, number>>;
  readonly plannedSeconds: number;
  readonly stages: number;
};

const kept = new WeakMap<Calibration, { readonly settings: JudgeSettings; readonly rules: Rules }>();

/** The same settings and calibration give the same rules, so they are kept for as long as somebody holds on to both. */
export function rulesOf(settings: JudgeSettings, calibration: Calibration): Rules {
  const known = kept.get(calibration);
  if (known?.settings === settings) return known.rules;
  const rules = draw(settings, calibration);
  kept.set(calibration, { settings, rules });
  return rules;
}

function draw(settings: JudgeSettings, calibration: Calibration): Rules {
  const { tolerated, acceptable, stages } = settings;
  return {
    errors: ruleForMore(calibration.errors, tolerated.errorPoints / 100, acceptable.errorPoints / 100),
    latency: calibration.latency === null ? null : latencyRule(calibration.latency),
    latencyP95: p95Rule(calibration, tolerated.latencyPercent),
    cpu: { ...percentRule(calibration.cpu), slopes: [], needsControl: true },
    memory: { ...percentRule(calibration.memory), blockMs: memoryGauge(settings).blockMs },
    business: settings.business.map(({ name, isBad }) => {
      const normal = calibration.business[name] ?? unknownShare();
      return { name, rule: isBad === 'more' ? ruleForMore(normal, 0, null) : ruleForFewer(normal) };
    }),
    limits: settings.limits.map((limit) => limitRule(limit, calibration, memoryGauge(settings).blockMs)),
    weights: weightsOf(settings, calibration),
    plannedSeconds: stages.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000,
    stages: stages.length,
  };
}

/** Percentage points of use: more than 2.5 are harm. A leak is found by its slope, in points for each minute. */
function percentRule(normal: GaugeRule['normal']): GaugeRule {
  const slopes = [0.25, 0.6, 1.2, 2.5];
  return {
    normal,
    blockMs: percentGauge.blockMs,
    levels: [2.5, 8, 15, 30],
    slopes,
    tolerable: 1,
    clip: 60,
    needsControl: false,
  };
}

function p95Rule({ latencyP95 }: Calibration, toleratedPercent: number): GaugeRule {
  const unit = Math.log(1 + Math.max(1, toleratedPercent) / 100);
  return {
    normal: latencyP95,
    blockMs: latencyGauge.blockMs,
    levels: [0.5, 1, 1.7, 2.9, 4.9, 8.4, 14.2].map((times) => times * unit),
    slopes: [],
    tolerable: 2,
    clip: 4 * latencyP95.sd + 0.5,
    needsControl: false,
  };
}

/**
 * How the allowed share of false alarms is spent over the measures: mostly on what people feel. A weighted mean of e-values
 * is an e-value, however they depend on one another (Vovk and Wang 2021).
 */
function weightsOf(settings: JudgeSettings, calibration: Calibration): Record<string, number> {
  const { measured, latency, caution } = calibration;
  const isKnown = measured.length > 0;
  const has = (name: string) => !isKnown || measured.includes(name);
  const parts: [string, number][] = [
    ['errors', 76],
    ['latency', latency !== null && has('latency') ? 15 : 0],
    ['latency-p95', isKnown && !has('latency') && has('latency-p95') ? 20 : 0],
    ['cpu', has('cpu') ? 0.5 : 0],
    ['memory', has('memory') ? 6 : 0],
    ['restarts', has('restarts') ? 2 : 0],
    ...settings.business.map(({ name }): [string, number] => [name, 8]),
    ...settings.limits.map((limit): [string, number] => [limitName(limit), 8]),
  ];
  const all = parts.reduce((sum, [, part]) => sum + part, 0);
  const cautions: Record<string, number> = {
    errors: caution.errors,
    latency: caution.latency,
    'latency-p95': caution.gauges,
    cpu: caution.gauges,
    memory: caution.gauges,
    ...Object.fromEntries(settings.business.map(({ name }) => [name, caution.errors])),
  };
  return Object.fromEntries(parts.map(([name, part]) => [name, part / all / (cautions[name] ?? 1)]));
}
