import type { Runbook } from '../../src/core/runbook.ts';
import type { Faults } from './faults.ts';
import type { VersionName } from './ground.ts';
import type { Migrated } from './migrating.ts';
import type { Asked } from './people.ts';
import type { Random } from './random.ts';
import { drawWatching, type Reaction, type Watching } from './watching.ts';
import type { World } from './world.ts';

/** What there is, and who wants what when. */
export type Scenario = {
  readonly nodes: number;
  readonly environment: string;
  readonly services: readonly Service[];
  readonly orders: readonly { readonly atMs: number; readonly asked: Asked }[];
  /** What people do about what they are asked; left out: nothing. */
  readonly reactions?: 'drawn' | readonly Reaction[];
  /** Nothing new is deployed before somebody else has said yes to it; left out: whoever orders it is enough. */
  readonly isApproved?: boolean;
  /** What is to be done when a place is lost; left out: nobody has written it. */
  readonly runbooks?: readonly Runbook[];
};

export type Service = {
  readonly name: string;
  readonly runsBefore: boolean;
  readonly needs: readonly string[];
  readonly strategy: 'rolling' | 'all-at-once' | 'in-place' | 'canary' | 'blue-green';
  readonly trafficPercents: readonly number[];
  readonly isWatched: boolean;
  readonly gates: readonly string[];
  /** Left out: watched, where it is, by what the platform counts and criteria alone. */
  readonly watching?: Watching;
  /** Where a flag of its own stops on its way up, once the new version has all the traffic; left out: it has none. */
  readonly flagPercents?: readonly number[];
  /** How its database changes; left out: it has none. */
  readonly migrated?: Migrated;
};

const people = ['U1', 'U2', 'U3'];
const ORDERS_WITHIN_MS = 40_000;

export function drawScenario(random: Random, faults: Faults): Scenario {
  const names = ['s0', 's1', 's2', 's3'].slice(0, random.int(1, 4));
  const services = names.map((name, index): Service => {
    const gates = ['dependencies-healthy', 'serves-version'].filter(() => random.chance(0.4));
    return {
      name,
      runsBefore: random.chance(0.88),
      needs: index > 0 && random.chance(0.3) ? ['s0'] : [],
      strategy: random.pick(['rolling', 'rolling', 'all-at-once', 'in-place']),
      trafficPercents: random.pick([[50], [], [10, 50], [25]]),
      isWatched: random.chance(0.7),
      gates,
    };
  });
  const orders = Array.from({ length: random.pick([1, 1, 2, 2, 3, 4, 5]) }, (_, index) => ({
    atMs: index === 0 ? random.between(500, 3_000) : random.between(1_000, ORDERS_WITHIN_MS),
    asked: drawOrder(random, faults, names),
  }));
  return {
    nodes: random.int(2, 4),
    // Some names look like words of our own.
    environment: random.pick(['staging', 'staging', 'forward', 'backward']),
    services,
    orders,
  };
}

const shared = ['rolling', 'canary', 'blue-green', 'blue-green', 'all-at-once', 'in-place'] as const;

/** What is about new versions that are watched, found to be bad, and answered for by people. */
export function drawWatchedScenario(random: Random, faults: Faults): Scenario {
  const names = ['s0', 's1'].slice(0, random.pick([1, 1, 2]));
  const services = names.map((name): Service => {
    const strategy = random.pick(shared);
    return {
      name,
      // What nothing ran before cannot be taken back in its place, and a person is called.
      runsBefore: strategy === 'in-place' || random.chance(0.92),
      needs: [],
      strategy,
      trafficPercents: random.pick([[50], [20], [10, 50], [25, 75]]),
      isWatched: true,
      gates: [],
      watching: drawWatching(random),
      ...(random.chance(0.4) ? { flagPercents: random.pick([[100], [30, 100], [10, 50]]) } : {}),
    };
  });
  const orders = Array.from({ length: random.pick([1, 1, 2]) }, (_, index) => {
    const kind = { kind: 'deploy', by: random.pick(people), service: random.pick(names) } as const;
    return {
      atMs: index === 0 ? random.between(500, 3_000) : random.between(1_000, ORDERS_WITHIN_MS),
      asked: { ...kind, ref: drawWatchedVersion(random, faults), again: random.chance(0.3) },
    };
  });
  return { nodes: random.int(2, 3), environment: 'staging', services, orders, reactions: 'drawn' };
}

