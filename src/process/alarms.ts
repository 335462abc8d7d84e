import type { Alarm } from '../alarm/alarm.ts';
import { openAlarm } from '../alarm/index.ts';
import { openDoorOut } from '../http/door.ts';
import { redactor } from '../http/redact.ts';
import { clock } from './clock.ts';
import type { Settings } from './settings.ts';

/** Whom alerts come from, opened at each question: a configuration may be reloaded in between. */
export function alarmsFor({ configuration, secrets }: Settings): () => readonly Alarm[] {
  const told = new Set<string>();
  // What they are shown may come back in what they say.
  const redact = (text: string) => redactor([...told])(text);
  const door = openDoorOut({ clock, random: Math.random, redact });
  const secret = async (reference: string) => {
    const value = (await secrets.read(reference)).open();
    told.add(value);
    return value;
  };
  return () =>
    (configuration.current().catalog.alarms ?? []).map((alarm) => openAlarm(alarm, { door, secret }));
}
