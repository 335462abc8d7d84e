import { Failed } from '../../core/failure.ts';
import { isSameVersion, type Version } from '../../core/plan.ts';
import type { StandingRelease } from '../../platform/platform.ts';
import { send } from './effect.ts';
import { done, type Performed, type Scene, type TimedStep, wait, waitOrGiveUp } from './scene.ts';

const EVIDENCE_LINES = 12;
const COMMIT_LETTERS = 12;

/** Brings a version up without traffic and waits until it is healthy. Leaves its release id behind. */
export async function start(scene: Scene<TimedStep>, version: Version): Promise<Performed> {
  const { site } = scene;
  const releaseId = madeBy(scene);
  if (releaseId === null) {
    return (await send(scene, (intent) => site.release(intent, version))) ?? wait(0);
  }
  const { releases, frontDoor } = await site.look();
  const release = releases.find((each) => each.releaseId === releaseId);
  if (release === undefined) return waitOrGiveUp(scene, `${version.name} was started but is not to be seen`);
  return (await waitForHealth(scene, release, version)) ?? done({ releaseId, url: frontDoor });
}

/** The release that this step's own calls made, in the direction it is going. */
export function madeBy({ state, direction }: Scene): string | null {
  return direction === 'forward' ? state().releaseId : state().restoredId;
}

/** Null once it is healthy and what was asked for. @throws {Failed} when it never will be, or not in time */
export async function waitForHealth(
  scene: Scene<TimedStep>,
  release: StandingRelease,
  version: Version,
): Promise<Performed | null> {
  const { releaseId, health, say, isHopeless = false } = release;
  if (health === 'gone' || isHopeless)
    throw await failed(scene, release, `${version.name} did not stay up: ${say}`);
  if (health !== 'healthy') {
    const isOver = scene.nowMs() - (begunMs(scene) ?? 0) > scene.step.deadlineMs;
    const evidence = isOver ? await lastLines(scene, releaseId) : undefined;
    return waitOrGiveUp(scene, `${version.name} did not get healthy (${say})`, evidence);
  }
  const wrong = whyAnother(release.version, version);
  if (wrong !== null) throw await failed(scene, release, wrong);
  return null;
}

/** Why what came up is not what was wanted; null when it is. A platform that keeps no names tells it by the commit. */
function whyAnother(came: Version, wanted: Version): string | null {
  if (isSameVersion(came, wanted)) return null;
  if (wanted.commit !== null && came.commit !== null) {
    const [want, is] = [wanted.commit.slice(0, COMMIT_LETTERS), came.commit.slice(0, COMMIT_LETTERS)];
    return `${wanted.name} was to be commit ${want}, but ${is} came up`;
  }
  return `${wanted.name} was asked for, but ${came.name} came up`;
}

function begunMs({ direction, state }: Scene): number | null {
  return direction === 'forward' ? state().startedAtMs : state().undoStartedAtMs;
}

async function failed(scene: Scene, release: StandingRelease, message: string): Promise<Failed> {
  const evidence = await lastLines(scene, release.releaseId);
  return new Failed({ code: 'unhealthy', message, retryAfterMs: null, evidence });
}

/** The last lines of its log; nothing where they cannot be read, because the failure matters more. */
async function lastLines({ site, nowMs }: Scene, releaseId: string): Promise<string[]> {
  const query = {
    releaseId,
    sinceMs: nowMs() - 3_600_000,
    linesMax: EVIDENCE_LINES,
    contains: null,
    level: null,
  };
  try {
    return (await site.logs(query)).map(({ text }) => text);
  } catch (error) {
    if (error instanceof Failed) return [];
    throw error;
  }
}
