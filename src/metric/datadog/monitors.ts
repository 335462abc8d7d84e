import type { Verdict } from '../../core/verdict.ts';
import { oneLine } from '../one-line.ts';
import type { Monitor } from './schema.ts';

/**
 * What a monitor says. A warning is neither good nor bad, and a monitor without data, or in a state that we do not
 * know, knows nothing (`MonitorOverallStates` of the official description).
 */
export function monitorVerdict({ id, name, overall_state: state }: Monitor): Verdict {
  const called = `Datadog's monitor ${name === '' ? id : oneLine(name)}`;
  switch (state) {
    case 'OK':
      return { kind: 'pass', because: `${called} is OK` };
    case 'Alert':
      return { kind: 'fail', because: `${called} alerts` };
    case 'Warn':
      return { kind: 'unknown', because: `${called} warns, and does not alert` };
    case 'No Data':
      return { kind: 'unknown', because: `${called} has no data` };
    default:
      return { kind: 'unknown', because: `${called} is in the state ${oneLine(state ?? 'nothing')}` };
  }
}
