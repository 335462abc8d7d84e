import type { CountersAt } from '../core/event.ts';
import { Failed } from '../core/failure.ts';
import { type Counted, countedBetween, sumOfBuckets } from '../core/measure.ts';
import { targetId } from '../core/names.ts';
import type { Standing } from '../platform/platform.ts';
import type { Sample } from '../store/sample.ts';
import { storedCounters } from './counters.ts';
import type { Address, EngineParts } from './parts.ts';

/**
 * Reads the counters of everything that is configured from time to time and keeps what was counted in between, for
 * charts. One process at a time does it, because a difference needs both readings. Nothing waits for it, and nothing is
 * decided by what it keeps.
 */
export type Sampler = {
  /** One reading of every target now. */
  round(): Promise<void>;
  /** Rounds until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
};

/** So many targets are asked at once: each of them is two calls or more to a platform. */
const AT_ONCE = 10;
/** A difference over more than this many rounds would spread what happened over time in which nothing was known. */
const ROUNDS_MAX = 3;
const SLOT_MS = 15 * 60_000;
const TIDY_EVERY_MS = 15 * 60_000;

/** What was read of one target: the counters of each of its releases. */
type Reading = { readonly atMs: number; readonly counters: ReadonlyMap<string, CountersAt> };

export function openSampler(parts: EngineParts): Sampler {
  const { store, clock, log, patience, owner } = parts;
  let before = new Map<string, Reading>();
  let tidiedAtMs = Number.NEGATIVE_INFINITY;

  async function round(): Promise<void> {
    if (!(await store.duties.hold('sample', owner, ROUNDS_MAX * patience.sampleEveryMs))) {
      // Whoever has it now reads its own first counters; ours are old by the time that it comes back.
      before = new Map();
      return;
    }
    const nowMs = await store.nowMs();
    const samples: Sample[] = [];
    const targets = targetsOf(parts);
    for (let at = 0; at < targets.length; at += AT_ONCE) {
      const asked = targets.slice(at, at + AT_ONCE).map((target) => sampleOne(target, nowMs));
      samples.push(...(await Promise.all(asked)).filter((sample) => sample !== null));
    }
    await store.samples.keep(samples);
    if (nowMs - tidiedAtMs < TIDY_EVERY_MS) return;
    tidiedAtMs = nowMs;
    const endOfFine = nowMs - patience.samplesFineMs;
    await store.samples.coarsen(endOfFine - (endOfFine % SLOT_MS), SLOT_MS);
    await store.samples.forget(nowMs - patience.samplesKeptMs);
  }

  async function sampleOne(target: Address, nowMs: number): Promise<Sample | null> {
    const previous = before.get(target.id);
    const read = await readTarget(parts, target);
    // What could not be read is read the next time, over a longer stretch; what stayed away for long is a gap.
    if (read === null) return null;
    before.set(target.id, { atMs: nowMs, counters: read.counters });
    if (previous === undefined || nowMs - previous.atMs > ROUNDS_MAX * patience.sampleEveryMs) return null;
    return sampleBetween(target.id, previous, { ...read, atMs: nowMs });
  }

  return {
    round,
    async run(signal) {
      while (!signal.aborted) {
        await round().catch((error: unknown) => log.warn({ error: String(error) }, 'nothing was sampled'));
        await clock.sleep(patience.sampleEveryMs, signal);
      }
    },
  };
}

function targetsOf({ catalog }: EngineParts): Address[] {
  return catalog().services.flatMap(({ name, targets }) =>
    targets.map((target) => ({ ...target, id: targetId(name, target.environment) })),
  );
}

type Read = {
  readonly counters: ReadonlyMap<string, CountersAt>;
  readonly memoryMb: ReadonlyMap<string, number>;
  readonly serving: readonly string[];
};

/** Null when the platform cannot be read now. */
async function readTarget({ siteOf, log }: EngineParts, target: Address): Promise<Read | null> {
  try {
    const site = siteOf(target);
    const { releases } = await site.look();
    const asked = releases.filter(({ health }) => health !== 'gone').map(({ releaseId }) => releaseId);
    const measured = await Promise.all(
      asked.map(async (releaseId) => ({ releaseId, counters: await site.measure(releaseId) })),
    );
    const known = measured.flatMap(({ releaseId, counters }) =>
      counters === null ? [] : [{ releaseId, counters }],
    );
    return {
      counters: new Map(known.map(({ releaseId, counters }) => [releaseId, storedCounters(counters)])),
      memoryMb: new Map(
        known.flatMap(({ releaseId, counters }) =>
          counters.memoryMb === null ? [] : [[releaseId, counters.memoryMb] as const],
        ),
      ),
      serving: servingIn(releases),
    };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    log.debug({ target: target.id, because: error.message }, 'could not be sampled');
    return null;
  }
}

function servingIn(releases: Standing['releases']): string[] {
  return releases.filter(({ trafficPercent }) => trafficPercent > 0).map(({ releaseId }) => releaseId);
}

/**
 * What all releases did between two readings, those included that have lost their traffic meanwhile. Null when one that
 * serves was not there before, or began to count anew: a part of it would look like all of it.
 */
function sampleBetween(id: string, from: Reading, to: Read & Reading): Sample | null {
  const counted = new Map<string, Counted>();
  for (const [releaseId, counters] of to.counters) {
    const earlier = from.counters.get(releaseId);
    const difference = earlier === undefined ? null : countedBetween(earlier, counters);
    if (difference !== null) counted.set(releaseId, difference);
  }
  if (to.serving.length === 0 || to.serving.some((releaseId) => !counted.has(releaseId))) return null;
  const all = [...counted.values()];
  const memories = to.serving.flatMap((releaseId) => to.memoryMb.get(releaseId) ?? []);
  return {
    targetId: id,
    fromMs: from.atMs,
    toMs: to.atMs,
    measuredMs: to.atMs - from.atMs,
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    errors: all.reduce((sum, { errors }) => sum + errors, 0),
    latencyBuckets: sumOfBuckets(
      all.filter(({ requests }) => requests > 0).map(({ latencyBuckets }) => latencyBuckets),
    ),
    memoryMb: memories.length === 0 ? null : Math.max(...memories),
  };
}
