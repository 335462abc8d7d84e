import type { Answer } from '../../support/stand-in/index.ts';
import { answer, type Handler, no, type Place, page, REPO } from './place.ts';
import type { Deployment } from './state.ts';

type Asked = {
  readonly ref: string;
  readonly task?: string;
  readonly auto_merge?: boolean;
  readonly required_contexts?: readonly string[];
  readonly payload?: unknown;
  readonly environment?: string;
  readonly description?: string;
};

/** GitHub's own record of deployments. */
export const handleDeployments: Handler = (place) => {
  const { state, call, path } = place;
  const [what, id, statuses] = path;
  if (what !== 'deployments') return null;
  if (id === undefined) return call.method === 'POST' ? create(place, call.body as Asked) : list(place);
  const deployment = state.deployments.find((one) => String(one.id) === id);
  if (deployment === undefined || statuses !== 'statuses') return no(404, 'Not Found');
  return statusesOf(place, deployment);
};

function list({ state, call }: Place): Answer {
  const { query } = call;
  const fits = (name: 'sha' | 'task' | 'environment', one: Deployment) =>
    !query.has(name) || query.get(name) === one[name];
  const found = state.deployments.filter(
    (one) => fits('sha', one) && fits('task', one) && fits('environment', one),
  );
  const shown = found.map(({ statuses: _, ...one }) => ({ ...one, ref: one.sha }));
  return answer(call, `${REPO}/deployments`, 200, page(call, shown));
}

/** By default the default branch is merged first, and everything that is checked has to be green. */
function create({ state, call }: Place, asked: Asked): Answer {
  const commit = state.history.resolve(asked.ref);
  if (commit === null) return no(422, `No ref found for: ${asked.ref}`);
  if (asked.auto_merge !== false) {
    return answer(call, `${REPO}/deployments`, 202, {
      message: 'Auto-merged main into topic-branch on deployment.',
    });
  }
  const isRed = (state.runs.get(commit.sha) ?? []).some(({ conclusion }) => conclusion !== 'success');
  if (asked.required_contexts === undefined && isRed) {
    return no(409, 'Conflict: Commit status checks failed for the ref.');
  }
  const deployment: Deployment = {
    id: state.id(),
    sha: commit.sha,
    environment: asked.environment ?? 'production',
    task: asked.task ?? 'deploy',
    payload: asked.payload ?? '',
    description: asked.description ?? '',
    statuses: [],
  };
  state.deployments.unshift(deployment);
  const { statuses: _, ...shown } = deployment;
  return answer(call, `${REPO}/deployments`, 201, { ...shown, ref: commit.sha });
}

function statusesOf({ call }: Place, { statuses }: Deployment): Answer {
  const template = `${REPO}/deployments/{deployment_id}/statuses`;
  if (call.method === 'GET') return answer(call, template, 200, page(call, statuses));
  const { state: said, description = '' } = call.body as { state: string; description?: string };
  if (description.length > 140) return no(422, 'Validation Failed');
  statuses.unshift({ state: said, description });
  return answer(call, template, 201, { id: statuses.length, state: said, description });
}
