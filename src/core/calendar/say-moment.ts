import { duration } from '../text.ts';
import { clockWords, type Day, wallAt, weekdayOf } from './wall.ts';

const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function weekdayName(day: Day): string {
  return weekdayNames[weekdayOf(day)] ?? '';
}

/** `Saturday 21 Nov`, and with its year where that is not the reader's. */
export function sayDay(day: Day, today: Day): string {
  const date = `${weekdayName(day)} ${shortDay(day)}`;
  return day.slice(0, 4) === today.slice(0, 4) ? date : `${date} ${day.slice(0, 4)}`;
}

function shortDay(day: Day): string {
  return `${Number(day.slice(8))} ${monthNames[Number(day.slice(5, 7)) - 1] ?? ''}`;
}

/** A moment to people, so that nobody has to reckon: `Saturday 21 Nov 09:30 Europe/Berlin (08:30 UTC), in 17 h`. */
export function sayMoment(atMs: number, zone: string, nowMs: number): string {
  return `${sayWhen(atMs, zone, nowMs)}, ${sayDistance(atMs - nowMs)}`;
}

/** The same without how far away it is: for what is read later. */
export function sayWhen(atMs: number, zone: string, nowMs: number): string {
  const wall = wallAt(minuteOf(atMs), zone);
  const here = `${sayDay(wall.day, wallAt(nowMs, zone).day)} ${clockWords(wall.clockMs)} ${zone}`;
  if (zone === 'UTC') return here;
  const utc = wallAt(minuteOf(atMs), 'UTC');
  const date = utc.day === wall.day ? '' : `${shortDay(utc.day)} `;
  return `${here} (${date}${clockWords(utc.clockMs)} UTC)`;
}

const MINUTE_MS = 60_000;

function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}

function sayDistance(ms: number): string {
  if (Math.abs(ms) < 1_000) return 'now';
  const distance = duration(Math.abs(ms) < MINUTE_MS ? Math.abs(ms) : minuteOf(Math.abs(ms)));
  return ms > 0 ? `in ${distance}` : `${distance} ago`;
}
