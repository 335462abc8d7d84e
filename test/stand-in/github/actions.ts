import type { Answer } from '../../support/stand-in/index.ts';
import type { ActionsState, Run } from './actions-state.ts';
import { answer, no, type Place, page, REPO } from './place.ts';

type Dispatch = {
  readonly ref: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly return_run_details?: boolean;
};

/** Workflows that are started by hand, and their runs. */
export function handleActions(actions: ActionsState, place: Place): Answer | null {
  const { path } = place;
  if (path[0] !== 'actions') return null;
  if (path[1] === 'workflows') return ofWorkflow(actions, place, path[2] ?? '', path[3]);
  if (path[1] === 'jobs' && path[3] === 'logs') {
    return { status: 302, headers: { location: `${actions.url}/_logs/${path[2]}` } };
  }
  const run = actions.runs.find(({ id }) => String(id) === path[2]);
  if (path[1] !== 'runs' || run === undefined) return no(404, 'Not Found');
  return ofRun(actions, place, run, path[3]);
}

function ofWorkflow(actions: ActionsState, { call }: Place, file: string, what: string | undefined): Answer {
  const workflow = actions.workflows.get(file);
  if (workflow === undefined) return no(404, 'Not Found');
  if (what === 'dispatches') {
    const { ref, inputs = {}, return_run_details = false } = call.body as Dispatch;
    if (ref !== 'main') return no(422, `No ref found for: ${ref}`);
    const unexpected = Object.keys(inputs).filter((name) => !workflow.inputs.includes(name));
    if (unexpected.length > 0) return no(422, `Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
    const run = actions.start(file, inputs);
    if (!return_run_details || actions.isOld) return { status: 204 };
    return answer(call, `${REPO}/actions/workflows/{workflow_id}/dispatches`, 200, {
      workflow_run_id: run.id,
      run_url: `https://api.github.com/repos/acme/shop/actions/runs/${run.id}`,
      html_url: htmlOf(run),
    });
  }
  const since = Date.parse((call.query.get('created') ?? '').replace('>=', ''));
  const status = call.query.get('status');
  const listed = actions.runs.filter(
    (run) =>
      run.workflow === file &&
      !run.isHidden &&
      !(run.createdAtMs < since) &&
      (status === null || status === run.status || status === run.conclusion),
  );
  return answer(call, `${REPO}/actions/workflows/{workflow_id}/runs`, 200, {
    total_count: listed.length,
    workflow_runs: page(call, listed).map(shown),
  });
}

function ofRun(actions: ActionsState, { call }: Place, run: Run, what: string | undefined): Answer {
  if (what === undefined) return answer(call, `${REPO}/actions/runs/{run_id}`, 200, shown(run));
  if (what === 'cancel') {
    if (run.status === 'completed') return no(409, 'Cannot cancel a workflow run that is completed.');
    actions.end(run, 'cancelled');
    return { status: 202, json: {} };
  }
  if (what !== 'jobs') return no(404, 'Not Found');
  const job = {
    id: run.id,
    run_id: run.id,
    name: 'deploy',
    status: run.status,
    conclusion: run.conclusion,
    completed_at: run.endedAtMs === null ? null : iso(run.endedAtMs),
  };
  const template = `${REPO}/actions/runs/{run_id}/jobs`;
  return answer(call, template, 200, { total_count: 1, jobs: [job] });
}

function shown(run: Run) {
  return {
    id: run.id,
    name: run.workflow,
    display_title: run.title,
    run_number: run.number,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: 'main',
    head_sha: run.headSha,
    path: `.github/workflows/${run.workflow}`,
    created_at: iso(run.createdAtMs),
    updated_at: iso(run.endedAtMs ?? run.createdAtMs),
    html_url: htmlOf(run),
    pull_requests: [],
    head_commit: null,
  };
}

function htmlOf({ id }: Run): string {
  return `https://github.com/acme/shop/actions/runs/${id}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
