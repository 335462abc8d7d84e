import { inspect } from 'node:util';
import type { Reply } from '../../../src/core/answer.ts';
import type { Catalog } from '../../../src/core/catalog.ts';
import type { Deployment } from '../../../src/core/deployment.ts';
import { replay } from '../../../src/core/deployment.ts';
import { type DeployOrder, type Desk, usual } from '../../../src/core/desk.ts';
import { Failed } from '../../../src/core/failure.ts';
import type { Actor, ActorKind, Grant } from '../../../src/core/person.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { plain } from '../../../src/core/text.ts';
import { createEngine } from '../../../src/engine/engine.ts';
import type { EngineParts } from '../../../src/engine/parts.ts';
import { patience } from '../../../src/engine/patience.ts';
import type { Source } from '../../../src/source/source.ts';
import { storeOver } from '../../../src/store/memory/index.ts';
import { emptyState } from '../../../src/store/memory/state.ts';
import type { Store } from '../../../src/store/store.ts';
import { platformMetric } from '../platform-metric.ts';
import { openFakeWorld } from './world.ts';

/** An account as the workspace keeps it now; tests change it under everybody's feet. */
export type Account = { kind: ActorKind; groups: readonly string[]; isUnsure?: true };

export const START_MS = 1_800_000_000_000;

/** Everywhere, for whoever is named. */
export function grant(role: Grant['role'], people: readonly string[], more: Partial<Grant> = {}): Grant {
  return { role, people, services: '*', environments: '*', ...more };
}

const place = (environment: string, strategy: string) => ({
  environment,
  platform: 'memory',
  address: { at: environment },
  strategy,
  pace: { trafficPercents: [50], observeMs: 60_000, releaseDeadlineMs: 60_000, keepMs: 60_000 },
  gates: [],
  criteria: null,
});

const service = (name: string) => ({
  name,
  summary: '',
  needs: [],
  source: { kind: 'fake', settings: {} },
  targets: [place('staging', 'rolling'), place('production', 'rolling')],
});

/** Two services, staging for everybody who deploys, production with an approval; ann asks, bob and cat approve. */
export const catalogAtFirst: Catalog = {
  version: 'c1'.padEnd(64, '0'),
  services: [service('api'), service('web')],
  environments: [
    { name: 'staging', channel: 'C1', isProtected: false, approval: null },
    {
      name: 'production',
      channel: 'C2',
      isProtected: true,
      approval: {
        requirements: [{ needed: 1, group: null }],
        expiresAfterMs: 3_600_000,
        isAuthorExcluded: false,
      },
    },
  ],
  grants: [
    grant('deployer', ['U0ANN', 'U0ANN2', 'U0DAN']),
    grant('operator', ['U0DAN']),
    grant('commander', ['U0DAN']),
    grant('approver', ['U0ANN', 'U0ANN2', 'U0BOB', 'U0BOB2', 'S0APPROVERS']),
  ],
  people: [
    { name: 'ann', accounts: ['U0ANN', 'U0ANN2', 'github:ann'] },
    { name: 'bob', accounts: ['U0BOB', 'U0BOB2'] },
    { name: 'cat', accounts: ['U0CAT'] },
    { name: 'dan', accounts: ['U0DAN'] },
  ],
  groups: [{ name: 'release-crew', people: ['S0CREW'] }],
  emergency: { channels: [], reviewWithinMs: 72 * 3_600_000 },
};

export const noSource: Source = {
  kind: 'fake',
  resolve: async (name) => ({ name, commit: null }),
  names: async () => [],
  compare: async () => {
    throw new Failed({ code: 'not-found', message: 'it knows nothing', retryAfterMs: null });
  },
  checks: async () => ({ state: 'unknown', failing: [], because: 'nothing is checked' }),
};

