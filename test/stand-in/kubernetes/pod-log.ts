import type { Answer } from '../../support/stand-in/index.ts';
import { LAST_WORDS } from './pods.ts';
import { status } from './refusal.ts';
import type { ClusterState } from './state.ts';

/** What a container of a service writes when it comes up; a credential slips out, as they do. */
const words = (version: string) => [
  `{"level":"info","message":"greeting of ${version}"}`,
  `{"level":"info","token":"${['xo', 'xb-not-a-real-token-1234567890'].join('')}"}`,
];

export function logOf(state: ClusterState, podName: string, query: URLSearchParams): Answer {
  const pod = state.store.one('pods', podName);
  const container = query.get('container') ?? pod.spec.containers[0]?.name;
  const found = pod.status.containerStatuses.find(({ name }) => name === container);
  const image = pod.spec.containers.find(({ name }) => name === container)?.image ?? '';
  if (image === '')
    return status(400, 'BadRequest', `container ${container} is not valid for pod ${podName}`);
  const tag = image.slice(image.lastIndexOf(':') + 1);
  const fate = state.fates.get(tag) ?? 'ready';
  const hasRun = found !== undefined && fate !== 'missing' && fate !== 'unconfigured';
  const isBefore = query.get('previous') === 'true';
  if (!hasRun || (isBefore && found.restartCount === 0)) {
    return status(400, 'BadRequest', `container "${container}" in pod "${podName}" is waiting to start`);
  }
  const lines = fate === 'crash' ? [...words(tag), `ERROR ${LAST_WORDS}`] : words(tag);
  const begunMs = Date.parse(pod.metadata.creationTimestamp);
  const sinceMs = state.nowMs() - Number(query.get('sinceSeconds') ?? 1e9) * 1_000;
  const moments = lines.map((line, index) => ({ line, atMs: begunMs + index + (isBefore ? 0 : 10) }));
  const tail = Number(query.get('tailLines') ?? moments.length);
  const isTimed = query.get('timestamps') === 'true';
  const text = moments
    .filter(({ atMs }) => atMs >= sinceMs)
    .slice(-tail)
    .map(
      ({ line, atMs }) =>
        `${isTimed ? `${new Date(atMs).toISOString().replace('Z', '123456Z')} ` : ''}${line}\n`,
    )
    .join('');
  return { status: 200, type: 'text/plain', text };
}