function drawWatchedVersion(random: Random, faults: Faults): VersionName {
  if (faults.has('poison') && random.chance(0.2)) return random.pick(['v-poison', 'v-toxic'] as const);
  return random.pick(['v2', 'v2', 'v3', 'v-errors', 'v-errors', 'v-late', 'v-broken', 'v-ill'] as const);
}

function drawOrder(random: Random, faults: Faults, names: readonly string[]): Asked {
  const by = random.pick(people);
  const service = random.pick(names);
  const kind = random.next();
  if (kind < 0.12) return { kind: 'roll-back', by, service, to: random.pick([null, 'v1', 'v2']) };
  if (kind < 0.32 && names.length > 1) {
    const services = names
      .slice(0, random.int(2, 3))
      .map((name) => ({ service: name, ref: drawVersion(random, faults), waits: random.chance(0.4) }));
    return { kind: 'group', by, services };
  }
  return { kind: 'deploy', by, service, ref: drawVersion(random, faults), again: random.chance(0.5) };
}

function drawVersion(random: Random, faults: Faults): VersionName {
  if (faults.has('poison') && random.chance(0.4)) return random.pick(['v-poison', 'v-toxic'] as const);
  if (faults.has('bad-versions') && random.chance(0.5)) {
    return random.pick(['v-crash', 'v-never', 'v-errors', 'v-ill'] as const);
  }
  return random.pick(['v2', 'v3'] as const);
}

/** Lets what was ordered, pressed and meddled with happen in its time. */
export function beginScenario(world: World, scenario: Scenario): void {
  const { scheduler, faults, random } = world;
  for (const [index, { atMs, asked }] of scenario.orders.entries()) {
    scheduler.after(atMs, `ordered ${asked.kind}`, () => world.deliver(`order-${index}`, asked));
  }
  if (faults.has('aborts')) {
    for (let press = random.int(1, 4); press > 0; press--) {
      scheduler.after(random.between(1_500, 90_000), 'somebody presses stop', () => pressStop(world, press));
    }
  }
  if (faults.has('strangers')) {
    for (let act = random.int(1, 3); act > 0; act--) {
      scheduler.after(random.between(1_000, 90_000), 'a stranger comes', () => meddle(world, scenario));
    }
  }
}

/** One to three people press at once, the same button or each their own, some of them twice. */
function pressStop(world: World, press: number): void {
  const { random, history, scheduler } = world;
  const running = [...history.begins.keys()].filter((id) => !history.ends.has(id));
  if (running.length === 0) return;
  const deploymentId = random.pick(running);
  for (let person = random.int(1, 3); person > 0; person--) {
    const by = random.pick(people);
    const key = random.chance(0.3) ? `press-${press}` : `press-${press}-${person}`;
    scheduler.after(random.between(0, 40), `${by} presses stop of ${deploymentId}`, () =>
      world.deliver(key, { kind: 'abort', by, deploymentId }),
    );
  }
}

function meddle(world: World, scenario: Scenario): void {
  const { random, platform, scheduler } = world;
  if (scenario.runbooks !== undefined && random.chance(0.5)) {
    world.edge.meddle();
    return;
  }
  const service = random.pick(scenario.services);
  const ground = platform.ground(`${service.name}/${scenario.environment}`);
  const nowMs = scheduler.nowMs();
  const live = ground.standing(nowMs).filter(({ goneAtMs }) => goneAtMs === null);
  const deed = random.pick(['take-over', 'share', 'start', 'retire'] as const);
  scheduler.note(`a stranger does ${deed} at ${ground.id}`);
  if (deed === 'retire') {
    const idle = live.filter(({ trafficPercent }) => trafficPercent === 0);
    if (idle.length === 0) return;
    ground.meddledAtMs.push(nowMs);
    ground.retire(nowMs, random.pick(idle).releaseId, 50);
    return;
  }
  ground.meddledAtMs.push(nowMs);
  const wanted = { version: 'hotfix', intentId: null, by: 'stranger', startMs: 0, visibleInMs: 0 } as const;
  const { releaseId } = ground.release(nowMs, wanted);
  if (deed === 'start') return;
  const serving = live.find(({ trafficPercent }) => trafficPercent > 0);
  const percent = deed === 'take-over' || serving === undefined ? 100 : 30;
  const shares = [{ releaseId, trafficPercent: percent }];
  if (serving !== undefined) shares.push({ releaseId: serving.releaseId, trafficPercent: 100 - percent });
  ground.route(nowMs, shares, 0);
}
