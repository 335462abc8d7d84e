import type { Engine } from '../../src/engine/engine.ts';
import type { EngineParts } from '../../src/engine/parts.ts';
import type { Store } from '../../src/store/store.ts';
import { openDirectory } from '../support/members.ts';
import { platformMetric } from '../support/platform-metric.ts';
import { codeFrom } from './code.ts';
import { scriptsAt } from './migrating.ts';
import type { Node } from './node.ts';
import { type Asked, carryOut } from './people.ts';
import { sourceFrom } from './sources.ts';
import { referenceOf } from './team-database.ts';
import type { World } from './world.ts';

/** One start of the program: engine, reconciler, inbox and outbox, as production wires them. */
export type Process = {
  readonly node: Node;
  readonly engine: Engine;
  readonly store: Store;
  /** What Slack delivers; `acked` is called once it is committed. */
  receive(key: string, asked: Asked, acked: () => void): void;
  visit(deploymentId: string): void;
  /** Takes nothing new, brings what it is doing to the next step, and ends. */
  handOver(): void;
};

const platformNumbers = platformMetric();
const INBOX_LEASE_MS = 60_000;
const INBOX_WAITED_MS = 5_000;
const OUTBOX_LOOK_MS = 2_500;
const HAND_OVER_MS = 25_000;

export function startProcess(world: World, node: Node): Process {
  const { production, scheduler, random } = world;
  const store = world.database.seenFrom(node, true);
  const flags = world.flags.serviceFrom(node);
  const log = logOf(world, node);
  const stopping = new AbortController();
  const parts: EngineParts = {
    store,
    catalog: () => world.catalog,
    siteOf: ({ id }) => world.platform.siteFrom(node, id),
    sourceOf: ({ name }) => codeFrom(world, node, name),
    directory: openDirectory,
    bell: { ring: (deploymentId, afterMs) => world.ring(deploymentId, afterMs) },
    clock: node.clock,
    random: () => random.next(),
    probe: (url) => world.probe(node, url),
    metricNamed: (name) => sourceFrom(world, node, name) ?? platformNumbers(name),
    platformNamed: (name) => (name === 'edge' ? world.edge.platformFrom(node) : null),
    flagsNamed: (name) => (name === 'flags' ? flags : null),
    migrations: {
      databaseAt: (reference) => world.teams.databaseFrom(node, reference),
      readFolder: async (folder) => {
        const migrated = world.migrated.get(referenceOf(`${folder}/${world.environment}`));
        return migrated === undefined ? [] : scriptsAt(migrated, scheduler.nowMs());
      },
    },
    log,
    patience: production.patience,
    stopping: stopping.signal,
    owner: node.owner,
  };
  const engine = production.createEngine(parts);
  // What is only told is read by an engine of its own: its crossings are not counted as work.
  const reports = production.createEngine({ ...parts, store: world.database.seenFrom(node, false) });
  const rounds = engine.reconciler.run(stopping.signal);

  async function take(key: string): Promise<void> {
    const delivery = await store.inbox.take(key, node.owner, INBOX_LEASE_MS);
    if (delivery === null) return;
    await carryOut(world, { engine, store, node }, key, delivery.body as Asked);
    await store.inbox.done(key, node.owner);
  }
  const quietly = (work: Promise<unknown>) =>
    work.catch((error) => log.warn({ error: String(error) }, 'trouble'));

  void repeat(node, 5_000, async () => {
    for (const key of await store.inbox.waiting(INBOX_WAITED_MS, 20)) await take(key);
  });
  const round = production.sendingRound({
    outbox: store.outbox,
    duties: store.duties,
    client: world.slack.clientFrom(node),
    reports,
    configuration: { channelFor: () => 'C1', fallbackChannel: null },
    clock: {
      nowMs: node.clock.nowMs,
      after: (ms, call) => scheduler.after(ms, 'timer', () => node.deliver(call)),
    },
    random: () => random.next(),
    owner: node.owner,
    log,
  });
  void repeat(node, OUTBOX_LOOK_MS, round);
  return {
    node,
    engine,
    store,
    receive(key, asked, acked) {
      const work = async () => {
        const isNew = await store.inbox.receive({ key, kind: 'command', body: asked });
        acked();
        if (isNew) await take(key);
      };
      void quietly(work());
    },
    visit: (deploymentId) => {
      if (!stopping.signal.aborted) void quietly(engine.advance(deploymentId));
    },
    handOver() {
      scheduler.note(`${node.owner} HANDS OVER`);
      stopping.abort();
      const end = () => node.crash(random.between(200, 3_000));
      void rounds.then(end);
      scheduler.after(HAND_OVER_MS, `${node.owner} has had its time`, end);
    },
  };
}

async function repeat(node: Node, everyMs: number, work: () => Promise<unknown>): Promise<void> {
  while (node.isAlive()) {
    await work().catch(() => undefined);
    await node.clock.sleep(everyMs);
  }
}

function logOf(world: World, node: Node): EngineParts['log'] {
  const { scheduler } = world;
  if (scheduler.trace.lines === null) {
    const quiet = () => undefined;
    return { debug: quiet, info: quiet, warn: quiet, error: quiet };
  }
  const say = (fields: object, message: string) =>
    scheduler.note(`${node.owner} says: ${message} ${JSON.stringify(fields)}`);
  return { debug: say, info: say, warn: say, error: say };
}
