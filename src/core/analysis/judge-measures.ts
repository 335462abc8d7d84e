import type { Calibration } from './calibration.ts';
import type { GaugeState } from './gauge-evidence.ts';
import { PAUSE_AT } from './guards.ts';
import type { JudgeState } from './judge-state.ts';
import type { MeasureVerdict } from './judgement.ts';
import { isSharedBreach, type LimitState } from './limit-evidence.ts';
import type { LimitRule } from './limit-rule.ts';
import { p95Of } from './p95.ts';
import type { Rules } from './rules.ts';
import { sayMs, sayOnceIn, sayPercent, sayRequests } from './say.ts';
import type { JudgeSettings } from './settings.ts';
import { evidenceNeeded, onceIn } from './total.ts';

/** What is concluded about each measure that counts, with the numbers of this stage. Errors come first. */
export function judgeMeasures(
  settings: JudgeSettings,
  calibration: Calibration,
  rules: Rules,
  state: JudgeState,
): MeasureVerdict[] {
  const counts = (name: string) => (rules.weights[name] ?? 0) > 0;
  const weak = calibration.isWeak || !state.stage.hasControl;
  const judged = (found: Found): MeasureVerdict =>
    measureVerdict(evidenceNeeded(settings), rules, state, {
      ...found,
      isWeak: found.isWeak || weak,
    });
  return [
    judged(errorsFound(state)),
    ...(counts('latency') ? [judged(latencyFound(rules, state))] : []),
    ...(counts('latency-p95') ? [judged(p95Found(state))] : []),
    ...(counts('cpu') ? [judged(percentFound('cpu', state.cpu))] : []),
    ...(counts('memory') ? [judged(percentFound('memory', state.memory))] : []),
    ...(counts('restarts') ? [judged(restartsFound(state))] : []),
    ...rules.business.map(({ name }) => judged(businessFound(name, state))),
    ...rules.limits.flatMap((rule, i) => {
      const limit = state.limits[i];
      return limit === undefined ? [] : [judged(limitFound(rule, limit))];
    }),
  ];
}

type Found = {
  readonly measure: string;
  readonly canary: number | null;
  readonly stable: number | null;
  readonly evidence: number;
  /** `the new version answers 2.1 % errors, the old one 0.3 %`. */
  readonly said: string;
  readonly isWeak: boolean;
};

function measureVerdict(needed: number, rules: Rules, state: JudgeState, found: Found): MeasureVerdict {
  const { measure, canary, stable, evidence, said, isWeak } = found;
  const { requests } = state.stage.canary;
  const weighed = evidence * (rules.weights[measure] ?? 0);
  const isWorse = weighed >= needed;
  const once = onceIn(evidence);
  const chance = once !== null && once > 2 ? `; chance of this if they were equal: ${sayOnceIn(once)}` : '';
  const because =
    canary === null ? `${measure} was not measured` : `${said}, over ${sayRequests(requests)}${chance}`;
  const kind = canary === null ? 'unknown' : isWorse ? 'fail' : evidence >= PAUSE_AT ? 'unknown' : 'pass';
  return {
    measure,
    verdict: { kind, because },
    canary,
    stable,
    canaryRequests: requests,
    stableRequests: state.stage.stable.requests,
    onceIn: once,
    isWeak,
  };
}

function errorsFound({ stage, errors }: JudgeState): Found {
  const canary = percentOf(stage.canary.errors, stage.canary.requests);
  const stable = stage.hasControl
    ? percentOf(stage.stable.errors, stage.stable.requests)
    : 100 * errors.usual;
  // Where nothing runs beside it, it is what is expected, and nobody has counted it just now.
  const whose = stage.hasControl ? 'the old one' : 'usual are about';
  const beside = stable === null ? '' : `, ${whose} ${sayPercent(stable)}`;
  return {
    measure: 'errors',
    canary,
    stable,
    evidence: errors.evidence.value,
    said: `the new version answers ${sayPercent(canary ?? 0)} errors${beside}`,
    isWeak: false,
  };
}

function latencyFound(rules: Rules, { stage, latency }: JudgeState): Found {
  const limits = rules.latency?.normal.groupLimitsMs ?? [];
  const canary = latency === null ? null : p95Of(latency.canary, limits);
  const beside = stage.hasControl ? (latency?.stable ?? []) : (rules.latency?.normal.shares ?? []);
  return latencySaid('latency', canary, p95Of(beside, limits), latency?.evidence.value ?? 1, false);
}

function p95Found({ latencyP95 }: JudgeState): Found {
  const { canary, stable, evidence } = latencyP95;
  const ms = (log: number | null) => (log === null ? null : Math.exp(log));
  return latencySaid('latency-p95', ms(canary), ms(stable), evidence.value, true);
}

function latencySaid(
  measure: string,
  canary: number | null,
  stable: number | null,
  evidence: number,
  isWeak: boolean,
) {
  const beside = stable === null ? '' : `, by the old one within ${sayMs(stable)}`;
  const said = `95 % are answered by the new version within ${sayMs(canary ?? 0)}${beside}`;
  return { measure, canary, stable, evidence, said, isWeak };
}

function percentFound(measure: 'cpu' | 'memory', { canary, stable, evidence }: GaugeState): Found {
  const beside = stable === null ? '' : `, the old one ${sayPercent(stable)}`;
  const said = `the new version uses ${sayPercent(canary ?? 0)} of its ${measure}${beside}`;
  return { measure, canary, stable, evidence: evidence.value, said, isWeak: false };
}

function restartsFound({ restarts }: JudgeState): Found {
  const { canary, stable, evidence } = restarts;
  const said = `pods of the new version were started again ${canary} times, those of the old one ${stable} times`;
  return { measure: 'restarts', canary, stable, evidence: evidence.value, said, isWeak: false };
}

function businessFound(name: string, { business }: JudgeState): Found {
  const share = business[name];
  if (share === undefined || !(share.of > 0)) {
    return { measure: name, canary: null, stable: null, evidence: 1, said: '', isWeak: false };
  }
  const stable = 100 * share.usual;
  // To first order: what is usual, and what lies beyond it.
  const canary = Math.max(0, stable * (1 + share.beyond / Math.max(1, share.variance)));
  const said = `${name} is ${sayPercent(canary)} with the new version, ${sayPercent(stable)} with the old one`;
  return { measure: name, canary, stable, evidence: share.evidence.value, said, isWeak: false };
}

function limitFound(rule: LimitRule, limit: LimitState): Found {
  const { name } = rule;
  const shared = isSharedBreach(limit) ? ', and so does the old one' : '';
  const found = { measure: name, stable: null, evidence: limit.canary.value, isWeak: false };
  if (rule.kind === 'share') {
    const canary = percentOf(limit.hits, limit.of);
    const what = rule.limit.measure === 'errors' ? 'errors' : 'requests beyond the limit';
    return {
      ...found,
      canary,
      said: `${name}: the new version has ${sayPercent(canary ?? 0)} ${what}${shared}`,
    };
  }
  const beyond = limit.beyond?.canary ?? null;
  const said = `${name}: the new version is ${(beyond ?? 0) > 0 ? `beyond it${shared}` : 'within it'}`;
  return { ...found, canary: beyond, said };
}

function percentOf(hits: number, of: number): number | null {
  return of === 0 ? null : (100 * hits) / of;
}
