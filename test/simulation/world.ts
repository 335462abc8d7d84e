import type { Reply } from '../../src/core/answer.ts';
import type { Catalog } from '../../src/core/catalog.ts';
import type { DeploymentEvent } from '../../src/core/event.ts';
import { catalogOf } from './catalog.ts';
import { type Database, EPOCH_MS, openDatabase } from './database.ts';
import { type Edge, openEdge } from './edge.ts';
import { draws } from './families.ts';
import { drawFaults, type FaultName, type Faults, keptFromHolding } from './faults.ts';
import { type FakeFlags, openFlags } from './flags.ts';
import { emptyHistory, type History } from './history.ts';
import { beginJumps } from './jumps.ts';
import { isChange, isTelling } from './labels.ts';
import type { Migrated } from './migrating.ts';
import { type Node, openNode } from './node.ts';
import { type Finding, judgeWorld } from './oracle.ts';
import type { Asked } from './people.ts';
import { letPeopleAnswer } from './people-answer.ts';
import { letOthersRun, letPeopleApprove, watchStill } from './people-migrate.ts';
import { watchRuns } from './people-recover.ts';
import { type FakePlatform, openPlatform } from './platform.ts';
import { probe } from './probe.ts';
import { type Process, startProcess } from './process.ts';
import type { Production } from './production.ts';
import { type Random, randomFrom } from './random.ts';
import { watchForRest } from './rest.ts';
import { beginScenario, type Scenario } from './scenario.ts';
import { openScheduler, type Scheduler } from './scheduler.ts';
import { type FakeSlack, openSlack } from './slack.ts';
import { migratedIn, openTeamDatabases, type TeamDatabases } from './team-database.ts';
import type { Watching } from './watching.ts';

/** Everything that one schedule is played in. */
export type World = {
  readonly production: Production;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly history: History;
  readonly database: Database;
  readonly platform: FakePlatform;
  readonly slack: FakeSlack;
  readonly flags: FakeFlags;
  readonly teams: TeamDatabases;
  readonly edge: Edge;
  readonly catalog: Catalog;
  readonly environment: string;
  /** By service. */
  readonly watchings: ReadonlyMap<string, Watching>;
  /** By the reference of the database. */
  readonly migrated: ReadonlyMap<string, Migrated>;
  /** Null: nobody answers anything. */
  readonly reactions: NonNullable<Scenario['reactions']> | null;
  /** Names one press of one button. */
  nextPress(): string;
  ring(deploymentId: string, afterMs: number): void;
  probe(
    node: Node,
    url: string,
  ): Promise<{ readonly status: number; readonly version: string | null } | null>;
  /** As Slack does: again and to somebody else when nobody took it. */
  deliver(key: string, asked: Asked): void;
  replied(key: string, reply: Reply): void;
  readonly replies: ReadonlyMap<string, Reply>;
};

export type Run = {
  readonly seed: number;
  readonly findings: readonly Finding[];
  readonly traceHash: string;
  readonly events: number;
  /** Crossings that work made; crashes are placed by their number. */
  readonly crossings: number;
  /** Those of them at which the journal or the platform was to be changed. */
  readonly changes: readonly number[];
  /** Crossings on the way to Slack. */
  readonly tellings: number;
  readonly virtualMs: number;
  readonly outcomes: readonly string[];
  readonly faults: readonly string[];
  readonly lines: readonly string[];
};

export type Staged = { readonly faults: Faults; readonly scenario: Scenario };

/** How long after the last fault everything has to be at rest. */
const AT_REST_WITHIN_MS = 20 * 60_000;

export type Options = {
  readonly family?: keyof typeof draws;
  readonly staged?: Staged | null;
  /** Faults that are on whatever the seed says. */
  readonly forced?: readonly FaultName[];
  readonly keepsTrace?: boolean;
};

