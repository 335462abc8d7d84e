import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { anyOfDescription } from '../any-of.ts';
import { iso, type RenderDeploy, type RenderOptions, RenderState, SERVICE } from './state.ts';

export { COMMITS, type RenderDeploy, RenderState, SERVICE } from './state.ts';

// Put together here, so that nothing that scans the repository takes it for a real one.
export const TOKEN = ['rn', 'd_', 'standInStandInStandIn'].join('');

export type Render = StandIn & { readonly state: RenderState };

/** Render with one service, held to its own description of its API. */
export async function openRender(options: RenderOptions = {}): Promise<Render> {
  const state = new RenderState(options);
  const standIn = await openStandIn({
    spec: anyOfDescription('render.json'),
    basePath: '/v1',
    handle: (call) => handle(state, call),
  });
  return { ...standIn, state };
}

function handle(state: RenderState, call: Call): Answer {
  if (call.headers['authorization'] !== `Bearer ${TOKEN}`) return no(401, 'Unauthorized');
  state.advance();
  const [, kind, id = '', what, key, action] = call.path.split('/');
  if (kind === 'logs') return logs(state, call);
  if (kind !== 'services') return no(404, 'not found');
  if (id === '')
    return page(call, [SERVICE, ...state.previews.keys()], 'service', (each) => state.shownService(each));
  if (id !== SERVICE && !state.previews.has(id)) return no(404, 'not found: service');
  if (what === undefined) return service(state, call, id);
  if (what === 'deploys')
    return id === SERVICE ? deploys(state, call, key, action) : page(call, [], 'deploy', String);
  if (what === 'rollback') return rollBack(state, call);
  if (what === 'env-vars') return envVars(state, call, key);
  if (what === 'preview') return preview(state, call);
  return no(404, 'not found');
}

function service(state: RenderState, { method, body }: Call, id: string): Answer {
  if (method === 'DELETE') {
    if (!state.previews.delete(id)) throw new Error(`the service ${id} itself was deleted`);
    return { status: 204 };
  }
  if (method === 'PATCH') {
    const asked = body as {
      autoDeploy?: 'yes' | 'no';
      serviceDetails?: { maintenanceMode?: { enabled: boolean; uri: string } };
    };
    state.autoDeploy = asked.autoDeploy ?? state.autoDeploy;
    state.maintenance = asked.serviceDetails?.maintenanceMode ?? state.maintenance;
  }
  return { status: 200, json: state.shownService(id) };
}

function deploys(state: RenderState, call: Call, id: string | undefined, action: string | undefined): Answer {
  if (id === undefined && call.method === 'GET') return listDeploys(state, call);
  if (id === undefined) return startDeploy(state, call.body as { commitId?: string; imageUrl?: string });
  const deploy = state.deploys.find((each) => each.id === id);
  if (deploy === undefined) return no(404, 'not found: deploy');
  if (action === 'cancel' && !state.cancel(deploy)) return no(400, 'deploy is not in progress');
  return { status: 200, json: state.shownDeploy(deploy) };
}

function listDeploys(state: RenderState, call: Call): Answer {
  const statuses = call.query.getAll('status');
  const after = Date.parse(call.query.get('createdAfter') ?? '1970-01-01T00:00:00Z');
  const chosen = state.deploys.filter(
    ({ isHidden, status, createdAtMs }) =>
      !isHidden && createdAtMs > after && (statuses.length === 0 || statuses.includes(status)),
  );
  return page(call, chosen, 'deploy', (each) => state.shownDeploy(each));
}

function startDeploy(state: RenderState, asked: { commitId?: string; imageUrl?: string }): Answer {
  if (state.suspended) return no(409, 'service is suspended');
  const deploy = state.start(asked, 'api');
  if (state.queueNext === 0) return { status: 201, json: state.shownDeploy(deploy) };
  state.queueNext -= 1;
  deploy.status = 'queued';
  deploy.isHidden = !state.isQueueListed;
  return { status: 202 };
}

