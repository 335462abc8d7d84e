import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reply } from '../../src/core/answer.ts';
import type { Catalog } from '../../src/core/catalog.ts';
import { usual } from '../../src/core/desk.ts';
import type { Entry } from '../../src/core/event.ts';
import { Failed } from '../../src/core/failure.ts';
import { shortHash } from '../../src/core/plan-parts.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { patience } from '../../src/engine/patience.ts';
import type { Site, StandingRelease } from '../../src/platform/platform.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Store } from '../../src/store/store.ts';
import { member, openDirectory } from '../support/members.ts';
import { everything } from '../support/plans.ts';

const MINUTE_MS = 60_000;
const LATE_MS = 10 * MINUTE_MS;
const BEGIN_MS = Date.parse('2026-11-20T08:00Z');

function catalogOf(isProtected: boolean): Catalog {
  const target = {
    environment: 'staging',
    platform: 'memory',
    address: { service: 'web' },
    strategy: 'all-at-once',
    pace: { trafficPercents: [], observeMs: 1_000, releaseDeadlineMs: 60_000, keepMs: 60_000 },
    gates: [],
    criteria: null,
  };
  const rule = {
    requirements: [{ needed: 1, group: null }],
    expiresAfterMs: 3_600_000,
    isAuthorExcluded: false,
  };
  const all = { services: '*', environments: '*' } as const;
  return {
    version: 'c1',
    services: [{ name: 'web', summary: '', needs: [], source: null, targets: [target] }],
    environments: [{ name: 'staging', channel: 'C1', isProtected, approval: isProtected ? rule : null }],
    people: [],
    emergency: { channels: [], reviewWithinMs: 1 },
    groups: [],
    grants: [
      { role: 'deployer', people: ['U1', 'U2'], ...all },
      { role: 'approver', people: ['U2'], ...all },
    ],
  };
}

/** One place that does at once what it is told, and can be made not to answer. */
function openSite(): Site & { isDown: boolean } {
  let releases: StandingRelease[] = [release('r0', 'v0', 100, null)];
  const site: Partial<Site> & { isDown: boolean } = {
    isDown: false,
    capabilities: async () => everything,
    versions: async () =>
      ['v0', 'v1', 'v2', 'v3'].map((name) => ({ name, commit: null, note: null, createdAtMs: null })),
    async look() {
      if (site.isDown) throw new Failed({ code: 'unavailable', message: 'it is away', retryAfterMs: 1_000 });
      return { atMs: 0, frontDoor: null, releases };
    },
    async release(intent, version) {
      const releaseId = `r${releases.length}-${intent.deploymentId}`;
      releases = [...releases, release(releaseId, version.name, 0, intent.id)];
      return { releaseId };
    },
    async route(_intent, shares) {
      releases = releases.map((each) => ({
        ...each,
        trafficPercent: shares.find(({ releaseId }) => releaseId === each.releaseId)?.trafficPercent ?? 0,
      }));
    },
    async retire(_intent, releaseId) {
      releases = releases.filter((each) => each.releaseId !== releaseId);
    },
    find: async () => ({ kind: 'absent' }),
    measure: async () => null,
  };
  return site as Site & { isDown: boolean };
}

function release(releaseId: string, name: string, trafficPercent: number, intentId: string | null) {
  const health = 'healthy' as const;
  return { releaseId, version: { name, commit: null }, trafficPercent, health, say: '', url: null, intentId };
}

class Crash extends Error {}

/** Calls of the journal until the process dies, before or after it has written. */
type Fuse = { left: number; isAfter: boolean };

function fused(store: Store, fuse: Fuse): Store {
  const dying =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      fuse.left -= 1;
      if (fuse.left === 0 && !fuse.isAfter) throw new Crash();
      const result = await call(...args);
      if (fuse.left === 0) throw new Crash();
      return result;
    };
  const { journal } = store;
  // Nobody who is dead gives anything back.
  const unlessDead: Store['journal']['release'] = async (...args) =>
    fuse.left <= 0 && fuse.left > -1_000_000 ? Promise.reject(new Crash()) : journal.release(...args);
  return {
    ...store,
    journal: {
      ...journal,
      append: dying(journal.append),
      start: dying(journal.start),
      read: dying(journal.read),
      release: unlessDead,
    },
  };
}

type World = {
  readonly id: string;
  readonly store: Store;
  readonly site: Site & { isDown: boolean };
  nowMs: number;
  readonly engine: (fuse: Fuse | null) => Engine;
  readonly desk: (who: string) => ReturnType<Engine['deskFor']>;
};

