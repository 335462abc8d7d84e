import type { Stretch } from '../../src/core/analysis/look.ts';
import type { Arm, Asked, MetricSource, Reading } from '../../src/metric/metric.ts';
import { EPOCH_MS } from './database.ts';
import { isWithin } from './faults.ts';
import type { Ground } from './ground.ts';
import type { Node } from './node.ts';
import type { Mood, Watching } from './watching.ts';
import type { World } from './world.ts';

/** As the database's clock began; it goes as the world does. */
const SOURCE_EPOCH_MS = EPOCH_MS + 7_000;
const WINDOW_MS = 1_000;
/** What is newer is not known yet. */
const LATE_MS = 400;

/** The sources of numbers of one watched service, as one process sees them. */
export function sourceFrom(world: World, node: Node, name: string): MetricSource | null {
  if (name === 'told') return { name, kind: 'told', verdict: (asked) => told(world, node, asked) };
  if (name !== 'counted') return null;
  return {
    name,
    kind: 'counted',
    read: (asked, cursor) => read(world, node, asked, cursor === null ? null : Number(cursor)),
  };
}

function crossing<T>({ random }: World, node: Node, label: string, act: () => T): Promise<T> {
  const [thereMs, backMs] = [random.between(2, 30), random.between(2, 30)];
  return node.cross({ label, isWork: true, thereMs, backMs, lost: null, act });
}

function watchingOf({ watchings }: World, { service }: Asked): Watching {
  const watching = watchings.get(service);
  if (watching === undefined) throw new Error(`${service} is not watched`);
  return watching;
}

function groundOf({ platform }: World, { service, environment }: Asked): Ground {
  return platform.ground(`${service}/${environment}`);
}

async function told(world: World, node: Node, asked: Asked) {
  const { Failed } = world.production;
  const mood = await crossing(world, node, `told ${asked.service}`, () => moodOf(world, asked));
  if (mood === 'silent')
    throw new Failed({ code: 'unavailable', message: 'it does not answer', retryAfterMs: null });
  return { kind: mood, because: `it says ${mood}` } as const;
}

function moodOf(world: World, asked: Asked): Mood {
  const nowMs = world.scheduler.nowMs();
  const sinceMs = groundOf(world, asked)
    .standing(nowMs)
    .find(({ releaseId }) => releaseId === asked.canary.releaseId)?.firstTrafficAtMs;
  const ageMs = nowMs - (sinceMs ?? nowMs);
  return watchingOf(world, asked).moods.findLast(({ fromMs }) => fromMs <= ageMs)?.mood ?? 'unknown';
}

async function read(world: World, node: Node, asked: Asked, sinceMs: number | null) {
  const { Failed } = world.production;
  const readings = await crossing(world, node, `counted ${asked.service}`, () => {
    if (isWithin(watchingOf(world, asked).silences, world.scheduler.nowMs())) return null;
    const nowMs = SOURCE_EPOCH_MS + world.scheduler.nowMs() - LATE_MS;
    const untilMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS;
    const ground = groundOf(world, asked);
    ground.standing(world.scheduler.nowMs());
    const stretches = stretchesOf(ground, asked, sinceMs ?? untilMs, untilMs);
    return { cursor: untilMs, stretches, gaps: [] };
  });
  if (readings === null)
    throw new Failed({ code: 'unavailable', message: 'it does not answer', retryAfterMs: null });
  return readings;
}

/** Second by second. What happened in one of them is always told in the same way. */
export function stretchesOf(
  ground: Ground,
  { canary, stable }: Pick<Asked, 'canary' | 'stable'>,
  sinceMs: number,
  untilMs: number,
): Reading[] {
  const readings: Reading[] = [];
  for (let atMs = sinceMs + WINDOW_MS; atMs <= untilMs; atMs += WINDOW_MS) {
    readings.push({
      atMs,
      durationMs: WINDOW_MS,
      latencyLimitsMs: [50],
      canary: stretchOf(ground, canary, atMs),
      stable: stable === null ? null : stretchOf(ground, stable, atMs),
    });
  }
  return readings;
}

function stretchOf(ground: Ground, { releaseId }: Arm, atMs: number): Stretch {
  const from = ground.countedAt(releaseId, atMs - WINDOW_MS - SOURCE_EPOCH_MS);
  const to = ground.countedAt(releaseId, atMs - SOURCE_EPOCH_MS);
  const requests = to.requests - from.requests;
  return {
    requests,
    errors: Math.min(requests, to.errors - from.errors),
    latency: [requests, 0],
    latencyP95Ms: null,
    cpuPercent: null,
    memoryPercent: null,
    restarts: null,
    business: {},
    pods: 1,
  };
}
