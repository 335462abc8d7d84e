import type { Health, Standing, StandingRelease } from '../platform.ts';
import { isForTarget } from './mark.ts';
import { oneLine, type Run } from './pipeline.ts';
import { isSaidBy, type Proven } from './proof.ts';

/** How long what has ended is still shown. */
const GONE_SHOWN_MS = 24 * 3_600_000;

/** Runs of this target, and whatever nobody has marked; what carries the mark of another target is not ours to show. */
export function runsHere(runs: readonly Run[], targetId: string): readonly Run[] {
  return runs.filter(({ mark }) => mark === null || isForTarget(mark, targetId));
}

/**
 * What serves is what the last run that succeeded deployed; where an address proves what answers, it has the last word.
 * @param runs of this target, newest first
 */
export function standingOf(
  runs: readonly Run[],
  proven: Proven,
  frontDoor: string | null,
  atMs: number,
): Standing {
  const last = lastOf(runs.filter(({ stage }) => stage === 'succeeded'));
  const serving = proven.kind === 'seen' ? provenAmong(runs, last, proven.says) : last;
  const releases = runs
    .map((run) => releaseOf(run, { serving, last, proven, runs }))
    .filter(
      ({ health, trafficPercent }, at) => health !== 'gone' || trafficPercent > 0 || isRecent(runs[at], atMs),
    );
  const stranger = proven.kind === 'seen' && serving === null ? [strangerOf(proven.says)] : [];
  return { atMs, frontDoor, releases: [...releases, ...stranger] };
}

/** The one that ended last: what it deployed took the place of everything before. */
function lastOf(runs: readonly Run[]): Run | null {
  return runs.reduce<Run | null>(
    (last, run) => (last === null || (run.endedAtMs ?? 0) > (last.endedAtMs ?? 0) ? run : last),
    null,
  );
}

/** Of several runs of one version the last that succeeded; one that failed may have brought it up all the same. */
function provenAmong(runs: readonly Run[], last: Run | null, says: string): Run | null {
  const saying = runs.filter(({ version }) => isSaidBy(version, says));
  if (last !== null && saying.includes(last)) return last;
  return lastOf(saying.filter(({ stage }) => stage === 'succeeded')) ?? saying[0] ?? null;
}

type Scene = {
  readonly serving: Run | null;
  readonly last: Run | null;
  readonly proven: Proven;
  readonly runs: readonly Run[];
};

function releaseOf(run: Run, scene: Scene): StandingRelease {
  const serves = run === scene.serving;
  const how = serves ? servingHow(run, scene) : restingHow(run, scene);
  return {
    releaseId: run.id,
    version: run.version,
    trafficPercent: serves ? 100 : 0,
    ...how,
    say: oneLine(how.say),
    url: null,
    intentId: run.mark?.intentId ?? null,
  };
}

type How = { readonly health: Health; readonly say: string; readonly isHopeless?: boolean };

function servingHow(run: Run, { proven, runs }: Scene): How {
  if (proven.kind === 'silent') return { health: proven.isDown ? 'unhealthy' : 'unknown', say: proven.say };
  const isSeen = proven.kind === 'seen';
  switch (run.stage) {
    case 'succeeded':
      return succeededHow(run, isSeen, runs);
    case 'ended':
      return { health: 'unhealthy', isHopeless: true, say: `answers, but its run failed: ${run.say}` };
    case 'unknown':
      return { health: 'unknown', say: run.say };
    default:
      return { health: 'starting', say: `answers already, and its run goes on: ${run.say}` };
  }
}

function succeededHow(run: Run, isSeen: boolean, runs: readonly Run[]): How {
  if (isSeen) return { health: 'healthy', say: 'answers, and its run succeeded' };
  if (!run.isVersionKnown) return { health: 'unknown', say: `${run.say}; it is not known what it deployed` };
  const failed = runs.find(({ stage, startedAtMs }) => stage === 'ended' && startedAtMs > run.startedAtMs);
  const doubt = failed === undefined ? '' : `; what run ${failed.id} left behind when it ended is not known`;
  return { health: 'healthy', say: `${run.say}${doubt}` };
}

function restingHow(run: Run, { last, proven }: Scene): How {
  switch (run.stage) {
    case 'queued':
    case 'running':
      return { health: 'starting', say: run.say };
    case 'unknown':
      return { health: 'unknown', say: run.say };
    case 'ended':
      return { health: 'gone', say: run.say };
    case 'succeeded':
      return run === last && proven.kind === 'seen'
        ? { health: 'starting', say: `its run succeeded, and “${proven.says}” answers still` }
        : { health: 'gone', say: 'was deployed until another run took its place' };
  }
}

/** What answers is the truth, whoever put it there. */
function strangerOf(says: string): StandingRelease {
  return {
    releaseId: `seen:${oneLine(says)}`,
    version: { name: oneLine(says), commit: null },
    trafficPercent: 100,
    health: 'unknown',
    say: 'answers, and no run is known that deployed it',
    url: null,
    intentId: null,
  };
}

function isRecent(run: Run | undefined, atMs: number): boolean {
  return run !== undefined && atMs - (run.endedAtMs ?? run.startedAtMs) < GONE_SHOWN_MS;
}
