import type { Health } from '../platform.ts';
import { troubleOf } from './pods.ts';
import type { Condition, Deployment, Pod } from './schema.ts';
import { oneLine, podsSay } from './words.ts';

export type Progress = {
  readonly health: Health;
  readonly say: string;
  /** Waiting is no use, though the cluster goes on trying. */
  readonly isHopeless: boolean;
};

/**
 * How far a Deployment is with the template that it wants now. Done is what `kubectl rollout status` calls done, with the
 * old pods gone and every wanted one available; a count that is not there is 0, as the API leaves zeros out. It never
 * goes back by itself: after `ProgressDeadlineExceeded` it goes on wanting what failed.
 */
export function progressOf(deployment: Deployment, pods: readonly Pod[]): Progress {
  const { metadata, spec, status } = deployment;
  if ((status.observedGeneration ?? 0) < metadata.generation) {
    return starting('the cluster has not begun with it yet');
  }
  const trouble = troubleOf(pods);
  if (trouble !== null) return hopeless(trouble);
  const stop = stopOf(deployment);
  if (stop !== null) return stop;
  const [replicas, updated, available] = [
    status.replicas ?? 0,
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? 0,
  ];
  const isDone =
    spec.replicas > 0 && updated === spec.replicas && replicas === updated && available === updated;
  if (isDone) return { health: 'healthy', say: `${podsSay(available)} available`, isHopeless: false };
  const refused = conditionOf(deployment, 'ReplicaFailure');
  if (refused?.status === 'True') return starting(oneLine(refused.message ?? 'no pod could be made'));
  const old = replicas - updated;
  const rest = old > 0 ? `, ${podsSay(old)} of the one before still there` : '';
  return starting(`${updated} of ${spec.replicas} pods are new, ${available} available${rest}`);
}

/** Where the controller itself says that it gets no further, or what nobody here understands. */
function stopOf(deployment: Deployment): Progress | null {
  const progressing = conditionOf(deployment, 'Progressing');
  if (progressing === undefined) return null;
  const { status, reason, message = 'it made no progress in time' } = progressing;
  if (status === 'False' && reason === 'ProgressDeadlineExceeded') {
    return hopeless(oneLine(`ProgressDeadlineExceeded: ${message}`));
  }
  if (progressWords.has(status)) return null;
  const say = oneLine(`Progressing is ${status}, a word that is not known here`);
  return { health: 'unknown', say, isHopeless: false };
}

function conditionOf({ status }: Deployment, name: string): Condition | undefined {
  return status.conditions?.find(({ type }) => type === name);
}

/** Unknown is said of one that is paused. */
const progressWords: ReadonlySet<string> = new Set(['True', 'False', 'Unknown']);

function starting(say: string): Progress {
  return { health: 'starting', say, isHopeless: false };
}

function hopeless(say: string): Progress {
  return { health: 'unhealthy', say, isHopeless: true };
}
