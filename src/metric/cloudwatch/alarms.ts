import { type Verdict, worst } from '../../core/verdict.ts';
import { firedBefore, isFromBefore } from '../fired-before.ts';
import type { Asked } from '../metric.ts';
import { oneLine } from '../one-line.ts';
import type { Alarm, Alarms } from './schema.ts';

/** What alarms say. One that has not enough data, is not there, or is in a state that we do not know, knows nothing. */
export function alarmsVerdict(
  asked: Pick<Asked, 'trafficSinceMs'>,
  names: readonly string[],
  { MetricAlarms, CompositeAlarms }: Alarms,
): Verdict {
  const all = [...MetricAlarms, ...CompositeAlarms];
  const verdicts = names.map((name): Verdict => {
    const found = all.filter(({ AlarmName }) => AlarmName === name);
    if (found.length === 0)
      return { kind: 'unknown', because: `CloudWatch has no alarm that is called ${name}` };
    return worst(found.map((alarm) => verdictOf(asked, alarm)));
  });
  return worst(verdicts);
}

function verdictOf(
  asked: Pick<Asked, 'trafficSinceMs'>,
  { AlarmName, StateValue, StateReason, StateTransitionedTimestamp: since }: Alarm,
): Verdict {
  const called = `CloudWatch's alarm ${oneLine(AlarmName)}`;
  const why = StateReason ? ` (${oneLine(StateReason)})` : '';
  switch (StateValue) {
    case 'OK':
      return { kind: 'pass', because: `${called} is OK` };
    case 'ALARM':
      return isFromBefore(asked, since?.getTime())
        ? firedBefore(called)
        : { kind: 'fail', because: `${called} is in alarm${why}` };
    case 'INSUFFICIENT_DATA':
      return { kind: 'unknown', because: `${called} has not enough data${why}` };
    default:
      return { kind: 'unknown', because: `${called} is in the state ${oneLine(StateValue)}` };
  }
}
