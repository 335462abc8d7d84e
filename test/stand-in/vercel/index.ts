import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { anyOfDescription } from '../any-of.ts';
import { listed, shownProject, shownRolling, told } from './shown.ts';
import { PROJECT, Refused, type VercelOptions, VercelState } from './state.ts';

export { COMMITS, PROJECT, type VercelOptions, type VercelState } from './state.ts';

export const TOKEN = 'vercel-stand-in-token';
export const TEAM = 'team_nLlpyC6REAqxydlFKbrMDlud';

export type Vercel = StandIn & { readonly state: VercelState };

/** Vercel with one project, held to its own description of its API. */
export async function openVercel(options: VercelOptions = {}): Promise<Vercel> {
  const state = new VercelState(options);
  const standIn = await openStandIn({
    spec: anyOfDescription('vercel.json'),
    basePath: '',
    handle: (call) => handle(state, call),
    beyondSpec: [
      {
        method: 'POST',
        path: /^\/v1\/projects\/[^/]+\/rollback\/[^/]+$/,
        because: 'newer than the description; documented at vercel.com/docs/rest-api/projects',
      },
      {
        method: 'POST',
        path: /^\/v1\/projects\/[^/]+\/rolling-release\/start$/,
        because: 'newer than the description; documented at vercel.com/docs/rest-api/rolling-release',
      },
      {
        method: 'POST',
        path: /^\/v10\/projects\/[^/]+\/promote\/[^/]+$/,
        because:
          'no body is described, and Vercel’s own command line sends an empty one that it calls required',
      },
    ],
  });
  return { ...standIn, state };
}

function handle(state: VercelState, call: Call): Answer {
  if (call.headers['authorization'] !== `Bearer ${TOKEN}`) return no(403, 'forbidden');
  if (call.query.get('teamId') !== TEAM) return no(403, 'not in this team');
  state.advance();
  try {
    return call.path.includes('/projects/') ? project(state, call) : deployment(state, call);
  } catch (error) {
    if (error instanceof Refused) return no(error.status, error.message);
    throw error;
  }
}

function project(state: VercelState, call: Call): Answer {
  const [, , , id, what, last = ''] = call.path.split('/');
  if (id !== PROJECT) return no(404, 'project not found');
  if (what === undefined) return { status: 200, json: shownProject(state) };
  if (what === 'env') return environment(state, call);
  if (what === 'promote') {
    state.promote(last);
    return { status: 201 };
  }
  if (what === 'rollback') {
    state.rollBack(last);
    return { status: 201 };
  }
  return what === 'rolling-release' ? rolling(state, call, last) : no(404, 'not found');
}

function rolling(state: VercelState, { body, query }: Call, action: string): Answer {
  const { canaryDeploymentId = '', nextStageIndex = -1 } = (body ?? {}) as {
    canaryDeploymentId?: string;
    nextStageIndex?: number;
  };
  if (action === 'start') state.startRolling(canaryDeploymentId);
  if (action === 'approve-stage') state.approveStage(canaryDeploymentId, nextStageIndex);
  if (action === 'complete') state.completeRolling(canaryDeploymentId);
  const shown = shownRolling(state);
  const wanted = query.get('state');
  return { status: 200, json: { rollingRelease: wanted === null || shown?.state === wanted ? shown : null } };
}

function deployment(state: VercelState, call: Call): Answer {
  const [, version, , id, what] = call.path.split('/');
  if (version === 'v6') return list(state, call);
  if (id === undefined) return create(state, call.body as Parameters<typeof create>[1]);
  if (what === 'events') return events(state, id, call);
  if (what === 'cancel') return { status: 200, json: told(state, state.cancel(id)) };
  if (call.method === 'DELETE') {
    state.delete(id);
    return { status: 200, json: { uid: id, state: 'DELETED' } };
  }
  return { status: 200, json: told(state, state.find(id)) };
}

function create(
  state: VercelState,
  asked: { gitSource?: { sha?: string }; target?: 'production'; meta?: Record<string, string> },
): Answer {
  if (state.options.hasRepository === false) return no(400, 'no git connection');
  const made = state.create({
    sha: asked.gitSource?.sha ?? '',
    target: asked.target ?? null,
    meta: asked.meta ?? {},
  });
  return { status: 200, json: told(state, made) };
}

function list(state: VercelState, { query }: Call): Answer {
  const limit = Number(query.get('limit') ?? 20);
  const since = Number(query.get('since') ?? 0);
  const until = Number(query.get('until') ?? Number.POSITIVE_INFINITY);
  const target = query.get('target');
  const chosen = state.deployments.filter(
    (each) => each.createdAt > since && each.createdAt < until && (target === null || each.target === target),
  );
  const shown = chosen.slice(0, limit);
  const next = chosen.length > limit ? (shown.at(-1)?.createdAt ?? null) : null;
  return {
    status: 200,
    json: { deployments: shown.map(listed), pagination: { count: shown.length, next, prev: null } },
  };
}

function environment(state: VercelState, { method }: Call): Answer {
  if (method !== 'GET') throw new Error('environment values were written');
  return { status: 200, json: { envs: state.envs } };
}

/** Lines of JSON, newest first, the last of them broken off: a stream ends where it ends. */
function events(state: VercelState, id: string, { query }: Call): Answer {
  const { createdAt, sha, readyState } = state.find(id);
  const texts = [
    ['command', `building ${sha.slice(0, 4)} with Bearer abcdefgh12345678`],
    ['stdout', 'compiled'],
    ...(readyState === 'ERROR' ? [['stderr', 'npm run build exited with 1']] : []),
  ] as const;
  const lines = texts.map(([type, text], index) => ({
    type,
    created: createdAt + index,
    payload: { deploymentId: id, id: `e${index}`, date: createdAt + index, serial: String(index), text },
  }));
  const ordered = query.get('direction') === 'backward' ? lines.toReversed() : lines;
  const text = `${ordered.map((line) => JSON.stringify(line)).join('\n')}\n{"type":"stdo`;
  return { status: 200, type: 'application/stream+json', text };
}

function no(status: number, message: string): Answer {
  return { status, json: { error: { code: 'refused', message } } };
}
