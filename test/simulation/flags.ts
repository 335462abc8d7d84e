import type { FlagState } from '../../src/core/flag.ts';
import type { FlagService } from '../../src/flag/flag.ts';
import { type Faults, isWithin } from './faults.ts';
import { currentFence, type History } from './history.ts';
import type { Crossing, Node } from './node.ts';
import type { Production } from './production.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** One change of a flag that was asked for, as the service has it on record. */
export type FlagCall = {
  readonly key: string;
  readonly intentId: string;
  readonly owner: string;
  readonly wanted: FlagState;
  readonly wasRecorded: boolean;
  readonly sentFence: number | null;
  readonly currentFence: number | null;
  appliedAtMs: number | null;
  /** What it took the place of; null: it was never applied. */
  was: FlagState | null;
};

export type FakeFlags = {
  readonly ledger: readonly FlagCall[];
  /** How it stands really. */
  stateOf(key: string): FlagState;
  serviceFrom(node: Node): FlagService;
};

type FlagNeeds = {
  readonly production: Production;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly history: History;
};

/** Later than this after it was sent nothing changes any more. */
const SETTLE_MS = 15_000;
const TIMEOUT_MS = 5_000;
const SLOW_MAX_MS = 9_000;

type Kept = FlagState & { readonly version: number };

/** Where every flag is off for everybody at first. It takes a change only from whoever has seen the newest version. */
export function openFlags({ production, scheduler, random, faults, history }: FlagNeeds): FakeFlags {
  const ledger: FlagCall[] = [];
  const states = new Map<string, Kept>();
  const { Failed } = production;
  const stateOf = (key: string): Kept => states.get(key) ?? { isOn: false, rolloutPercent: 0, version: 1 };
  const isTroubled = () => scheduler.nowMs() < faults.untilMs;
  const unsure = () =>
    new Failed({ code: 'outcome-unknown', message: 'there was no answer in time', retryAfterMs: null });

  function lost(mutates: boolean): Crossing<unknown>['lost'] {
    if (!isTroubled() || !mutates) return null;
    if (faults.has('lost-requests') && random.chance(0.06))
      return { what: 'request', afterMs: TIMEOUT_MS, error: unsure };
    const isLost = faults.has('lost-answers') && random.chance(0.2);
    return isLost ? { what: 'answer', afterMs: random.between(100, TIMEOUT_MS), error: unsure } : null;
  }
  function ask<T>(node: Node, label: string, mutates: boolean, act: () => T): Promise<T> {
    const isSlow = mutates && isTroubled() && faults.has('slow-applies') && random.chance(0.2);
    const thereMs = isSlow ? random.between(300, SLOW_MAX_MS) : random.between(3, 40);
    const asked = node.cross({
      label,
      isWork: true,
      thereMs,
      backMs: random.between(3, 40),
      lost: lost(mutates),
      act() {
        if (isTroubled() && isWithin(faults.platformDown, scheduler.nowMs()))
          throw new Failed({ code: 'unavailable', message: 'it answered 503', retryAfterMs: 1_000 });
        return act();
      },
    });
    if (thereMs < TIMEOUT_MS) return asked;
    const tooSlow = node.clock.sleep(TIMEOUT_MS).then(() => {
      throw unsure();
    });
    return Promise.race([asked, tooSlow]);
  }
  return {
    ledger,
    stateOf,
    serviceFrom: (node) => ({
      name: 'flags',
      writing: { can: true, settleMs: SETTLE_MS },
      look: ({ key }) =>
        ask(node, `flag? ${key}`, false, () => {
          const { version, ...state } = stateOf(key);
          return { ...state, version: String(version), updatedBy: null, caveats: [] };
        }),
      async set(intent, { key }, wanted, seen) {
        const recorded = history.intents.get(intent.id);
        const call: FlagCall = {
          key,
          intentId: intent.id,
          owner: node.owner,
          wanted,
          wasRecorded: recorded !== undefined,
          sentFence: recorded?.fence ?? null,
          currentFence: currentFence(history, recorded?.deploymentId ?? ''),
          appliedAtMs: null,
          was: null,
        };
        ledger.push(call);
        await ask(node, `flag ${intent.id}`, true, () => {
          const { version, ...was } = stateOf(key);
          if (String(version) !== seen)
            throw new Failed({ code: 'conflict', message: 'it was changed', retryAfterMs: null });
          call.appliedAtMs = scheduler.nowMs();
          call.was = was;
          scheduler.note(`APPLIED flag ${intent.id} ${wanted.isOn} ${wanted.rolloutPercent}`);
          states.set(key, {
            isOn: wanted.isOn,
            rolloutPercent: wanted.rolloutPercent ?? was.rolloutPercent,
            version: version + 1,
          });
        });
      },
    }),
  };
}
