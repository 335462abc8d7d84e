import type { Capabilities } from '../../../src/core/capability.ts';
import { Failed } from '../../../src/core/failure.ts';
import type { KnownVersion, Site } from '../../../src/platform/platform.ts';
import { everything } from '../plans.ts';

/** One platform that takes everything at once, and remembers every call that changed something. */
export type FakeWorld = {
  /** `release api/production v2`, in the order in which they came. */
  readonly touched: string[];
  readonly versions: KnownVersion[];
  /** Why nothing can be asked of it; null: it answers. */
  down: string | null;
  readonly places: Map<string, Running[]>;
  /** Where a place can do other things than everything. */
  readonly abilities: Map<string, Partial<Capabilities>>;
  /** What a place can besides: settings, previews. */
  readonly extras: Map<string, Partial<Site>>;
  /** Why a place takes nothing new. */
  readonly refuses: Map<string, string>;
  /** What has happened there all the same when it refuses. */
  readonly onRefusal: Map<string, () => void>;
  siteOf(id: string): Site;
};

export type Running = {
  releaseId: string;
  name: string;
  commit: string | null;
  trafficPercent: number;
  intentId: string | null;
};

export const commitOf = (name: string) => name.charCodeAt(1).toString(16).padStart(2, '0').repeat(20);

export function known(name: string, commit: string | null = commitOf(name)): KnownVersion {
  return { name, commit, note: null, createdAtMs: null };
}

/** Every place runs v1 at first. */
export function openFakeWorld(nowMs: () => number, ids: readonly string[]): FakeWorld {
  const v1 = (id: string): Running => ({
    releaseId: `r1.${id}`,
    name: 'v1',
    commit: commitOf('v1'),
    trafficPercent: 100,
    intentId: null,
  });
  const world: FakeWorld = {
    touched: [],
    versions: ['v4', 'v3', 'v2', 'v1'].map((name) => known(name)),
    down: null,
    places: new Map(ids.map((id) => [id, [v1(id)]])),
    abilities: new Map(),
    extras: new Map(),
    refuses: new Map(),
    onRefusal: new Map(),
    siteOf: (id) => ({ ...siteIn(world, id, nowMs), ...world.extras.get(id) }),
  };
  return world;
}

function siteIn(world: FakeWorld, id: string, nowMs: () => number): Site {
  const running = () => {
    if (world.down !== null)
      throw new Failed({ code: 'unavailable', message: world.down, retryAfterMs: null });
    return world.places.get(id) ?? [];
  };
  const touch = (what: string) =>
    void world.touched.push(`${what.split(' ')[0]} ${id} ${what.split(' ')[1] ?? ''}`);
  const refuseHere = () => {
    const message = world.refuses.get(id);
    if (message !== undefined) world.onRefusal.get(id)?.();
    if (message !== undefined) throw new Failed({ code: 'rejected', message, retryAfterMs: null });
  };
  const takeOver = (name: string, intentId: string) => {
    const releaseId = `r-${name}-${world.touched.length}.${id}`;
    const commit = world.versions.find((version) => version.name === name)?.commit ?? null;
    world.places.set(id, [{ releaseId, name, commit, trafficPercent: 100, intentId }]);
    return releaseId;
  };
  return {
    async capabilities() {
      running();
      return { ...everything, ...world.abilities.get(id) };
    },
    async versions(limit) {
      running();
      return world.versions.slice(0, limit);
    },
    async look() {
      return {
        atMs: nowMs(),
        frontDoor: null,
        releases: running().map(({ name, commit, ...rest }) => ({
          ...rest,
          version: { name, commit },
          health: 'healthy' as const,
          say: '',
          url: null,
        })),
      };
    },
    async replace(intent, { name }) {
      refuseHere();
      touch(`replace ${name}`);
      return { releaseId: takeOver(name, intent.id) };
    },
    async restore(intent, { version }) {
      touch(`restore ${version.name}`);
      return { releaseId: takeOver(version.name, intent.id) };
    },
    async release(intent, { name, commit }) {
      refuseHere();
      touch(`release ${name}`);
      const releaseId = `r-${name}-${running().length}.${id}`;
      const now = world.versions.find((version) => version.name === name);
      running().push({
        releaseId,
        name,
        commit: now === undefined ? commit : now.commit,
        trafficPercent: 0,
        intentId: intent.id,
      });
      return { releaseId };
    },
    async route(_, shares) {
      touch(`route ${shares.map(({ trafficPercent }) => trafficPercent).join('/')}`);
      for (const release of running())
        release.trafficPercent =
          shares.find(({ releaseId }) => releaseId === release.releaseId)?.trafficPercent ?? 0;
    },
    async retire(_, releaseId) {
      touch('retire');
      world.places.set(
        id,
        running().filter((release) => release.releaseId !== releaseId),
      );
    },
    async find(intent) {
      const found = running().find(({ intentId }) => intentId === intent.id);
      return found === undefined ? { kind: 'absent' } : { kind: 'found', releaseId: found.releaseId };
    },
    async logs() {
      running();
      return [{ atMs: nowMs(), level: null, version: 'v1', text: `a line of ${id}` }];
    },
    async measure() {
      running();
      return {
        atMs: nowMs(),
        requests: nowMs(),
        errors: 0,
        latencyBuckets: [{ upToMs: Number.POSITIVE_INFINITY, count: nowMs() }],
        cpuPercent: null,
        memoryMb: null,
      };
    },
  };
}
