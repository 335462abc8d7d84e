import { KillSwitch } from '../../src/core/kill-switch.ts';
import type { History, HungSheet } from './history.ts';
import type { Found } from './oracle.ts';
import type { World } from './world.ts';

type Pulled = {
  readonly id: string;
  readonly pulledAtMs: number;
  /** When somebody wanted it on again; null: nobody has. */
  readonly backAtMs: number | null;
  /** From when on it hangs no longer. */
  readonly overAtMs: number;
  readonly isOpen: boolean;
  readonly killSwitch: KillSwitch;
};

/** What somebody switched off, and on again, held against what was really asked of the flag service. */
export function judgeSwitches(world: World, found: Found): void {
  const all = switchesIn(world.history);
  for (const pulled of all) {
    if (!isThrough(pulled)) found('every kill switch gets through', sayState(pulled));
    for (const flag of pulled.killSwitch.flags) {
      const isUp = world.flags.stateOf(flag.key).isOn;
      if (pulled.backAtMs === null && flag.state === 'done' && isUp)
        found('what a kill switch switched off stays off', `${pulled.id}: ${flag.key}`);
      judgeBack(world, all, pulled, flag.key, found);
    }
  }
}

/** Nobody has to look after any of them any more. */
export function areSwitchesThrough(history: History): boolean {
  return switchesIn(history).every(isThrough);
}

/** Whether somebody switched it off or on at any time of that stretch. */
export function isSwitchedWithin(history: History, key: string, fromMs: number, toMs: number): boolean {
  return switchesIn(history).some(
    ({ killSwitch, pulledAtMs, overAtMs }) =>
      pulledAtMs <= toMs && overAtMs >= fromMs && killSwitch.flags.some((flag) => flag.key === key),
  );
}

/** Whoever has asked whether one hangs may be overtaken, but not for so long. */
const OVERTAKEN_MS = 30_000;

/** One has hung over it for so long that everybody knows. */
export function isKeptOff(history: History, key: string, atMs: number): boolean {
  return switchesIn(history).some(
    ({ killSwitch, pulledAtMs, backAtMs }) =>
      pulledAtMs + OVERTAKEN_MS <= atMs &&
      (backAtMs ?? Number.POSITIVE_INFINITY) > atMs &&
      killSwitch.flags.some((flag) => flag.key === key),
  );
}

function switchesIn({ sheets }: History): Pulled[] {
  const byId = new Map<string, { readonly first: HungSheet; backAtMs: number | null; last: HungSheet }>();
  for (const sheet of sheets) {
    if (sheet.kind !== 'kill-switch') continue;
    const known = byId.get(sheet.id) ?? { first: sheet, backAtMs: null, last: sheet };
    known.last = sheet;
    if (KillSwitch.parse(sheet.body).back !== null) known.backAtMs ??= sheet.atMs;
    byId.set(sheet.id, known);
  }
  return [...byId.values()].map(({ first, backAtMs, last }) => ({
    id: first.id,
    pulledAtMs: first.atMs,
    backAtMs,
    overAtMs: last.isOpen ? Number.POSITIVE_INFINITY : last.atMs,
    isOpen: last.isOpen,
    killSwitch: KillSwitch.parse(last.body),
  }));
}

/** Off for as long as it hangs, and gone once it is on again. */
function isThrough({ isOpen, killSwitch: { back, flags } }: Pulled): boolean {
  return back === null ? flags.every(({ state }) => state === 'done') : !isOpen;
}

function sayState({ id, killSwitch: { back, flags } }: Pulled): string {
  const states = flags.map(({ key, state, say }) => `${key} is ${state}: ${say}`).join(', ');
  return `${id}, ${back === null ? 'off' : 'on again'}: ${states}`;
}

/** What it has really switched off is switched on again with it, unless another one keeps it off. */
function judgeBack(
  { flags }: World,
  all: readonly Pulled[],
  { id, backAtMs, overAtMs, isOpen }: Pulled,
  key: string,
  found: Found,
): void {
  if (backAtMs === null || isOpen) return;
  const applied = flags.ledger.filter((call) => call.key === key && call.appliedAtMs !== null);
  const off = applied.find((call) => isBy(call, id) && !call.wanted.isOn && call.was?.isOn === true);
  if (off === undefined) return;
  const isUpAgain = applied.slice(applied.indexOf(off) + 1).some(({ wanted }) => wanted.isOn);
  const isKeptOff = all.some(
    (other) =>
      other.id !== id &&
      other.killSwitch.flags.some((flag) => flag.key === key) &&
      other.pulledAtMs <= overAtMs &&
      (other.backAtMs ?? Number.POSITIVE_INFINITY) >= backAtMs,
  );
  if (!isUpAgain && !isKeptOff) found('what was on before is switched on again', `${id}: ${key}`);
}

function isBy({ intentId }: { readonly intentId: string }, id: string): boolean {
  return intentId.startsWith(`${id}/`);
}
