import { z } from 'zod';
import type { NameRecord } from '../../src/platform/naming.ts';
import type { Platform } from '../../src/platform/platform.ts';
import type { Datastore } from '../../src/platform/restoring.ts';
import type { Router } from '../../src/platform/router.ts';
import { EPOCH_MS } from './database.ts';
import { type Faults, isWithin } from './faults.ts';
import type { Crossing, Node } from './node.ts';
import type { Production } from './production.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What a runbook may change outside: where a router sends people, where a name points, what a datastore holds. */
export type Wanted = 'router' | 'name' | 'data';

/** One change that was asked for, as whoever keeps it has it on record. */
export type EdgeCall = {
  readonly what: Wanted;
  /** `eu 0 %, us 100 %`, a name, a moment. */
  readonly wanted: string;
  readonly owner: string;
  readonly sentAtMs: number;
  /** When it has arrived, or never will. */
  overAtMs: number | null;
  appliedAtMs: number | null;
  /** It was answered that nothing was changed. */
  isRefused: boolean;
};

export type Edge = {
  readonly ledger: readonly EdgeCall[];
  /** Everything that it has been, and when it became so; who made it so. */
  readonly states: readonly {
    readonly what: Wanted;
    readonly is: string;
    readonly by: string;
    readonly atMs: number;
  }[];
  platformFrom(node: Node): Platform;
  /** Somebody else sends people somewhere else by hand. */
  meddle(): void;
};

type EdgeNeeds = {
  readonly production: Production;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
};

const TIMEOUT_MS = 6_000;
const SLOW_MAX_MS = 20_000;
const HOUR_MS = 3_600_000;

const arms = ['eu', 'us'] as const;
export const sayShares = (shares: Readonly<Record<string, number>>): string =>
  arms.map((arm) => `${arm} ${shares[arm] ?? 0} %`).join(', ');

type State = Edge['states'][number];

export function openEdge(needs: EdgeNeeds): Edge {
  const { scheduler, random } = needs;
  const ledger: EdgeCall[] = [];
  const states: State[] = [
    { what: 'router', is: sayShares({ eu: 100 }), by: 'nobody', atMs: 0 },
    { what: 'name', is: 'eu.example.com', by: 'nobody', atMs: 0 },
    { what: 'data', is: 'serving', by: 'nobody', atMs: 0 },
  ];
  const become = (what: Wanted, is: string, by: string) => {
    states.push({ what, is, by, atMs: scheduler.nowMs() });
    scheduler.note(`${what} is ${is} by ${by}`);
  };
  return {
    ledger,
    states,
    platformFrom: (node) => platformFrom(needs, { ledger, states, become }, node),
    meddle() {
      if (random.chance(0.5)) become('router', sayShares({ eu: 40, us: 60 }), 'stranger');
      else become('name', 'ap.example.com', 'stranger');
    },
  };
}

type Inside = {
  readonly ledger: EdgeCall[];
  readonly states: readonly State[];
  become(what: Wanted, is: string, by: string): void;
};

function platformFrom(needs: EdgeNeeds, inside: Inside, node: Node): Platform {
  const { ask, change, isNow } = callerFrom(needs, inside, node);
  const { production, random, scheduler } = needs;
  const router: Router = {
    capabilities: () => Promise.reject(new Error('nobody asks that')),
    look: () =>
      ask('edge? router', () => ({ frontDoor: null, elsewherePercent: 0, arms: armsOf(isNow('router')) })),
    set: (shares) =>
      change('router', sayShares(Object.fromEntries(shares.map((each) => [each.arm, each.trafficPercent])))),
  };
  const record: NameRecord = {
    look: () => ask('edge? name', () => ({ content: isNow('name'), ttlMs: 60_000 })),
    point: (content, seen) =>
      change('name', content, () => {
        if (isNow('name') === seen) return;
        const message = 'it points somewhere else by now';
        throw new production.Failed({ code: 'conflict', message, retryAfterMs: null });
      }),
  };
  const datastore: Datastore = {
    points: () =>
      ask('edge? points', () => {
        const latestMs = Math.floor((EPOCH_MS + scheduler.nowMs()) / 1_000) * 1_000;
        return { can: true, earliestMs: latestMs - HOUR_MS, latestMs } as const;
      }),
    look: () =>
      ask('edge? data', () => {
        const state = isNow('data') as 'serving' | 'restoring' | 'failed';
        return { state, say: `it is ${state}` };
      }),
    async restore(toMs) {
      await change('data', new Date(toMs).toISOString(), undefined, () => {
        inside.become('data', 'restoring', 'slipway');
        const how = random.chance(0.25) ? 'failed' : 'serving';
        // Seen to be under way for long enough that nobody misses it.
        const inMs = random.between(30_000, 80_000);
        scheduler.after(inMs, 'a restore ends', () => inside.become('data', how, 'itself'));
      });
    },
  };
  const Any = z.record(z.string(), z.unknown());
  return {
    id: 'edge',
    routing: { Address: Any, open: () => router },
    naming: { Address: Any, open: () => record },
    restoring: { Address: Any, open: () => datastore },
  } as unknown as Platform;
}