/** Plays one schedule to its end and judges it. The seed says it all, unless it is staged. */
export async function play(
  production: Production,
  seed: number,
  { staged = null, forced = [], family = 'usual', keepsTrace = false }: Options = {},
): Promise<Run> {
  const faults = staged?.faults ?? drawFaults(randomFrom(seed, 1), forced);
  const scenario = staged?.scenario ?? draws[family](randomFrom(seed, 2), faults);
  // Loaded by whoever asks first, which takes real time.
  await production.checkScript('select 1');
  const scheduler = openScheduler(keepsTrace);
  const stage = build(production, seed, faults, scenario, scheduler);
  // The scheduler runs every promise itself, so it has to be called from outside of one.
  const isOver = await new Promise<boolean>((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(scheduler.run(stage.isAtRest, faults.untilMs + AT_REST_WITHIN_MS));
      } catch (error) {
        reject(error);
      }
    });
  });
  const findings = await judgeWorld(stage.world, isOver);
  return {
    seed,
    findings,
    traceHash: scheduler.trace.hash(),
    events: scheduler.trace.events(),
    crossings: stage.crossings(),
    changes: stage.changes,
    tellings: stage.tellings(),
    virtualMs: scheduler.nowMs(),
    outcomes: [...stage.world.history.ends.values()].map(({ outcome }) => outcome),
    faults: [...faults.on],
    lines: scheduler.trace.lines ?? [],
  };
}

