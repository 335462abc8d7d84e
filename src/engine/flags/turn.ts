import { Failed } from '../../core/failure.ts';
import { type FlagState, isFlagAs, sayFlag } from '../../core/flag.ts';
import type { FlagInReach } from '../../core/kill-switch.ts';
import type { FlagIntent, FlagService, FlagStanding } from '../../flag/flag.ts';
import type { EngineParts } from '../parts.ts';

/** @throws {Failed} `not-found` where no flag service is called so any more */
export function flagServiceOf({ flagsNamed }: EngineParts, { at }: Pick<FlagInReach, 'at'>): FlagService {
  const service = flagsNamed?.(at) ?? null;
  if (service !== null) return service;
  throw new Failed({ code: 'not-found', message: `no flag service is called ${at}`, retryAfterMs: null });
}

/** How a flag stands now; what the world says no to is said. */
export async function readFlag(
  parts: EngineParts,
  flag: FlagInReach,
): Promise<{ readonly standing: FlagStanding } | { readonly say: string }> {
  try {
    const place = { key: flag.key, environment: flag.theirs };
    return { standing: await flagServiceOf(parts, flag).look(place) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { say: error.failure.message };
  }
}

/** Somebody may turn a flag up in the very moment in which it is switched off. */
const RACES_MAX = 3;

export type Turned = {
  readonly isDone: boolean;
  /** False where it was so already: an earlier call may still come and make it otherwise, until the service has settled. */
  readonly hasCalled: boolean;
  readonly before: FlagState | null;
  readonly say: string;
};

/**
 * Makes a flag as it shall be, whatever it is now, and reads it back. It may be done again at any time: it looks first.
 * What the world says no to is said, never thrown.
 */
export async function turnFlag(
  parts: EngineParts,
  flag: FlagInReach,
  intent: FlagIntent,
  wanted: FlagState,
): Promise<Turned> {
  let before: FlagState | null = null;
  let hasCalled = false;
  try {
    const service = flagServiceOf(parts, flag);
    const place = { key: flag.key, environment: flag.theirs };
    for (let races = 0; ; races++) {
      const seen = await service.look(place);
      before ??= { isOn: seen.isOn, rolloutPercent: seen.rolloutPercent };
      if (isFlagAs(seen, wanted)) return { isDone: true, hasCalled, before, say: sayFlag(seen) };
      hasCalled = true;
      if (!(await setOnce(service, { intent, place, wanted, seen: seen.version }, races))) continue;
      const after = await service.look(place);
      const isDone = isFlagAs(after, wanted);
      return { isDone, hasCalled, before, say: isDone ? sayFlag(after) : `it is still ${sayFlag(after)}` };
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { isDone: false, hasCalled, before, say: error.failure.message };
  }
}

type Setting = {
  readonly intent: FlagIntent;
  readonly place: { readonly key: string; readonly environment: string };
  readonly wanted: FlagState;
  readonly seen: string;
};

/** False where somebody else was faster, so that it has to be looked at again. @throws {Failed} */
async function setOnce(service: FlagService, asked: Setting, races: number): Promise<boolean> {
  try {
    await service.set(asked.intent, asked.place, asked.wanted, asked.seen);
    return true;
  } catch (error) {
    const isRace = error instanceof Failed && error.failure.code === 'conflict' && races < RACES_MAX;
    if (isRace) return false;
    throw error;
  }
}
