import { z } from 'zod';
import { withoutControls } from './without-controls.ts';

/** From here on a line is shown to whoever sits at the terminal; what is below is for the log alone. */
const WARN = 40;
const ERROR = 50;

const Line = z.looseObject({ level: z.number(), time: z.string(), msg: z.string() });

/**
 * A line of the log in the form in which people read one at a terminal, where it says that something is wrong; null
 * where it does not. Values stay as they are written in the log, so that none can start a line or steer the terminal.
 */
export function forPeople(line: string): string | null {
  const { level, time, msg, ...fields } = Line.parse(JSON.parse(line));
  if (level < WARN) return null;
  const sign = level >= ERROR ? 'ERROR' : 'Warning';
  const said = Object.entries(fields).map(([name, value]) => `${plain(name)}: ${written(value)}`);
  const more = said.length === 0 ? '' : ` (${said.join(', ')})`;
  return withoutControls(`${time.slice(11, 19)} UTC  ${sign}: ${plain(msg)}${more}\n`);
}

function written(value: unknown): string {
  return typeof value === 'string' ? plain(value) : JSON.stringify(value);
}

function plain(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}
