import type { Baseline, CountersAt } from '../../core/event.ts';
import { Failed } from '../../core/failure.ts';
import { judge } from '../../core/judge.ts';
import { between, hasBegunAnew } from '../../core/measure.ts';
import type { Numbers } from '../../core/numbers.ts';
import { hurriedBy } from '../../core/people.ts';
import type { Step } from '../../core/plan.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Counters } from '../../platform/platform.ts';
import { tellAfter, watchAfter } from '../patience.ts';
import { newReleaseId, oldReleaseId } from '../writing.ts';
import { done, elapsedMs, type Performed, type Scene, wait } from './scene.ts';

type Watching = Scene<Extract<Step, { kind: 'observe' }>>;

/**
 * Watches the new version beside the old one. What is judged is the difference to what was counted when watching
 * began, which stands in the journal, so that a restart of ours loses no evidence. Where the counters themselves began
 * anew, because what counts was started again, so does the difference. Unknown at the deadline goes the safe way.
 */
export async function observe(scene: Watching): Promise<Performed> {
  const { step, hold } = scene;
  const deployment = hold.now();
  const [after, before] = await Promise.all([
    count(scene, newReleaseId(deployment, step.target)),
    count(scene, oldReleaseId(deployment, step.target)),
  ]);
  const { baseline } = scene.state();
  if (baseline?.after == null || isCountedAnew(baseline.after, after)) {
    const mark = { after: asStored(after), before: asStored(before) };
    if (mark.after !== null || baseline === null) {
      await hold.writeFact({ kind: 'marked', step: step.id, baseline: mark });
    }
  }
  await refuseIll(scene);
  const numbers = difference(baseline, 'after', after);
  const numbersBefore = difference(baseline, 'before', before);
  const verdict = judge(numbers, step.criteria, elapsedMs(scene) >= step.durationMs);
  return conclude(scene, verdict, numbers, numbersBefore);
}

async function conclude(
  scene: Watching,
  verdict: Verdict,
  numbers: Numbers | null,
  numbersBefore: Numbers | null,
): Promise<Performed> {
  const { step, hold, target } = scene;
  if (verdict.kind === 'pass') return done({ verdict, numbers, numbersBefore });
  const hurrying = hurriedBy(hold.now().people, step.id);
  if (hurrying !== null && verdict.kind === 'unknown') {
    return done({ verdict: { kind: 'unknown', because: notToTheEnd(verdict) }, numbers, numbersBefore });
  }
  const goesOn = verdict.kind === 'unknown' && elapsedMs(scene) <= step.deadlineMs;
  if (!goesOn || isToBeTold(scene)) {
    await hold.writeFact({ kind: 'progressed', step: step.id, say: verdict.because, numbers, numbersBefore });
  }
  if (goesOn) return wait(watchAfter(step.durationMs));
  const because =
    verdict.kind === 'fail' ? verdict.because : `not known to be good in time: ${verdict.because}`;
  throw new Failed({
    code: 'gate-closed',
    message: `${target.service} ${target.version.name}: ${because}`,
    retryAfterMs: null,
  });
}

/** A person may go on without an answer, but never against a bad one. */
function notToTheEnd({ because }: Verdict): string {
  return `not watched to its end, because a person went on: ${because}`;
}

function isToBeTold({ state, step, nowMs }: Watching): boolean {
  const { progressedAtMs, startedAtMs } = state();
  return nowMs() - (progressedAtMs ?? startedAtMs ?? nowMs()) >= tellAfter(step.durationMs);
}

/** A version that has stopped answering its health check needs no statistics. */
async function refuseIll({ site, hold, step, target }: Watching): Promise<void> {
  const releaseId = newReleaseId(hold.now(), step.target);
  const release = await site
    .look()
    .then(({ releases }) => releases.find((each) => each.releaseId === releaseId), quiet);
  if (release?.health !== 'gone' && release?.health !== 'unhealthy') return;
  throw new Failed({
    code: 'unhealthy',
    message: `${target.service} ${target.version.name} is ${release.health} under traffic: ${release.say}`,
    retryAfterMs: null,
  });
}

/** Null where it could not be read: that is missing, not zero, and the deadline decides how long it may be missing. */
async function count({ site }: Watching, releaseId: string | null): Promise<Counters | null> {
  return releaseId === null ? null : site.measure(releaseId).catch(quiet);
}

function quiet(error: unknown): null {
  if (error instanceof Failed) return null;
  throw error;
}

function difference(baseline: Baseline | null, which: keyof Baseline, now: Counters | null): Numbers | null {
  const from = baseline?.[which] ?? null;
  const to = asStored(now);
  if (from === null || to === null || now === null) return null;
  return between(from, to, { cpuPercent: now.cpuPercent, memoryMb: now.memoryMb });
}

function isCountedAnew(from: CountersAt, now: Counters | null): boolean {
  const to = asStored(now);
  return to !== null && hasBegunAnew(from, to);
}

function asStored(counters: Counters | null): CountersAt | null {
  if (counters === null) return null;
  const { atMs, requests, errors, latencyBuckets } = counters;
  const finite = latencyBuckets.map(({ upToMs, count }) => ({
    upToMs: Number.isFinite(upToMs) ? upToMs : null,
    count,
  }));
  return { atMs, requests, errors, latencyBuckets: finite };
}
