import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { StandingRelease } from '../../platform/platform.ts';
import { send } from './effect.ts';
import { done, type Performed, type Scene, type TimedStep, wait, waitOrGiveUp } from './scene.ts';

const EVIDENCE_LINES = 12;
const COMMIT_LETTERS = 12;

/** Brings a version up without traffic and waits until it is healthy. Leaves its release id behind. */
export async function start(scene: Scene<TimedStep>, version: Version): Promise<Performed> {
  const { site } = scene;
  const { releaseId } = scene.state();
  if (releaseId === null) {
    return (await send(scene, (intent) => site.release(intent, version))) ?? wait(0);
  }
  const { releases, frontDoor } = await site.look();
  const release = releases.find((each) => each.releaseId === releaseId);
  if (release === undefined) return waitOrGiveUp(scene, `${version.name} was started but is not to be seen`);
  return judge(scene, { ...release, url: frontDoor }, version);
}

async function judge(
  scene: Scene<TimedStep>,
  release: StandingRelease,
  version: Version,
): Promise<Performed> {
  const { releaseId, health, say, url } = release;
  if (health === 'gone') throw await failed(scene, release, `${version.name} did not stay up: ${say}`);
  if (health !== 'healthy') {
    const isOver = scene.nowMs() - (begunMs(scene) ?? 0) > scene.step.deadlineMs;
    const evidence = isOver ? await lastLines(scene, releaseId) : undefined;
    return waitOrGiveUp(scene, `${version.name} did not get healthy (${say})`, evidence);
  }
  if (release.version.name !== version.name) {
    throw await failed(scene, release, `${version.name} was asked for, but ${release.version.name} came up`);
  }
  const { commit } = release.version;
  if (version.commit !== null && commit !== null && commit !== version.commit) {
    const [wanted, came] = [version.commit.slice(0, COMMIT_LETTERS), commit.slice(0, COMMIT_LETTERS)];
    throw await failed(scene, release, `${version.name} was to be commit ${wanted}, but ${came} came up`);
  }
  return done({ releaseId, url });
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