async function openWorld(isProtected: boolean, inMinutes: number): Promise<World> {
  const at = { nowMs: BEGIN_MS };
  const store = memoryStore({ nowMs: () => at.nowMs });
  const site = openSite();
  const silent = () => undefined;
  let keys = 0;
  let owners = 0;
  const catalog = catalogOf(isProtected);
  const engine = (fuse: Fuse | null) =>
    createEngine({
      store: fuse === null ? store : fused(store, fuse),
      catalog: () => catalog,
      siteOf: () => site,
      sourceOf: () => null,
      directory: openDirectory,
      bell: { ring: silent },
      clock: {
        nowMs: () => at.nowMs,
        // Short naps let time pass; whoever would sleep for long is woken by the end of what they sleep beside.
        sleep: (ms, signal) => {
          if (ms <= patience.napMs) at.nowMs += ms;
          return ms <= patience.napMs ? Promise.resolve() : until(signal);
        },
      },
      random: Math.random,
      probe: async () => null,
      log: { debug: silent, info: silent, warn: silent, error: silent },
      patience,
      stopping: new AbortController().signal,
      owner: `o${owners++}`,
    });
  const desk = (who: string) =>
    engine(null).deskFor({ actor: member(who), channel: null, key: `k${keys++}` });
  const id = await begins(desk, 'v1', `in ${inMinutes}m`);
  return {
    id,
    store,
    site,
    get nowMs() {
      return at.nowMs;
    },
    set nowMs(next) {
      at.nowMs = next;
    },
    engine,
    desk,
  };
}

function until(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve());
  });
}

const { atMs: _atMs, zone: _zone, ...immediate } = usual;
const order = {
  ...immediate,
  as: { command: 'deploy-schedule', verb: null, isEnvironmentNamed: true, isStrategyFixed: false },
  service: 'web',
  environment: 'staging',
};

/** Looks at the plan and presses the button. */
async function begins(desk: World['desk'], ref: string, words: string): Promise<string> {
  const shown = await desk('U1').schedule({ ...order, ref, when: { words, zone: null } });
  const text = isRefusal(shown) ? '' : (shown.offers?.[0]?.text ?? '');
  const [, at = ''] = /--at (\S+)/.exec(text) ?? [];
  const [, plan = ''] = /--plan (\S+)/.exec(text) ?? [];
  const when = { words: at, zone: null };
  const begun = await desk('U1').schedule({ ...order, ref, plan, when });
  const [id] = isRefusal(begun) ? [] : (begun.deploymentIds ?? []);
  if (id === undefined) throw new Error(`It was not scheduled: ${JSON.stringify([shown, begun])}`);
  return id;
}

type Act =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'visit' }
  | { readonly kind: 'crash'; readonly left: number; readonly isAfter: boolean }
  | { readonly kind: 'move'; readonly minutes: number }
  | { readonly kind: 'start' | 'cancel' | 'approve' | 'newer' | 'platform' };

async function doIt(world: World, act: Act): Promise<Reply | null> {
  const { id, desk, store } = world;
  switch (act.kind) {
    case 'pass':
      world.nowMs += act.seconds * 1_000;
      return null;
    case 'visit':
      await world.engine(null).advance(id);
      return null;
    case 'crash':
      await world
        .engine({ left: act.left, isAfter: act.isAfter })
        .advance(id)
        .catch(() => undefined);
      return null;
    case 'move':
      return desk('U1').move(id, { words: `in ${act.minutes}m`, zone: null });
    case 'start':
      return desk('U1').startMissed(id, null);
    case 'cancel':
      return desk('U1').cancel(id, null);
    case 'approve': {
      const report = await world.engine(null).reportFor(id);
      const plan = shortHash(report?.planHash ?? '');
      return desk('U2').approve({ deployment: id, plan, comment: null, rejectBecause: null });
    }
    case 'platform':
      world.site.isDown = !world.site.isDown;
      return null;
    case 'newer':
      return newer(world, store);
  }
}

/** Somebody else's deployment to the same place that ends well, told to the journal as if it had been carried out. */
async function newer(world: World, store: Store): Promise<null> {
  const [first] = await store.journal.read(world.id, 0);
  if (first?.event.kind !== 'planned') return null;
  const other = `d-other${Math.floor(world.nowMs / 1_000) % 1_000}`;
  const target = { id: 'web/staging', service: 'web', version: 'v2' };
  const event = { ...first.event, waits: undefined };
  const begun = await store.journal.begin({
    deploymentId: other,
    orderKey: other,
    environment: 'staging',
    requestedBy: 'U2',
    targets: [target],
    event,
    notices: [],
  });
  if (begun.kind !== 'begun') return null;
  const claim = await store.journal.claim(other, 'elsewhere', 60_000);
  if (claim === null) throw new Error('it has just begun');
  await store.journal.append(claim, 1, {
    events: [{ kind: 'finished', outcome: 'deployed', because: '' }],
    notices: [],
    end: { outcome: 'deployed', report: { markdown: '', json: '{}' }, believed: [] },
  });
  return null;
}

