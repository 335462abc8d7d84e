import { Failed } from '../../src/core/failure.ts';
import type { Subject } from '../../src/gate/gate.ts';
import type { Site, StandingRelease } from '../../src/platform/platform.ts';
import type { Source } from '../../src/source/source.ts';
import { everything, plannedTarget } from './plans.ts';

export const COMMIT = '3f2c9d1a77aa00bb11cc22dd33ee44ff55667788';
export const BEFORE = 'b'.repeat(40);
export const NOW = Date.UTC(2026, 10, 20, 12);

export function failed(code: 'not-found' | 'unavailable', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}

/** A release that serves everything, healthily. */
export const serving: StandingRelease = {
  releaseId: 'r1',
  version: { name: 'v1', commit: BEFORE },
  health: 'healthy',
  trafficPercent: 100,
  url: null,
  intentId: null,
  say: 'serves',
};

/** A place as gates see it; what is not named here is not there. */
export function site(more: Partial<Site>): Site {
  const nothing: Partial<Site> = {
    look: async () => ({ atMs: NOW, frontDoor: null, releases: [] }),
    capabilities: async () => everything,
    measure: async () => null,
  };
  return { ...nothing, ...more } as Site;
}

/** A source as gates see it; what is not named here it cannot say. */
export function source(more: Partial<Source>): Source {
  const nothing: Partial<Source> = {
    kind: 'fake',
    resolve: async () => null,
    compare: async () => {
      throw failed('not-found', 'it knows neither of them');
    },
  };
  return { ...nothing, ...more } as Source;
}

/** A deployment of v2 over v1, in a world in which there is nothing else but what a test puts there. */
export function subject(more: Partial<Subject> = {}): Subject {
  const target = {
    ...plannedTarget('api'),
    version: { name: 'v2', commit: COMMIT },
    before: { releaseId: 'r1', version: { name: 'v1', commit: BEFORE } },
  };
  const nowhere = async () => {
    throw failed('not-found', 'there is nothing');
  };
  return {
    target,
    site: site({}),
    dependencies: [],
    probe: async () => null,
    source: null,
    deployedIn: async () => [],
    outside: () => ({ get: nowhere, send: nowhere }) as unknown as ReturnType<Subject['outside']>,
    isSecretThere: async () => false,
    reach: {
      file: nowhere,
      certificate: async () => null,
      records: async () => [],
      answer: async () => null,
    },
    nowMs: NOW,
    ...more,
  };
}

type Through = (call: () => Promise<unknown>) => Promise<unknown>;

/** The same world with every question to it going through somebody's hands. */
export function through(world: Subject, hands: Through): Subject {
  const wrap = <T extends object>(thing: T): T =>
    new Proxy(thing, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...asked: unknown[]) => hands(async () => value.apply(target, asked));
      },
    });
  const { probe, deployedIn, isSecretThere, outside } = world;
  return {
    ...world,
    site: wrap(world.site),
    source: world.source === null ? null : wrap(world.source),
    dependencies: world.dependencies.map((each) => ({
      ...each,
      site: each.site === null ? null : wrap(each.site),
    })),
    reach: wrap(world.reach),
    outside: (address, secret) => wrap(outside(address, secret)),
    probe: (url) => hands(() => probe(url)) as ReturnType<typeof probe>,
    deployedIn: (environment) => hands(() => deployedIn(environment)) as ReturnType<typeof deployedIn>,
    isSecretThere: (reference) => hands(() => isSecretThere(reference)) as ReturnType<typeof isSecretThere>,
  };
}
