import { aroundWith } from '../stand-in/around.ts';
import { type Answer, type Call, type Description, openStandIn } from '../support/stand-in/index.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';
import { openPretend } from './platform-pretend-adapter.ts';

type Status = 'building' | 'live' | 'replaced' | 'failed' | 'cancelled';
type Deploy = {
  readonly id: string;
  readonly version: string;
  readonly marker: string | null;
  status: Status;
};

const VERSIONS = ['v3', 'v2', 'v1'];
const CRASHING = 'v3';

/** Holds the suite itself to what an honest platform does that keeps one version at a time, and that does not exist. */
export const pretend: Member = {
  name: 'pretend',
  does: 'replaces',
  async open(opening): Promise<World> {
    const shelf = new Shelf();
    const standIn = await openStandIn({
      spec: description,
      basePath: '/v1',
      handle: (call) => handle(shelf, call),
    });
    return {
      platform: openPretend(standIn.url, impatient(aroundWith('nothing'), opening)),
      target: { id: 'api/staging', address: { service: 'api' } },
      versions: { good: 'v1', better: 'v2', crashing: CRASHING },
      foreignAddress: { service: 'api', region: 'eu' },
      calls: () => standIn.calls().length,
      ...troublesIn(standIn, {
        change: { method: 'POST', path: '/services/api/deploys' },
        question: { method: 'GET', path: '/services/api/deploys' },
        strangeWord: (json) => (json as Deploy[]).map((deploy) => ({ ...deploy, status: 'pondering' })),
      }),
      settle: async () => shelf.settle(),
      hands: {
        somebodyElse: async (version) => void shelf.start(version, null),
        cancel: async (releaseId) => shelf.cancel(releaseId),
        forget: async (releaseId) => void shelf.forgotten.add(releaseId),
      },
      close: () => standIn.close(),
    };
  },
};

/** One service, newest deploy first. */
class Shelf {
  readonly deploys: Deploy[] = [];
  readonly forgotten = new Set<string>();

  start(version: string, marker: string | null): Deploy {
    const same = this.deploys.find((deploy) => marker !== null && deploy.marker === marker);
    if (same !== undefined) return same;
    for (const { id } of this.deploys) this.cancel(id);
    const deploy: Deploy = { id: `dep-${this.deploys.length + 1}`, version, marker, status: 'building' };
    this.deploys.unshift(deploy);
    return deploy;
  }

  cancel(id: string): void {
    const deploy = this.deploys.find((each) => each.id === id);
    if (deploy?.status === 'building') deploy.status = 'cancelled';
  }

  settle(): void {
    const built = this.deploys.find(({ status }) => status === 'building');
    if (built === undefined) return;
    if (built.version === CRASHING) {
      built.status = 'failed';
      return;
    }
    for (const deploy of this.deploys) if (deploy.status === 'live') deploy.status = 'replaced';
    built.status = 'live';
  }
}

function handle(shelf: Shelf, { method, path, query, body }: Call): Answer {
  const [, what, id] = path.split('/');
  if (what === 'versions') {
    return { status: 200, json: VERSIONS.slice(0, Number(query.get('limit'))).map((name) => ({ name })) };
  }
  if (what === 'services' && method === 'GET') return { status: 200, json: shelf.deploys };
  if (what === 'deploys') {
    shelf.cancel(id ?? '');
    return { status: 200, json: shelf.deploys.find((deploy) => deploy.id === id) };
  }
  const asked = body as { version: string; marker: string; from?: string };
  if (asked.from !== undefined && shelf.forgotten.has(asked.from)) {
    return { status: 404, json: { message: `what ${asked.from} ran is no longer kept` } };
  }
  return { status: 201, json: shelf.start(asked.version, asked.marker) };
}

const json = (schema: object) => ({ description: 'it', content: { 'application/json': { schema } } });
const text = { type: 'string' };
const id = (name: string) => ({ name, in: 'path', required: true, schema: text });
const deploy = {
  type: 'object',
  required: ['id', 'version', 'status', 'marker'],
  properties: {
    id: text,
    version: text,
    status: { enum: ['building', 'live', 'replaced', 'failed', 'cancelled'] },
    marker: { type: 'string', nullable: true },
  },
};

const description: Description = {
  openapi: '3.0.3',
  paths: {
    '/versions': {
      get: {
        parameters: [{ name: 'limit', in: 'query', required: true, schema: { type: 'integer' } }],
        responses: { 200: json({ type: 'array', items: { type: 'object', properties: { name: text } } }) },
      },
    },
    '/services/{service}/deploys': {
      parameters: [id('service')],
      get: { responses: { 200: json({ type: 'array', items: deploy }) } },
      post: {
        requestBody: {
          required: true,
          ...json({
            type: 'object',
            required: ['version', 'marker'],
            properties: { version: text, marker: text, from: text },
          }),
        },
        responses: { 201: json(deploy) },
      },
    },
    '/deploys/{deploy}/cancel': { post: { parameters: [id('deploy')], responses: { 200: json(deploy) } } },
  },
};
