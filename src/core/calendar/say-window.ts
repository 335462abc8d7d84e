import { named } from './read-moment.ts';
import { sayDay, sayWhen } from './say-moment.ts';
import { wallAt } from './wall.ts';
import { type Weekday, type WeeklyWindow, type Window, weekdays } from './window.ts';

/** A window to people: `every Friday 16:00 until Monday 08:00 Europe/Berlin`. */
export function sayWindow(window: Window, nowMs: number): string {
  if (window.kind === 'once') {
    const { fromMs, untilMs, zone } = window;
    return `from ${sayWhen(fromMs, zone, nowMs)} until ${sayWhen(untilMs, zone, nowMs)}`;
  }
  return [`${sayHours(window)} ${window.zone}`, ...limits(window, wallAt(nowMs, window.zone).day)].join(', ');
}

function sayHours({ days, from, until, daysLater }: WeeklyWindow): string {
  const begin = `every ${sayDays(days)} ${from}`;
  if (daysLater === 0) return `${begin} until ${until}`;
  if (daysLater === 1) return `${begin} until ${until} the next day`;
  const [first, ...others] = days;
  if (first === undefined || others.length > 0) return `${begin} until ${until} ${daysLater} days later`;
  return `${begin} until ${names.get(dayAfter(first, daysLater))} ${until}`;
}

function dayAfter(day: Weekday, daysLater: number): Weekday {
  return weekdays[(weekdays.indexOf(day) + daysLater) % 7] ?? day;
}

const names = new Map<Weekday, string>([
  ['mon', 'Monday'],
  ['tue', 'Tuesday'],
  ['wed', 'Wednesday'],
  ['thu', 'Thursday'],
  ['fri', 'Friday'],
  ['sat', 'Saturday'],
  ['sun', 'Sunday'],
]);

const workdays = weekdays.slice(0, 5).join();

function sayDays(days: readonly Weekday[]): string {
  const ordered = weekdays.filter((day) => days.includes(day));
  if (ordered.length === 7) return 'day';
  if (ordered.join() === workdays) return 'weekday';
  const said = ordered.map((day) => names.get(day) ?? day);
  return said.length < 2 ? said.join('') : `${said.slice(0, -1).join(', ')} and ${said.at(-1)}`;
}

function limits({ fromDate, untilDate, except }: WeeklyWindow, today: string): string[] {
  return [
    ...(fromDate === null ? [] : [`first on ${sayDay(fromDate, today)}`]),
    ...(untilDate === null ? [] : [`last on ${sayDay(untilDate, today)}`]),
    ...(except.length === 0 ? [] : [`but not on ${except.map((day) => sayDay(day, today)).join(' or ')}`]),
  ];
}

/** A window as it can be typed, and means the same wherever it is: `every fri 16:00 - mon 08:00 Europe/Berlin`. */
export function windowWords(window: Window): string {
  if (window.kind === 'once') {
    const { fromMs, untilMs, zone } = window;
    const from = named(fromMs, zone).echo.slice(0, -zone.length).trim();
    return `${from} - ${named(untilMs, zone).echo}`;
  }
  const { days, from, zone, fromDate, untilDate, except } = window;
  return [
    `${daysWords(days)} ${from} - ${endWords(window)} ${zone}`,
    ...(fromDate === null ? [] : [`first ${fromDate}`]),
    ...(untilDate === null ? [] : [`last ${untilDate}`]),
    ...(except.length === 0 ? [] : [`except ${except.join(' ')}`]),
  ].join(' ');
}

function daysWords(days: readonly Weekday[]): string {
  const ordered = weekdays.filter((day) => days.includes(day));
  if (ordered.length === 7) return 'daily';
  return ordered.join() === workdays ? 'weekdays' : `every ${ordered.join(',')}`;
}

/** The day stands there only where it is not the first such time after the beginning. */
function endWords({ days, from, until, daysLater }: WeeklyWindow): string {
  if (daysLater === (until > from ? 0 : 1)) return until;
  const [first, ...others] = days;
  const isOneDay = first !== undefined && others.length === 0 && daysLater > 0 && daysLater < 7;
  return isOneDay ? `${dayAfter(first, daysLater)} ${until}` : `${until} +${daysLater}d`;
}