/** A desk with an engine behind it, over a store, a platform and a directory that a test holds in its hands. */
export function openOffice(
  more: { store?: Store; realTime?: boolean } & Partial<
    Pick<EngineParts, 'siteOf' | 'sourceOf' | 'flagsNamed'>
  > = {},
) {
  let nowMs = START_MS;
  const state = emptyState(() => nowMs);
  const store = more.store ?? storeOver(state);
  const clock = more.realTime === true ? realClock : virtualClock(() => nowMs);
  const ids = ['api/staging', 'api/production', 'web/staging', 'web/production'];
  const world = openFakeWorld(() => nowMs, ids);
  const accounts = new Map<string, Account>([['U0CAT', { kind: 'member', groups: ['S0APPROVERS'] }]]);
  const office = {
    catalog: catalogAtFirst,
    source: null as Partial<Source> | null,
    lookups: [] as string[],
  };
  let keys = 0;
  let random = 0;
  const actorOf = (id: string): Actor => {
    const account = accounts.get(id) ?? { kind: 'member', groups: [] };
    return { id, name: id, ...account };
  };
  const silent = () => undefined;
  const parts: EngineParts = {
    store,
    catalog: () => office.catalog,
    siteOf: more.siteOf ?? (({ id }) => world.siteOf(id)),
    sourceOf: more.sourceOf ?? (() => (office.source === null ? null : { ...noSource, ...office.source })),
    directory: {
      async look({ id }, how) {
        office.lookups.push(`${how} ${id}`);
        return actorOf(id);
      },
    },
    bell: { ring: silent },
    clock: { nowMs: clock.nowMs, sleep: clock.sleep },
    random: () => {
      random = (random + 0.618_033_988_75) % 1;
      return random;
    },
    probe: async () => null,
    metricNamed: platformMetric(),
    ...(more.flagsNamed === undefined ? {} : { flagsNamed: more.flagsNamed }),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    patience,
    stopping: new AbortController().signal,
    owner: 'office',
  };
  const engine = createEngine(parts);

  /** Stands at the desk as they were looked up a moment ago; every delivery has a key of its own. */
  function as(id: string, actor: Actor = actorOf(id), key = `key-${++keys}`): Desk {
    return engine.deskFor({ actor, channel: 'C1', key });
  }
  function pass(ms: number): void {
    nowMs += ms;
    clock.wake();
  }
  /** Lets time pass until it is done; what sleeps does not sleep for ever. */
  async function during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    for (let turn = 0; !isOver; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (more.realTime !== true && turn % 50 === 49) pass(200);
    }
    return work;
  }
  return {
    lookups: office.lookups,
    /** Read and written as one: what is assigned here is what everybody sees from then on. */
    get catalog() {
      return office.catalog;
    },
    set catalog(next: Catalog) {
      office.catalog = next;
    },
    get source() {
      return office.source;
    },
    set source(next: Partial<Source> | null) {
      office.source = next;
    },
    parts,
    engine,
    store,
    world,
    accounts,
    as,
    actorOf,
    pass,
    nowMs: () => nowMs,
    during,
    /** One visit of a worker; sleeps within it pass at once. */
    visit: (deploymentId: string) => during(engine.advance(deploymentId)),
    async deployment(deploymentId: string): Promise<Deployment> {
      return replay(await store.journal.read(deploymentId, 0));
    },
    async kinds(deploymentId: string): Promise<string[]> {
      return (await store.journal.read(deploymentId, 0)).map(({ event }) => event.kind);
    },
    /** Everything that the memory store knows but the record, which may well say that somebody was refused. */
    everything(): string {
      const { nowMs: _, ledger: __, ...rest } = state;
      return inspect({ ...rest, world: world.touched }, { depth: 20, maxArrayLength: 10_000, sorted: true });
    },
    order: (version: string, more: Partial<DeployOrder> = {}) => orderOf(version, more),
    /** Asks for production, sees the plan, and asks again with its hash: what waits for approval. */
    async request(version = 'v2', who = 'U0ANN', more: Partial<DeployOrder> = {}): Promise<string> {
      const shown = await as(who).deploy(orderOf(version, more));
      const plan = planIn(shown);
      return begunBy(await as(who).deploy(orderOf(version, { ...more, plan })));
    },
    /** Says yes to the plan as it is now. */
    async approve(deploymentId: string, who = 'U0BOB'): Promise<Reply> {
      const plan = planIn(await as(who).approve({ ...nothing, deployment: deploymentId }));
      return as(who).approve({ ...nothing, deployment: deploymentId, plan });
    },
  };
}

export type Office = ReturnType<typeof openOffice>;

export const nothing = { deployment: null, plan: null, comment: null, rejectBecause: null } as const;

function orderOf(version: string, more: Partial<DeployOrder>): DeployOrder {
  return {
    ...usual,
    as: { command: 'deploy-production', verb: null, isEnvironmentNamed: false, isStrategyFixed: false },
    service: 'api',
    environment: 'production',
    ref: version,
    strategy: null,
    ...more,
  };
}

/** The hash that the button of a shown plan carries. */
export function planIn(reply: Reply): string {
  const offered = (reply.offers ?? []).flatMap(({ text }) => /--plan (\S+)/.exec(text)?.[1] ?? []);
  const [plan] = offered;
  if (plan === undefined) throw new Error(`No plan was shown: ${said(reply)}`);
  return plan;
}

export function begunBy(reply: Reply): string {
  const [id] = isRefusal(reply) ? [] : (reply.deploymentIds ?? []);
  if (id === undefined) throw new Error(`Nothing was begun: ${said(reply)}`);
  return id;
}

/** What was answered, in words. */
export function said(reply: Reply): string {
  return isRefusal(reply) ? `${reply.code}: ${plain(reply.message)}` : reply.sentence;
}

const realClock = {
  nowMs: Date.now,
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
  wake: () => undefined,
};

function virtualClock(nowMs: () => number) {
  let sleepers: { untilMs: number; wake: () => void }[] = [];
  return {
    nowMs,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted === true) return resolve();
        const end = () => {
          signal?.removeEventListener('abort', end);
          resolve();
        };
        sleepers.push({ untilMs: nowMs() + ms, wake: end });
        signal?.addEventListener('abort', end);
      }),
    wake() {
      const due = sleepers.filter(({ untilMs }) => untilMs <= nowMs());
      sleepers = sleepers.filter(({ untilMs }) => untilMs > nowMs());
      for (const { wake } of due) wake();
    },
  };
}
