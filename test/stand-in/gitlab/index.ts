import { without } from '../../support/skips.ts';
import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';

// Put together here, so that nothing that scans the repository takes it for a real one.
export const TOKEN = ['gl', 'pat-', 'standInStandIn'].join('');

export type GitLabPipeline = {
  readonly id: number;
  readonly ref: string;
  readonly source: string;
  readonly name: string | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  updatedAtMs: number;
  status: string;
};

/** The pipelines of one project, acme/shop, as GitLab keeps them: nothing here knows of us. */
export class GitLabState {
  /** Newest first. */
  readonly pipelines: GitLabPipeline[] = [];
  /** How what is under way ends, by a word in its variables. */
  readonly ends = new Map<string, string>();
  /** `workflow:name` of its file, with $VARIABLES. */
  workflowName: string | null = null;
  /** Whether the token may read variables. */
  maysReadVariables = true;
  #count = 46;

  start(variables: Readonly<Record<string, string>>, source = 'api', ref = 'main'): GitLabPipeline {
    this.#count += 1;
    const name = this.workflowName?.replace(/\$(\w+)/g, (_, key: string) => variables[key] ?? '') ?? null;
    const atMs = Date.now();
    const pipeline = {
      id: this.#count,
      ref,
      source,
      name,
      variables,
      createdAtMs: atMs,
      updatedAtMs: atMs,
      status: 'created',
    };
    this.pipelines.unshift(pipeline);
    return pipeline;
  }

  end(pipeline: GitLabPipeline, status: string): void {
    if (['success', 'failed', 'canceled', 'skipped'].includes(pipeline.status)) return;
    pipeline.status = status;
    pipeline.updatedAtMs = Date.now();
  }

  settle(): void {
    for (const pipeline of this.pipelines.toReversed()) {
      const words = Object.values(pipeline.variables).join(' ').split(' ');
      this.end(
        pipeline,
        words.map((word) => this.ends.get(word)).find((end) => end !== undefined) ?? 'success',
      );
    }
  }
}

export type GitLab = StandIn & { readonly state: GitLabState };

/** GitLab publishes no description that a program could read: what is asked of it is held against its pages, by hand. */
export async function openGitLab(): Promise<GitLab> {
  without('holding the stand-in of GitLab against an official description', 'GitLab publishes none');
  const state = new GitLabState();
  const standIn = await openStandIn({
    spec: null,
    basePath: '/api/v4',
    handle: (call) => handle(state, call),
  });
  return { ...standIn, state };
}

function handle(state: GitLabState, call: Call): Answer {
  if (call.headers['private-token'] !== TOKEN) return no(401, '401 Unauthorized');
  const [, projects, project = '', what, id, part] = call.path.split('/');
  if (projects !== 'projects' || decodeURIComponent(project) !== 'acme/shop')
    return no(404, '404 Project Not Found');
  if (what === 'pipeline' && call.method === 'POST') return create(state, call);
  if (what === 'jobs' && part === 'trace') return trace(state, Number(id));
  if (what !== 'pipelines') return no(404, '404 Not Found');
  if (id === undefined) return list(state, call);
  const pipeline = state.pipelines.find((one) => String(one.id) === id);
  if (pipeline === undefined) return no(404, '404 Not Found');
  if (part === 'variables') return variables(state, pipeline);
  if (part === 'jobs') return { status: 200, json: [jobOf(pipeline)] };
  if (part !== 'cancel' || call.method !== 'POST') return no(404, '404 Not Found');
  state.end(pipeline, 'canceled');
  return { status: 201, json: shown(pipeline) };
}

/** Strict as GitLab is: a variable is a key and a value, both text. */
function create(state: GitLabState, { body }: Call): Answer {
  const { ref, variables: given = [] } = body as {
    ref?: string;
    variables?: { key: string; value: string }[];
  };
  if (ref !== 'main') return no(400, { base: ['Reference not found'] });
  const isWrong = given.some(({ key, value, ...more }) => {
    return !/^\w+$/.test(key) || typeof value !== 'string' || Object.keys(more).length > 0;
  });
  if (isWrong) return no(400, 'variables are invalid');
  const made = state.start(Object.fromEntries(given.map(({ key, value }) => [key, value])), 'api', ref);
  return { status: 201, json: shown(made) };
}

function list(state: GitLabState, { query }: Call): Answer {
  const status = query.get('status');
  const found = state.pipelines.filter((one) => status === null || one.status === status);
  return { status: 200, json: found.slice(0, Number(query.get('per_page') ?? 20)).map(shown) };
}

function variables({ maysReadVariables }: GitLabState, pipeline: GitLabPipeline): Answer {
  if (!maysReadVariables) return no(403, '403 Forbidden');
  const all = Object.entries(pipeline.variables);
  return { status: 200, json: all.map(([key, value]) => ({ variable_type: 'env_var', key, value })) };
}

function shown({ id, ref, source, name, status, createdAtMs, updatedAtMs }: GitLabPipeline) {
  return {
    id,
    iid: id,
    project_id: 1,
    name,
    sha: 'a'.repeat(40),
    ref,
    status,
    source,
    created_at: new Date(createdAtMs).toISOString(),
    updated_at: new Date(updatedAtMs).toISOString(),
    web_url: `https://gitlab.com/acme/shop/-/pipelines/${id}`,
  };
}

function jobOf({ id, createdAtMs, status }: GitLabPipeline) {
  const at = new Date(createdAtMs).toISOString();
  return { id: id * 10, name: 'deploy', status, created_at: at, started_at: at };
}

function trace(state: GitLabState, job: number): Answer {
  const pipeline = state.pipelines.find(({ id }) => id * 10 === job);
  if (pipeline === undefined) return no(404, '404 Not Found');
  const text = `section_start:1:x\r\u001b[0K\u001b[0;m$ deploy ${pipeline.variables['VERSION']}\nwith Bearer abcdefgh12345678\nERROR: Job ended\n`;
  return { status: 200, text };
}

function no(status: number, message: unknown): Answer {
  return { status, json: { message } };
}
