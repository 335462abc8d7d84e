import { Temporal } from '@js-temporal/polyfill';
import { z } from 'zod';
import { closest } from '../closest.ts';

/** `Area/City`, the only spelling that carries its clock changes with it. */
const PLACE = /^[a-z][a-z0-9_+-]*(?:\/[a-z0-9_+-]+){1,2}$/i;
const LETTERS_MAX = 64;

/**
 * The IANA zone of that name in its own spelling, or null. Case does not matter: `europe/berlin`. Offsets and
 * abbreviations are no zones: they do not know when their clocks change.
 */
export function zoneNamed(text: string): string | null {
  const name = text.trim();
  if (name.length > LETTERS_MAX) return null;
  if (/^(?:etc\/)?(?:utc|uct|zulu|universal|greenwich)$/i.test(name) || /^z$/i.test(name)) return 'UTC';
  if (!PLACE.test(name) || /^(?:etc|systemv)\//i.test(name)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}

/** A zone as it is kept: known to this Node, and in its own spelling. */
export const ZoneName = z
  .string()
  .refine((name) => zoneNamed(name) === name, 'must be a zone such as Europe/Berlin, or UTC');

export type NoZone = {
  /** A clause: `is a distance from UTC, and does not know when clocks change`. */
  readonly because: string;
  /** Zones that were probably meant, nearest first; at most three. */
  readonly meant: readonly string[];
};

/** Why something is no zone, and which was probably meant. */
export function explainZone(text: string): NoZone {
  const name = text.trim().slice(0, LETTERS_MAX);
  return explainMistaken(name) ?? { because: 'is not a zone that I know', meant: similar(name) };
}

/** The same for what people take for zones, though it is not one; null for anything else. */
export function explainMistaken(text: string): NoZone | null {
  if (/^(?:(?:etc\/)?(?:utc|gmt))?[+-][0-9]{1,2}(?::?[0-9]{2})?$/i.test(text)) {
    return { because: 'is a distance from UTC, and does not know when clocks change', meant: [] };
  }
  const meant = abbreviations.get(text.toUpperCase());
  return meant === undefined
    ? null
    : { because: 'is an abbreviation, and more than one place or season goes by it', meant };
}

/** Places that go by an abbreviation, the best known first. https://en.wikipedia.org/wiki/List_of_time_zone_abbreviations */
const abbreviations = new Map<string, readonly string[]>([
  ['GMT', ['UTC', 'Europe/London', 'Africa/Accra']],
  ['BST', ['Europe/London', 'Asia/Dhaka', 'Pacific/Bougainville']],
  ['WET', ['Europe/Lisbon']],
  ['CET', ['Europe/Berlin', 'Europe/Paris', 'Africa/Algiers']],
  ['CEST', ['Europe/Berlin', 'Europe/Paris']],
  ['MEZ', ['Europe/Berlin']],
  ['EET', ['Europe/Athens', 'Africa/Cairo']],
  ['MSK', ['Europe/Moscow']],
  ['EST', ['America/New_York', 'America/Panama']],
  ['EDT', ['America/New_York']],
  ['CST', ['America/Chicago', 'Asia/Shanghai', 'America/Havana']],
  ['CDT', ['America/Chicago', 'America/Havana']],
  ['MST', ['America/Denver', 'America/Phoenix']],
  ['MDT', ['America/Denver']],
  ['PST', ['America/Los_Angeles', 'Asia/Manila']],
  ['PDT', ['America/Los_Angeles']],
  ['IST', ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem']],
  ['JST', ['Asia/Tokyo']],
  ['SGT', ['Asia/Singapore']],
  ['AEST', ['Australia/Sydney', 'Australia/Brisbane']],
  ['AEDT', ['Australia/Sydney']],
]);

/** What the list of this Node calls by a former name (https://data.iana.org/time-zones/tzdb/backward). */
const renamed = new Map([
  ['Asia/Calcutta', 'Asia/Kolkata'],
  ['Asia/Katmandu', 'Asia/Kathmandu'],
  ['Asia/Rangoon', 'Asia/Yangon'],
  ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
  ['Atlantic/Faeroe', 'Atlantic/Faroe'],
  ['America/Godthab', 'America/Nuuk'],
  ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['Europe/Kiev', 'Europe/Kyiv'],
]);

const zones = Intl.supportedValuesOf('timeZone').map((zone) => renamed.get(zone) ?? zone);
const cities = [...new Set(zones.map(cityOf))];

/** People name the city alone. */
function similar(name: string): string[] {
  const typed = name.replaceAll(' ', '_');
  const whole = typed.includes('/') ? closest(typed, zones) : [];
  const near = closest(typed, cities);
  const named = near.flatMap((city) => zones.filter((zone) => cityOf(zone) === city));
  return [...new Set([...whole, ...named])].slice(0, 3);
}

function cityOf(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1);
}