function callerFrom({ production, scheduler, random, faults }: EdgeNeeds, inside: Inside, node: Node) {
  const { Failed } = production;
  const isTroubled = () => scheduler.nowMs() < faults.untilMs;
  const isNow = (what: Wanted): string => inside.states.findLast((state) => state.what === what)?.is ?? '';

  function cross<T>(
    label: string,
    thereMs: number,
    lost: Crossing<unknown>['lost'],
    act: () => T,
  ): Promise<T> {
    const refused = () => {
      if (!isTroubled()) return;
      if (isWithin(faults.platformDown, scheduler.nowMs()))
        throw new Failed({ code: 'unavailable', message: 'it answered 503', retryAfterMs: 1_000 });
    };
    return node.cross({
      label,
      isWork: true,
      thereMs,
      backMs: random.between(3, 40),
      lost,
      act() {
        refused();
        return act();
      },
    });
  }
  function change(
    what: Wanted,
    wanted: string,
    mayBe: () => void = () => undefined,
    carryOut: () => void = () => inside.become(what, wanted, 'slipway'),
  ): Promise<void> {
    const call: EdgeCall = {
      what,
      wanted,
      owner: node.owner,
      sentAtMs: scheduler.nowMs(),
      overAtMs: null,
      appliedAtMs: null,
      isRefused: false,
    };
    inside.ledger.push(call);
    const unsure = () => new Failed({ code: 'outcome-unknown', message: 'no answer', retryAfterMs: null });
    const isSlow = isTroubled() && faults.has('slow-applies') && random.chance(0.3);
    const thereMs = isSlow ? random.between(500, SLOW_MAX_MS) : random.between(3, 60);
    const lost = lostIn(unsure);
    if (lost?.what === 'request') call.overAtMs = call.sentAtMs;
    const asked = cross(`edge ${what} ${wanted}`, thereMs, lost, () => {
      call.overAtMs = scheduler.nowMs();
      call.isRefused = true;
      mayBe();
      call.isRefused = false;
      call.appliedAtMs = scheduler.nowMs();
      carryOut();
    });
    if (thereMs < TIMEOUT_MS) return asked;
    return Promise.race([
      asked,
      node.clock.sleep(TIMEOUT_MS).then(() => {
        throw unsure();
      }),
    ]);
  }
  function lostIn(error: () => unknown): Crossing<unknown>['lost'] {
    if (!isTroubled()) return null;
    const afterMs = random.between(100, TIMEOUT_MS);
    if (faults.has('lost-requests') && random.chance(0.2)) return { what: 'request', afterMs, error };
    return faults.has('lost-answers') && random.chance(0.3) ? { what: 'answer', afterMs, error } : null;
  }
  const ask = <T>(label: string, act: () => T) => cross(label, random.between(3, 40), null, act);
  return { ask, change, isNow };
}

function armsOf(said: string) {
  return said.split(', ').map((each) => {
    const [arm = '', percent = '0'] = each.split(' ');
    return { arm, trafficPercent: Number(percent), isIn: true, isUp: true, say: '' };
  });
}
