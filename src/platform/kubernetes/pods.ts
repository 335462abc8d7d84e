import type { Pod } from './schema.ts';
import { oneLine } from './words.ts';

/**
 * What a container waits for that the kubelet does not get past without somebody doing something
 * (`pkg/kubelet/images/types.go`, `kuberuntime`). It tries again for ever, and the API never calls it an end.
 */
const hopelessReasons: ReadonlySet<string> = new Set([
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

/** Why the first of these pods does not come up, in the pod's own words; null where none says so. */
export function troubleOf(pods: readonly Pod[]): string | null {
  for (const pod of pods) {
    if (isEnding(pod)) continue;
    const said = troubleIn(pod);
    if (said !== null) return said;
  }
  return null;
}

function troubleIn({ metadata, status }: Pod): string | null {
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const waiting = container.state?.waiting;
    if (waiting?.reason === undefined || !hopelessReasons.has(waiting.reason)) continue;
    const ended = container.lastState?.terminated;
    const exit = ended === undefined ? '' : `, it ended with code ${ended.exitCode}`;
    const words = [waiting.message, ended?.message].filter((word) => word !== undefined && word !== '');
    const said = words.length === 0 ? '' : `: ${words.join(' · ')}`;
    return oneLine(`${metadata.name} ${waiting.reason}${exit}${said}`);
  }
  return null;
}

export function isReady(pod: Pod): boolean {
  const ready = pod.status.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && !isEnding(pod);
}

/** It is on its way out, and no traffic is sent to it any more. */
export function isEnding({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

export function podsOf(
  replicaSet: { readonly metadata: { readonly uid: string } } | null,
  pods: readonly Pod[],
): Pod[] {
  if (replicaSet === null) return [];
  return pods.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === replicaSet.metadata.uid),
  );
}