function build(
  production: Production,
  seed: number,
  faults: Faults,
  scenario: Scenario,
  scheduler: Scheduler,
): Pick<Run, 'changes'> & {
  world: World;
  isAtRest: () => boolean;
  crossings: () => number;
  tellings: () => number;
} {
  const random = randomFrom(seed, 3);
  const history = emptyHistory();
  const processes: (Process | null)[] = [];
  const replies = new Map<string, Reply>();
  let [starts, crossings, tellings, pendingDeliveries, wipes, presses] = [0, 0, 0, 0, 0, 0];
  const changes: number[] = [];
  const isTroubled = () => scheduler.nowMs() < faults.untilMs;
  const poisoned = (node: Node) => node.crash(random.between(200, 4_000));
  const platform = openPlatform({ production, scheduler, random, faults, history, poisoned });
  const { truthOf } = platform;
  const isWell = (owner: string) =>
    !keptFromHolding.some((fault) => faults.on.has(fault)) &&
    processes.some((process) => process?.node.owner === owner);
  const seen = (deploymentId: string, events: readonly DeploymentEvent[]) => {
    for (const event of events) letPeopleAnswer(world, deploymentId, event);
    for (const event of events) letPeopleApprove(world, deploymentId, event);
  };
  const database = openDatabase({ production, scheduler, random, faults, history, truthOf, isWell, seen });
  const slack = openSlack(scheduler, random, faults);

  function start(slot: number): void {
    starts += 1;
    const owner = `n${slot}.${starts}`;
    scheduler.note(`${owner} STARTS`);
    const isOff = faults.has('clock-offsets');
    const node = openNode({
      scheduler,
      random,
      owner,
      offsetMs: EPOCH_MS + (isOff ? random.between(-40_000, 40_000) : 0),
      rate: isOff ? random.between(0.999, 1.001) : 1,
      incidentAt(label, isWork) {
        if (isWork) crossings += 1;
        if (isWork && isChange(label)) changes.push(crossings);
        if (isWork) return faults.incidents.get(crossings) ?? null;
        return isTelling(label) ? (faults.tellingIncidents.get(++tellings) ?? null) : null;
      },
      crashed(downMs) {
        processes[slot] = null;
        scheduler.after(downMs, `n${slot} may start again`, () => start(slot));
      },
      stopped: () => stopEverything(world),
    });
    processes[slot] = startProcess(world, node);
  }
  function someone(): Process | null {
    const alive = processes.filter((process) => process !== null);
    return alive.length === 0 ? null : random.pick(alive);
  }
  function ring(deploymentId: string, afterMs: number): void {
    const isLossy = isTroubled() && faults.has('lost-bells');
    const copies = isLossy ? random.pick([0, 1, 2, 3]) : 1;
    const wipesBefore = wipes;
    for (let copy = 0; copy < copies; copy++) {
      const inMs = afterMs + random.between(1, 60) + (isLossy ? random.between(0, 3_000) : 0);
      scheduler.after(inMs, `bell for ${deploymentId}`, () => {
        if (wipes !== wipesBefore) return;
        const process = someone();
        process?.node.deliver(() => process.visit(deploymentId));
      });
    }
  }
  function deliver(key: string, asked: Asked): void {
    const isDoubled = isTroubled() && faults.has('double-deliveries') && random.chance(0.6);
    pendingDeliveries += 1;
    let isAcked = false;
    const attempt = (tries: number) => {
      if (isAcked) return;
      const process = someone();
      process?.node.deliver(() =>
        process.receive(key, asked, () => {
          if (!isAcked) pendingDeliveries -= 1;
          isAcked = true;
        }),
      );
      scheduler.after(tries === 0 ? 3_000 : 30_000, `${key} delivered again`, () => attempt(tries + 1));
    };
    attempt(0);
    if (!isDoubled) return;
    scheduler.after(random.between(0, 200), `${key} delivered twice`, () => {
      const process = someone();
      process?.node.deliver(() => process.receive(key, asked, () => undefined));
    });
  }
  const migrated = migratedIn(scenario);
  const world: World = {
    production,
    scheduler,
    random,
    faults,
    history,
    database,
    platform,
    slack,
    flags: openFlags({ production, scheduler, random, faults, history }),
    teams: openTeamDatabases({ production, scheduler, random, faults, history, platform, migrated }),
    edge: openEdge({ production, scheduler, random, faults }),
    migrated,
    catalog: catalogOf(scenario),
    environment: scenario.environment,
    watchings: new Map(
      scenario.services.flatMap(({ name, watching }) => (watching === undefined ? [] : [[name, watching]])),
    ),
    reactions: scenario.reactions ?? null,
    nextPress: () => `press-of-${++presses}`,
    ring,
    probe: (node, url) => probe(world, node, url),
    deliver,
    replied: (key, reply) => void replies.set(key, reply),
    replies,
  };
  for (const { name, runsBefore } of scenario.services) {
    if (!runsBefore) continue;
    const ground = platform.ground(`${name}/${scenario.environment}`);
    const wanted = { version: 'v1', intentId: null, by: 'slipway', startMs: 0, visibleInMs: 0 } as const;
    const { releaseId } = ground.release(0, wanted);
    ground.route(0, [{ releaseId, trafficPercent: 100 }], 0);
  }
  for (let slot = 0; slot < scenario.nodes; slot++) {
    scheduler.after(random.between(0, 1_500), `n${slot} may start`, () => start(slot));
  }
  for (const atMs of faults.wipesAtMs) {
    scheduler.after(atMs, 'the queue is WIPED', () => {
      wipes += 1;
    });
  }
  for (const { atMs, ms } of faults.pauses) {
    scheduler.after(atMs, 'a process falls asleep', () => someone()?.node.pause(ms));
  }
  for (const atMs of faults.handOversAtMs) {
    scheduler.after(atMs, 'somebody restarts a process', () => someone()?.handOver());
  }
  beginJumps(world, () => processes);
  beginScenario(world, scenario);
  if (migrated.size > 0) watchStill(world);
  letOthersRun(world);
  if (scenario.runbooks !== undefined) watchRuns(world);
  const lastOrderAtMs = Math.max(...scenario.orders.map(({ atMs }) => atMs));
  // Whoever sleeps may still wake and do what it was about to do.
  const isAwake = () => processes.every((process) => process?.node.isPaused() !== true);
  const isAtRest = watchForRest(world, lastOrderAtMs, () => pendingDeliveries === 0 && isAwake());
  return { world, isAtRest, changes, crossings: () => crossings, tellings: () => tellings };
}

/** Written as another process would write it, at once. */
function stopEverything({ history, database, scheduler }: World): void {
  for (const deploymentId of history.begins.keys()) {
    if (history.ends.has(deploymentId) || history.abortsAtMs.has(deploymentId)) continue;
    scheduler.note(`STOP ${deploymentId}`);
    history.abortsAtMs.set(deploymentId, scheduler.nowMs());
    const event = { kind: 'abort-asked', by: 'U1', why: null } as const;
    void database.store.journal.signal(deploymentId, `abort/${deploymentId}`, event, []);
  }
}
