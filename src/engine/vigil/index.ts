import { nothingKnown } from '../../core/deployment.ts';
import { watchOfOld } from '../../core/draw-watch.ts';
import { Failed } from '../../core/failure.ts';
import type { Step } from '../../core/plan.ts';
import { type Standing, standing } from '../../core/standing.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { KeptVigil, Vigil, VigilSource } from '../../core/vigil.ts';
import type { Watch } from '../../core/watch.ts';
import type { Asked } from '../../metric/metric.ts';
import type { Site } from '../../platform/platform.ts';
import type { Hold } from '../hold.ts';
import type { EngineParts } from '../parts.ts';
import { lookOnKeptAfter } from '../patience.ts';
import { trafficSince } from '../perform/watch/hear.ts';
import { armsOf } from '../perform/watch/scene.ts';
import { numbersOf } from '../perform/watch/sums.ts';
import { newReleaseId } from '../writing.ts';
import { askSource } from './ask-source.ts';
import type { Told } from './compare.ts';

/**
 * Looks at every version that stands at its share while a person is waited for; answers after how long the next look is
 * due, null where nothing stands. What it sees is shown, and said aloud once it is clearly worse; nothing is decided.
 */
export async function keepVigil(parts: EngineParts, hold: Hold, nowMs: () => number): Promise<number | null> {
  const places = standing(hold.now());
  if (places.length === 0) return null;
  for (const place of places) await lookOn(parts, hold, place, nowMs);
  return parts.patience.lookOnEveryMs;
}

async function lookOn(parts: EngineParts, hold: Hold, place: Standing, nowMs: () => number): Promise<void> {
  const { target, sinceMs } = place;
  const known = hold.now().evidence.get(target.id) ?? nothingKnown;
  const before = known.vigil?.sinceMs === sinceMs ? known.vigil : null;
  // Bells may ring more often.
  if (before !== null && nowMs() - before.lookedAtMs < parts.patience.lookOnEveryMs / 2) return;
  const { vigil, worse } = await seen(parts, hold, place, before, nowMs());
  if (isToBeWritten(before, vigil, worse)) {
    const { direction } = hold.now();
    await hold.writeNext([{ kind: 'vigil', target: target.id, vigil, worse }], direction);
    return;
  }
  const kept: KeptVigil = { ...vigil, keptAtMs: before?.keptAtMs ?? 0, worse: before?.worse ?? null };
  hold.learn(target.id, { ...known, vigil: kept });
}

/** Seldom, and the more seldom the longer it is waited; what changes what people are told, soon. */
function isToBeWritten(before: KeptVigil | null, vigil: Vigil, worse: string | null): boolean {
  if (before === null || worse !== null) return true;
  const { sinceMs, lookedAtMs } = vigil;
  const isOther = before.health.kind !== vigil.health.kind || missingIn(before) !== missingIn(vigil);
  const afterMs = isOther ? lookOnKeptAfter(0) : lookOnKeptAfter(lookedAtMs - sinceMs);
  return lookedAtMs - before.keptAtMs >= afterMs;
}

function missingIn({ sources }: Vigil): string {
  return Object.keys(sources)
    .filter((from) => sources[from]?.missing !== null)
    .join();
}

type Seen = { readonly vigil: Vigil; readonly worse: string | null };

async function seen(
  parts: EngineParts,
  hold: Hold,
  place: Standing,
  before: KeptVigil | null,
  nowMs: number,
): Promise<Seen> {
  const { target, sinceMs } = place;
  const site = siteAt(parts, place);
  const [health, told] = await Promise.all([
    healthAt(site, newReleaseId(hold.now(), target.id), nameOf(place)),
    askAll(parts, hold, { place, site, before, nowMs }),
  ]);
  const wasIll = before?.wasIll ?? wentBackIll(hold);
  const isIll = health.kind === 'fail';
  const worse = [...(isIll && !wasIll ? [health.because] : []), ...told.flatMap(([, each]) => each.worse)];
  const sources = Object.fromEntries(told.map(([from, { source }]) => [from, source]));
  return {
    vigil: { sinceMs, lookedAtMs: nowMs, health, wasIll: wasIll || isIll, sources },
    worse: worse.length === 0 ? null : worse.join('; '),
  };
}

