import { beforeEach, expect, test } from 'vitest';
import { openDirectory } from '../../test/support/members.ts';
import type { Catalog } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import type { Counters, Site, StandingRelease } from '../platform/platform.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Sample } from '../store/sample.ts';
import type { Store } from '../store/store.ts';
import type { EngineParts } from './parts.ts';
import { patience } from './patience.ts';
import { openSampler, type Sampler } from './sampler.ts';

const EVERY_MS = patience.sampleEveryMs;
const target = {
  environment: 'staging',
  platform: 'memory',
  address: {},
  strategy: 'rolling',
  pace: { trafficPercents: [], observeMs: 1_000, releaseDeadlineMs: 60_000, keepMs: 60_000 },
  gates: [],
  criteria: null,
};
const catalog: Catalog = {
  version: 'c1',
  services: [{ name: 'web', summary: '', needs: [], source: null, targets: [target] }],
  environments: [{ name: 'staging', channel: 'C1', isProtected: false, approval: null }],
  people: [],
  emergency: { channels: [], reviewWithinMs: 259_200_000 },
  groups: [],
  grants: [],
};

type Release = { share: number; requests: number; errors: number; fast: number; memoryMb: number | null };
let nowMs: number;
let store: Store;
let releases: Record<string, Release>;
let isAsleep: boolean;
let sampler: Sampler;

beforeEach(() => {
  nowMs = 1_800_000_000_000;
  store = memoryStore({ nowMs: () => nowMs });
  releases = { r1: { share: 100, requests: 0, errors: 0, fast: 0, memoryMb: 20 } };
  isAsleep = false;
  sampler = samplerOf('this');
});

function counters({ requests, errors, fast, memoryMb }: Release): Counters {
  const latencyBuckets = [
    { upToMs: 10, count: fast },
    { upToMs: Number.POSITIVE_INFINITY, count: requests },
  ];
  return { atMs: nowMs, requests, errors, latencyBuckets, cpuPercent: null, memoryMb };
}

function samplerOf(owner: string): Sampler {
  const site: Partial<Site> = {
    async look() {
      if (isAsleep) throw new Failed({ code: 'unavailable', message: 'asleep', retryAfterMs: null });
      const standing = Object.entries(releases).map(
        ([releaseId, { share }]): StandingRelease => ({
          releaseId,
          version: { name: releaseId, commit: null },
          trafficPercent: share,
          health: 'healthy',
          say: '',
          url: null,
          intentId: null,
        }),
      );
      return { atMs: nowMs, frontDoor: null, releases: standing };
    },
    measure: async (releaseId) => {
      const release = releases[releaseId];
      return release === undefined || Number.isNaN(release.requests) ? null : counters(release);
    },
  };
  const silent = () => undefined;
  const parts: EngineParts = {
    store,
    catalog: () => catalog,
    siteOf: () => site as Site,
    directory: openDirectory,
    sourceOf: () => null,
    bell: { ring: silent },
    clock: { nowMs: () => nowMs, sleep: async () => undefined },
    random: Math.random,
    probe: async () => null,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    patience,
    stopping: new AbortController().signal,
    owner,
  };
  return openSampler(parts);
}

function serve(releaseId: string, requests: number, errors = 0): void {
  const release = releases[releaseId] as Release;
  release.requests += requests;
  release.errors += errors;
  release.fast += requests;
}

async function round(by = sampler): Promise<void> {
  await by.round();
  nowMs += EVERY_MS;
}

const kept = (): Promise<readonly Sample[]> => store.samples.read('web/staging', 0, Number.MAX_VALUE);

test('the first reading is what later ones are measured from, and no sample', async () => {
  serve('r1', 500);
  await round();
  expect(await kept()).toEqual([]);
});

test('what was counted between two readings is kept, and zero is a number', async () => {
  await round();
  serve('r1', 40, 2);
  await round();
  await round();
  expect(await kept()).toEqual([
    {
      targetId: 'web/staging',
      fromMs: 1_800_000_000_000,
      toMs: 1_800_000_000_000 + EVERY_MS,
      measuredMs: EVERY_MS,
      requests: 40,
      errors: 2,
      latencyBuckets: [
        { upToMs: 10, count: 40 },
        { upToMs: null, count: 40 },
      ],
      memoryMb: 20,
    },
    expect.objectContaining({ requests: 0, errors: 0, latencyBuckets: [] }),
  ]);
});

test('releases that share the traffic are one sample, with the memory of the largest', async () => {
  releases['r2'] = { share: 25, requests: 7, errors: 0, fast: 7, memoryMb: 31 };
  await round();
  serve('r1', 30);
  serve('r2', 10, 1);
  await round();
  expect(await kept()).toMatchObject([{ requests: 40, errors: 1, memoryMb: 31 }]);
});

test('a release that has lost its traffic meanwhile is still counted, and its memory is not', async () => {
  releases['r2'] = { share: 0, requests: 0, errors: 0, fast: 0, memoryMb: 10 };
  await round();
  serve('r1', 30);
  serve('r2', 10);
  releases = {
    r1: { ...(releases['r1'] as Release), share: 0 },
    r2: { ...(releases['r2'] as Release), share: 100 },
  };
  await round();
  expect(await kept()).toMatchObject([{ requests: 40, memoryMb: 10 }]);
});

test('a release that serves and was not there before leaves a gap instead of a part of the truth', async () => {
  await round();
  serve('r1', 30);
  releases['r2'] = { share: 50, requests: 9, errors: 0, fast: 9, memoryMb: 20 };
  await round();
  expect(await kept()).toEqual([]);
  serve('r2', 5);
  await round();
  expect(await kept()).toMatchObject([{ requests: 5 }]);
});

test('counters that began anew, or are not known, leave a gap', async () => {
  serve('r1', 100);
  await round();
  releases['r1'] = { share: 100, requests: 3, errors: 0, fast: 3, memoryMb: null };
  await round();
  expect(await kept()).toEqual([]);
  (releases['r1'] as Release).requests = Number.NaN;
  await round();
  expect(await kept()).toEqual([]);
});

test('one reading that failed loses nothing, and a long silence is a gap', async () => {
  await round();
  serve('r1', 10);
  isAsleep = true;
  await round();
  isAsleep = false;
  await round();
  expect(await kept()).toMatchObject([{ requests: 10, measuredMs: 2 * EVERY_MS }]);
  isAsleep = true;
  for (let times = 0; times < 4; times++) await round();
  isAsleep = false;
  serve('r1', 99);
  await round();
  expect(await kept()).toHaveLength(1);
});

test('where nothing serves there is nothing to keep', async () => {
  (releases['r1'] as Release).share = 0;
  await round();
  serve('r1', 5);
  await round();
  expect(await kept()).toEqual([]);
});

test('one process at a time samples, and the next one begins with a reading of its own', async () => {
  const other = samplerOf('other');
  await round();
  serve('r1', 10);
  await round(other);
  await round();
  expect(await kept()).toMatchObject([{ requests: 10 }]);
  nowMs += 10 * EVERY_MS;
  await round(other);
  serve('r1', 20);
  await round();
  expect(await kept()).toHaveLength(1);
  await round(other);
  expect(await kept()).toMatchObject([{ requests: 10 }, { requests: 20 }]);
});

test('old samples become coarser and are forgotten in the end', async () => {
  await round();
  await round();
  await round();
  expect(await kept()).toHaveLength(2);
  nowMs += patience.samplesFineMs + 30 * 60_000;
  await round();
  expect(await kept()).toHaveLength(1);
  nowMs += patience.samplesKeptMs;
  await round();
  expect(await kept()).toHaveLength(0);
});
