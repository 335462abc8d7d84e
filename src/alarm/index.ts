import type { ConfiguredAlarm } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import type { Alarm, AlarmAround, AlarmKind } from './alarm.ts';
import { alertmanager } from './alertmanager/index.ts';
import { webhook } from './webhook/index.ts';

/** Every kind of alarm source. A new one is a folder here and a line here. */
export const alarmKinds: readonly AlarmKind[] = [alertmanager, webhook];

/** Opens nothing and calls nobody yet. @throws {Failed} `not-found` for a kind that this program does not have */
export function openAlarm({ name, kind, settings }: ConfiguredAlarm, around: AlarmAround): Alarm {
  const found = alarmKinds.find(({ id }) => id === kind);
  if (found === undefined) {
    const message = `there is no alarm source of the kind ${kind} in this process`;
    throw new Failed({ code: 'not-found', message, retryAfterMs: null });
  }
  return found.open(name, settings, around);
}
