import { z } from 'zod';
import { wallAt } from './calendar/wall.ts';
import { ClockTime, clockMsOf } from './calendar/window.ts';
import { ZoneName } from './calendar/zone.ts';
import { ServiceName } from './names.ts';
import type { Occasion } from './notify.ts';

/** What of their own deployments somebody wants to be told in a direct message; each word has the one before in it. */
export const directWords = ['off', 'needs-me', 'ended', 'all'] as const;
export type DirectWord = (typeof directWords)[number];

export const FAVOURITES_MAX = 10;

/** What somebody has chosen for themselves. It is kept for their account, and nobody else can change it. */
export const Preference = z.strictObject({
  favourites: z.array(ServiceName).max(FAVOURITES_MAX),
  direct: z.enum(directWords),
  /** From when until when only what needs them is said, by the clocks of a zone. */
  quiet: z.strictObject({ from: ClockTime, until: ClockTime, zone: ZoneName }).nullable(),
});
export type Preference = z.infer<typeof Preference>;

/** Of whoever has not chosen anything: nobody is written to who has not asked for it. */
export const noPreference: Preference = { favourites: [], direct: 'off', quiet: null };

const wanted: Record<DirectWord, readonly Occasion[]> = {
  off: [],
  'needs-me': ['needs-human'],
  ended: ['needs-human', 'deployed', 'rolled-back', 'stopped'],
  all: ['needs-human', 'deployed', 'rolled-back', 'stopped', 'waiting', 'started', 'held'],
};

/** Whether somebody is told in a direct message what has become of a deployment of theirs. */
export function wantsDirect({ direct, quiet }: Preference, occasion: Occasion, nowMs: number): boolean {
  if (!wanted[direct].includes(occasion)) return false;
  return occasion === 'needs-human' || quiet === null || !isWithin(quiet, nowMs);
}

/** Hours that end before they begin go over midnight. */
function isWithin({ from, until, zone }: NonNullable<Preference['quiet']>, nowMs: number): boolean {
  const { clockMs } = wallAt(nowMs, zone);
  const [start, end] = [clockMsOf(from), clockMsOf(until)];
  return start <= end ? clockMs >= start && clockMs < end : clockMs >= start || clockMs < end;
}

const directly: Record<DirectWord, string> = {
  off: 'You are not written to about your deployments.',
  'needs-me': 'You are written to when a deployment of yours needs a person.',
  ended: 'You are written to when a deployment of yours has ended, or needs a person.',
  all: 'You are written to whenever a deployment of yours waits, starts, is held, ends or needs a person.',
};

export function sayPreference({ favourites, direct, quiet }: Preference): string[] {
  return [
    directly[direct],
    favourites.length === 0 ? 'No service is a favourite of yours.' : `Favourites: ${favourites.join(', ')}.`,
    ...(quiet === null
      ? []
      : [`From ${quiet.from} to ${quiet.until} (${quiet.zone}) only what needs a person is said.`]),
  ];
}
