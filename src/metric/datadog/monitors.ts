import type { Verdict } from '../../core/verdict.ts';
import { firedBefore, isFromBefore } from '../fired-before.ts';
import type { Asked } from '../metric.ts';
import { oneLine } from '../one-line.ts';
import type { Monitor } from './schema.ts';

/**
 * What a monitor says. A warning is neither good nor bad, and a monitor without data, or in a state that we do not
 * know, knows nothing (`MonitorOverallStates` of the official description).
 */
export function monitorVerdict(asked: Pick<Asked, 'trafficSinceMs'>, monitor: Monitor): Verdict {
  const { id, name, overall_state: state } = monitor;
  const called = `Datadog's monitor ${name === '' ? id : oneLine(name)}`;
  switch (state) {
    case 'OK':
      return { kind: 'pass', because: `${called} is OK` };
    case 'Alert':
      return isFromBefore(asked, triggeredAtMs(monitor))
        ? firedBefore(called)
        : { kind: 'fail', because: `${called} alerts` };
    case 'Warn':
      return { kind: 'unknown', because: `${called} warns, and does not alert` };
    case 'No Data':
      return { kind: 'unknown', because: `${called} has no data` };
    default:
      return { kind: 'unknown', because: `${called} is in the state ${oneLine(state ?? 'nothing')}` };
  }
}

/** When the newest of its groups that alert began to; null where one of them does not say. */
function triggeredAtMs({ state }: Monitor): number | null {
  const alerting = Object.values(state?.groups ?? {}).filter(({ status }) => status === 'Alert');
  const times = alerting.map(({ last_triggered_ts: seconds }) => seconds ?? Number.POSITIVE_INFINITY);
  return times.length === 0 ? null : Math.max(...times) * 1_000;
}
