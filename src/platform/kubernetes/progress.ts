import type { Health } from '../platform.ts';
import { troubleOf } from './pods.ts';
import type { Deployment, Pod } from './schema.ts';
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
export function progressOf({ metadata, spec, status }: Deployment, pods: readonly Pod[]): Progress {
  if ((status.observedGeneration ?? 0) < metadata.generation) {
    return starting('the cluster has not begun with it yet');
  }
  const trouble = troubleOf(pods);
  if (trouble !== null) return hopeless(trouble);
  const condition = (name: string) => status.conditions?.find(({ type }) => type === name);
  const progressing = condition('Progressing');
  if (progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded') {
    return hopeless(
      `ProgressDeadlineExceeded: ${oneLine(progressing.message ?? 'it made no progress in time')}`,
    );
  }
  const [replicas = 0, updated = 0, available = 0] = [
    status.replicas,
    status.updatedReplicas,
    status.availableReplicas,
  ];
  const isDone =
    spec.replicas > 0 && updated === spec.replicas && replicas === updated && available === updated;
  if (isDone) return { health: 'healthy', say: `${podsSay(available)} available`, isHopeless: false };
  const refused = condition('ReplicaFailure');
  if (refused?.status === 'True') return starting(oneLine(refused.message ?? 'no pod could be made'));
  const old = replicas - updated;
  const rest = old > 0 ? `, ${podsSay(old)} of the one before still there` : '';
  return starting(`${updated} of ${spec.replicas} pods are new, ${available} available${rest}`);
}

function starting(say: string): Progress {
  return { health: 'starting', say, isHopeless: false };
}

function hopeless(say: string): Progress {
  return { health: 'unhealthy', say, isHopeless: true };
}
