import { z } from 'zod';
import { hashOf } from './canonical.ts';
import { FlagState } from './flag.ts';
import { Scope } from './scope.ts';

const Moment = z.number().int();

/** One flag in one environment of ours, as it is switched. */
export const SwitchedFlag = z.strictObject({
  key: z.string(),
  /** The name of the flag service. */
  at: z.string(),
  environment: z.string(),
  /** What the flag service calls that environment. */
  theirs: z.string(),
  /** Services that read it there. */
  services: z.array(z.string()),
  /** How it stood before; null where that could not be read. */
  before: FlagState.nullable(),
  /** `sent` is written down before the call: from then on it may have happened. */
  state: z.enum(['sent', 'done', 'failed']),
  /** When the last call may have been made whose outcome is not known. */
  sentAtMs: Moment,
  tries: z.number().int().nonnegative(),
  /** What was seen last, or why it is not so yet. */
  say: z.string().nullable(),
});
export type SwitchedFlag = z.infer<typeof SwitchedFlag>;

const Act = z.strictObject({ by: z.string(), why: z.string(), incident: z.string(), atMs: Moment });

/** Flags that somebody has switched off in an emergency. While it hangs, no deployment turns them up again. */
export const KillSwitch = z.strictObject({
  scope: Scope,
  pulled: Act,
  /** Who switches them on again; null: nobody has. */
  back: Act.nullable(),
  flags: z.array(SwitchedFlag).min(1),
});
export type KillSwitch = z.infer<typeof KillSwitch>;

/** What a flag shall be: off, or on again as it was before, with the share that it still has. */
export function wantedOf({ back }: Pick<KillSwitch, 'back'>): FlagState {
  return { isOn: back !== null, rolloutPercent: null };
}

/** It hangs until everything that was on is on again. */
export function isOver({ back, flags }: KillSwitch): boolean {
  return back !== null && flags.every(({ state }) => state === 'done');
}

/** A call may take so long; before that nobody else looks what became of it. */
const CALL_MS = 60_000;
const AGAIN_MS = 15_000;
const LATER_MS = 5 * 60_000;
const SOON_TRIES = 20;

/** When somebody has to look again; null: everything is as it shall be. */
export function switchDueMs({ flags }: KillSwitch, nowMs: number): number | null {
  const open = flags.filter(({ state }) => state !== 'done');
  if (open.length === 0) return null;
  if (open.some(({ state }) => state === 'sent')) return nowMs + CALL_MS;
  return nowMs + (open.every(({ tries }) => tries > SOON_TRIES) ? LATER_MS : AGAIN_MS);
}

/** What is bound to what people saw: which flags, where, and whose; not how they stand at that moment. */
export function switchHash(direction: 'off' | 'on', flags: readonly FlagInReach[]): string {
  const reached = flags.map(({ key, at, environment, theirs, services }) => [
    key,
    at,
    environment,
    theirs,
    [...services],
  ]);
  return hashOf('slipway/kill-switch/v1', [direction, reached]);
}

export type FlagInReach = Pick<SwitchedFlag, 'key' | 'at' | 'environment' | 'theirs' | 'services'>;

/** Whether a switch that hangs keeps a flag off. */
export function keepsOff(
  { back, flags }: KillSwitch,
  flag: { readonly at: string; readonly key: string; readonly theirs: string },
): boolean {
  if (back !== null) return false;
  return flags.some(({ at, key, theirs }) => at === flag.at && key === flag.key && theirs === flag.theirs);
}