/** Autodeploy stays as it is, as Render's own description says. */
function rollBack(state: RenderState, { body }: Call): Answer {
  const { deployId } = body as { deployId: string };
  const target = state.deploys.find(({ id }) => id === deployId);
  if (target === undefined || state.dropped.has(deployId)) return no(404, 'not found: build');
  if (target.status !== 'live' && target.status !== 'deactivated') return no(400, 'deploy was never live');
  const made = state.start(
    {
      ...(target.commit === undefined ? {} : { commitId: target.commit.id }),
      ...(target.image === undefined ? {} : { imageUrl: target.image.ref }),
    },
    'rollback',
    true,
  );
  return { status: 201, json: state.shownDeploy(made) };
}

/** The whole list is replaced by what is put there, as Render's own description says. */
function envVars(state: RenderState, call: Call, key: string | undefined): Answer {
  if (call.method === 'PUT' && key === undefined) {
    state.envVars.clear();
    for (const each of call.body as { key: string; value: string }[]) state.envVars.set(each.key, each.value);
  }
  return page(call, [...state.envVars], 'envVar', ([name, value]) => ({ key: name, value }));
}

function preview(state: RenderState, { body }: Call): Answer {
  const { imagePath, name = 'preview' } = body as { imagePath: string; name?: string };
  if (state.shownService().imagePath === undefined) return no(400, 'not an image-backed service');
  const id = state.id('srv');
  state.previews.set(id, { name, imagePath, parent: SERVICE });
  return { status: 200, json: { service: state.shownService(id), deployId: state.id('dep') } };
}

/** What builds and what runs says, newest first, a page at a time. */
function logs(state: RenderState, { query }: Call): Answer {
  const from = Date.parse(query.get('startTime') ?? '');
  const until = Date.parse(query.get('endTime') ?? '9999-01-01T00:00:00Z');
  const limit = Number(query.get('limit'));
  const all = state.deploys.flatMap(linesOf).filter(({ atMs }) => atMs >= from && atMs <= until);
  const newest = all.toSorted((a, b) => b.atMs - a.atMs);
  const shown = newest.slice(0, limit);
  return {
    status: 200,
    json: {
      hasMore: newest.length > limit,
      nextStartTime: iso(from),
      nextEndTime: iso(shown.at(-1)?.atMs ?? from),
      logs: shown.map(({ atMs, text, type, level }) => ({
        id: `${atMs} ${text}`,
        message: text,
        timestamp: iso(atMs),
        labels: [
          { name: 'resource', value: SERVICE },
          { name: 'type', value: type },
          { name: 'level', value: level },
        ],
      })),
    },
  };
}

const LINES = 120;

function linesOf({ createdAtMs, finishedAtMs, status, commit, image }: RenderDeploy) {
  const name = commit?.id.slice(0, 4) ?? image?.ref ?? '';
  const build = {
    atMs: createdAtMs,
    text: `building ${name} with Bearer abcdefgh12345678`,
    type: 'build',
    level: 'info',
  };
  if (finishedAtMs === null) return [build];
  if (status === 'update_failed')
    return [
      build,
      { atMs: finishedAtMs - 1, text: `${name} exited with code 1`, type: 'app', level: 'error' },
    ];
  const app = Array.from({ length: LINES }, (_, index) => ({
    atMs: finishedAtMs + 1 + index,
    text: `${name} answers ${index}`,
    type: 'app',
    level: index === 7 ? 'warning' : 'info',
  }));
  return [build, ...app];
}

function page<T>(call: Call, all: readonly T[], name: string, show: (each: T) => unknown): Answer {
  const limit = Number(call.query.get('limit') ?? 20);
  const from = Number(call.query.get('cursor') ?? 0);
  const shown = all.slice(from, from + limit);
  return {
    status: 200,
    json: shown.map((each, index) => ({ [name]: show(each), cursor: String(from + index + 1) })),
  };
}

function no(status: number, message: string): Answer {
  return { status, json: { id: 'req-1', message } };
}

export type { RenderOptions };