/** Null where this process cannot reach it. */
function siteAt(parts: EngineParts, { target }: Standing): Site | null {
  try {
    return parts.siteOf(target, 'usual');
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

/** What is waited for because it was ill was known to be before anybody was waited for. */
function wentBackIll(hold: Hold): boolean {
  const { failedStep, steps } = hold.now();
  return failedStep !== null && steps.get(failedStep)?.failure?.code === 'unhealthy';
}

async function healthAt(site: Site | null, releaseId: string | null, name: string): Promise<Verdict> {
  const looked = await (site ?? nowhere).look().catch(quiet);
  if (looked instanceof Failed) return { kind: 'unknown', because: looked.failure.message };
  const release = looked.releases.find((each) => each.releaseId === releaseId);
  if (release === undefined) return { kind: 'unknown', because: `the place does not tell of ${name}` };
  return release.health === 'gone' || release.health === 'unhealthy'
    ? { kind: 'fail', because: `${name} is ${release.health}: ${release.say}` }
    : { kind: 'pass', because: release.say };
}

const unreachable = new Failed({
  code: 'not-found',
  message: 'this process does not know the place',
  retryAfterMs: null,
});

const nowhere: Pick<Site, 'look'> = { look: () => Promise.reject(unreachable) };

function quiet(error: unknown): Failed {
  if (error instanceof Failed) return error;
  throw error;
}

type Asking = {
  readonly place: Standing;
  readonly site: Site | null;
  readonly before: KeptVigil | null;
  readonly nowMs: number;
};

/** Every source that its plan watches it by, at once. */
function askAll(
  parts: EngineParts,
  hold: Hold,
  { place, site, before, nowMs }: Asking,
): Promise<(readonly [string, Told])[]> {
  const { target, sinceMs } = place;
  const watch = watchOf(hold, target.id);
  const arms = armsOf({ hold, target }, place);
  const sources = watch?.sources ?? [];
  return Promise.all(
    sources.map(async (source) => {
      const known = before?.sources[source.from] ?? atFirst(hold, target.id, source.from, nowMs);
      if (site === null || arms === null) {
        const missing = site === null ? unreachable.failure.message : 'it is not known which release it is';
        return [source.from, { source: { ...known, missing }, worse: [] }] as const;
      }
      const { service, environment } = target;
      const traffic = trafficSince(hold, target.id);
      const asked: Asked = { ...arms, ...traffic, query: source.query, service, environment, site, nowMs };
      const acceptablePoints = watch?.judge.acceptable.errorPoints ?? 0;
      return [
        source.from,
        await askSource(parts, source, asked, known, { sinceMs, acceptablePoints }),
      ] as const;
    }),
  );
}

/** As it is watched, or would be at the next share; null where nothing watches it. */
function watchOf(hold: Hold, target: string): Watch | null {
  const { plan, steps } = hold.now();
  const mine = plan.steps.filter(
    (step): step is Observing => step.kind === 'observe' && step.target === target,
  );
  const step = mine.findLast(({ id }) => steps.get(id)?.status !== 'waiting') ?? mine[0];
  return step === undefined ? null : (step.watch ?? watchOfOld(plan, step));
}

type Observing = Extract<Step, { kind: 'observe' }>;

/** What was counted before is not of the present, once it is so old. */
const OF_NOW_MS = 300_000;

/** Goes on where watching has ended; what was counted until then is what it may become worse than. */
function atFirst(hold: Hold, target: string, from: string, nowMs: number): VigilSource {
  const known = hold.now().evidence.get(target) ?? nothingKnown;
  const evidence = known.sources[from] ?? null;
  const counted = evidence?.sums?.canary ?? null;
  const isOfNow = nowMs - known.keptAtMs < OF_NOW_MS;
  return {
    cursor: isOfNow ? (evidence?.cursor ?? null) : null,
    latencyLimitsMs: [],
    older: null,
    newer: null,
    readAtMs: null,
    missing: null,
    numbers: null,
    numbersBefore: null,
    verdict: null,
    than:
      evidence === null || counted === null
        ? null
        : { ...counted, latencyP95Ms: numbersOf(evidence, 'canary')?.latencyP95Ms ?? null },
    saidAtMs: null,
  };
}

function nameOf({ target }: Standing): string {
  return `${target.service} ${target.version.name}`;
}
