import { z } from 'zod';
import type { Verdict } from '../../core/verdict.ts';
import { Matchers, matchersOf, sayAlerts } from '../alert-query.ts';
import { atMs, firedBefore, isFromBefore } from '../fired-before.ts';
import { type AskedAs, metricKind } from '../kind.ts';
import { oneLine } from '../one-line.ts';
import { isMatch } from '../selector.ts';
import { openServer, ServerSettings } from '../server.ts';

const Query = z.strictObject({
  matchers: Matchers,
  rules: z
    .array(z.string().min(1).max(200))
    .max(50)
    .default([])
    .describe('Names of rules that have to be there and well. Empty: every rule that alerts.'),
});
type Query = z.output<typeof Query>;

const Alert = z.object({
  labels: z.record(z.string(), z.string()),
  state: z.string(),
  /** Since when its condition has held, `for` included. */
  activeAt: z.string().optional(),
});
const Rule = z.object({
  name: z.string(),
  health: z.string(),
  lastError: z.string().optional(),
  lastEvaluation: z.iso.datetime({ offset: true }),
  alerts: z.array(Alert),
});
type Rule = z.output<typeof Rule>;
const Group = z.object({ interval: z.number().positive(), rules: z.array(Rule) });

/** https://prometheus.io/docs/prometheus/latest/querying/api/#rules; with `type=alert` all of them are alerts. */
const Rules = z.object({
  status: z.literal('success'),
  data: z.object({ groups: z.array(Group) }),
  /** What is missing in it: Thanos asks several, and answers with the rules of those that were there. */
  warnings: z.array(z.string()).optional(),
});

/**
 * What Prometheus itself alerts on, its rules asked and not its alerts: a rule that is broken, or is not looked at any
 * more, has no alert either, and that is not calm.
 */
export const prometheusAlerts = metricKind({
  id: 'prometheus-alerts',
  summary: 'Rules of Prometheus: an alert that fires is a no',
  Settings: ServerSettings,
  Query,
  open(settings, around) {
    const http = openServer(settings, around);
    return {
      async verdict(asked) {
        const { data, warnings = [] } = await http.get('/api/v1/rules', Rules, { type: 'alert' });
        const verdict = judged(asked, data.groups);
        const [warning] = warnings;
        if (verdict.kind !== 'pass' || warning === undefined) return verdict;
        return { kind: 'unknown', because: `Prometheus says of its own rules: ${oneLine(warning)}` };
      },
    };
  },
});

function judged(asked: AskedAs<Query>, groups: readonly z.output<typeof Group>[]): Verdict {
  const { query } = asked;
  const matchers = matchersOf(query.matchers);
  const rules = groups.flatMap(({ interval, rules: own }) => own.map((rule) => ({ ...rule, interval })));
  const alerts = rules.flatMap((rule) => rule.alerts);
  const own = alerts.filter(({ labels }) => isMatch(matchers, labels));
  const firing = own.filter(({ state }) => state === 'firing');
  const news = firing.filter(({ activeAt }) => !isFromBefore(asked, atMs(activeAt)));
  if (news.length > 0) {
    return { kind: 'fail', because: `firing now: ${sayAlerts(news.map(({ labels }) => labels))}` };
  }
  if (firing.length > 0) return firedBefore(sayAlerts(firing.map(({ labels }) => labels)));
  const strange = own.find(({ state }) => state !== 'pending' && state !== 'inactive');
  if (strange !== undefined) {
    return { kind: 'unknown', because: `an alert is ${oneLine(strange.state)}, which we do not know` };
  }
  const ill = illnessOf(query, rules, asked.nowMs);
  if (ill !== null) return { kind: 'unknown', because: ill };
  return { kind: 'pass', because: `none of ${query.matchers.join(', ')} fires` };
}

/** Why silence says nothing; null where the rules are there, well and looked at. */
function illnessOf(
  { rules: names }: Query,
  all: readonly (Rule & { readonly interval: number })[],
  nowMs: number,
): string | null {
  const missing = names.filter((name) => !all.some((rule) => rule.name === name));
  if (missing.length > 0) return `there is no rule ${missing.join(', ')}`;
  const watched = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  if (watched.length === 0) return 'there are no rules that alert';
  const broken = watched.find(({ health }) => health !== 'ok');
  if (broken !== undefined) {
    const why =
      broken.lastError === undefined || broken.lastError === '' ? '' : `: ${oneLine(broken.lastError)}`;
    return `the rule ${broken.name} is ${oneLine(broken.health)}${why}`;
  }
  const ahead = watched.find((rule) => Date.parse(rule.lastEvaluation) - nowMs > AHEAD_MAX_MS);
  if (ahead !== undefined)
    return `the rule ${ahead.name} was looked at in the future, at ${ahead.lastEvaluation}`;
  const late = watched.find((rule) => nowMs - Date.parse(rule.lastEvaluation) > patienceMs(rule));
  return late === undefined
    ? null
    : `the rule ${late.name} has not been looked at since ${late.lastEvaluation}`;
}

/** A clock that is further ahead than this never finds a rule late. */
const AHEAD_MAX_MS = 60_000;

/** Two rounds may be missed: the newest one may just be under way. */
function patienceMs({ interval }: { readonly interval: number }): number {
  return Math.max(60_000, 3 * interval * 1_000);
}