const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 1_200 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      seconds: fc.integer({ min: 1, max: 20_000 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('visit' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      left: fc.integer({ min: 1, max: 12 }),
      isAfter: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('move' as const), minutes: fc.integer({ min: 1, max: 300 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('start' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('approve' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'newer' as const, 'platform' as const) }),
  },
);

/** Judges what was written, by what a person would say who reads it, and not by what the program reckons with. */
function judge(entries: readonly Entry[], newerAtMs: readonly number[], isProtected: boolean): boolean {
  const starts = entries.filter(({ event }) => event.kind === 'started');
  expect(starts.length, 'started at most once').toBeLessThanOrEqual(1);
  const [start] = starts;
  if (start === undefined) return false;
  const before = entries.filter(({ seq }) => seq < start.seq);
  const timed = before.findLast(({ event }) => event.kind === 'moved' || event.kind === 'planned');
  const untilMs =
    timed?.event.kind === 'moved'
      ? timed.event.untilMs
      : timed?.event.kind === 'planned'
        ? (timed.event.waits?.untilMs ?? 0)
        : 0;
  expect(start.atMs, 'never before its time').toBeGreaterThanOrEqual(untilMs);
  const words = before.filter(({ event, seq }) => event.kind === 'go-on-asked' && seq > (timed?.seq ?? 0));
  if (start.atMs - untilMs > LATE_MS + 2 * MINUTE_MS) {
    expect(
      words.filter(({ atMs }) => atMs >= untilMs).length,
      'late only by somebody’s word',
    ).toBeGreaterThan(0);
  }
  const news = newerAtMs.filter((atMs) => atMs < start.atMs).at(-1);
  if (news !== undefined) {
    const said = before.filter(
      ({ event, atMs }) => (event.kind === 'go-on-asked' || event.kind === 'moved') && atMs >= news,
    );
    expect(said.length, 'not on top of something newer without a word').toBeGreaterThan(0);
  }
  const asked = before.findLast(({ event }) => ['moved', 'planned', 'replanned'].includes(event.kind));
  const yes = before.filter(({ event, seq }) => event.kind === 'approved' && seq > (asked?.seq ?? 0));
  if (isProtected) expect(yes.length, 'approved for this time and this plan').toBeGreaterThan(0);
  return true;
}

/** More where there is time: SCHEDULE_RUNS=20000. */
const RUNS = Number(process.env['SCHEDULE_RUNS'] ?? 1_500);

test('however late, often or badly it is visited, it starts at most once, never early, and never late without a word', async () => {
  const seen = { started: 0, missed: 0, newer: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.integer({ min: 1, max: 120 }),
      fc.array(acts, { minLength: 5, maxLength: 40 }),
      async (isProtected, inMinutes, story) => {
        const world = await openWorld(isProtected, inMinutes);
        for (const act of story) {
          if (act.kind === 'visit') await doIt(world, { kind: 'pass', seconds: 1 });
          await doIt(world, act);
        }
        const entries = await world.store.journal.read(world.id, 0);
        const ended = await world.store.journal.list({
          service: 'web',
          environment: null,
          isActive: false,
          limit: 50,
        });
        const newerAtMs = ended
          .filter(({ deploymentId }) => deploymentId !== world.id)
          .map(({ endedAtMs }) => endedAtMs ?? 0)
          .toSorted((a, b) => a - b);
        if (judge(entries as Entry[], newerAtMs, isProtected)) seen.started += 1;
        if (entries.some(({ event }) => event.kind === 'missed')) seen.missed += 1;
        if (newerAtMs.length > 0) seen.newer += 1;
        expect(await world.engine(null).reportFor(world.id)).not.toBeNull();
      },
    ),
    { numRuns: RUNS },
  );
  // Otherwise nothing was shown.
  expect(seen.started).toBeGreaterThan(RUNS / 20);
  expect(seen.missed).toBeGreaterThan(RUNS / 20);
  expect(seen.newer).toBeGreaterThan(RUNS / 50);
}, 600_000);
