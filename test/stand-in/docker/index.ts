import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../../support/server.ts';
import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { Engine, type Made } from './state.ts';

export const REPOSITORY = 'registry.example/shop';

export type Docker = StandIn & { readonly socket: string; readonly engine: Engine };

/**
 * An engine on a socket of its own. The engine publishes its description with its source only, so that none is held
 * against it; the same tests run against a real engine where there is one.
 */
export async function openDocker(apiVersion = '1.41'): Promise<Docker> {
  const folder = temporaryFolder('docker', null);
  const socket = join(folder, 'docker.sock');
  const engine = new Engine();
  const standIn = await openStandIn({
    spec: null,
    basePath: '',
    listen: { socketPath: socket },
    handle: (call) => handle(engine, apiVersion, call),
  });
  return {
    ...standIn,
    socket,
    engine,
    async close() {
      await standIn.close();
      removeFolder(folder);
    },
  };
}

const refused = (status: number, message: string): Answer => ({ status, json: { message } });

function handle(engine: Engine, apiVersion: string, call: Call): Answer {
  if (call.path === '/_ping') return { status: 200, text: 'OK', headers: { 'api-version': apiVersion } };
  const [, version, what, rawName = '', verb = ''] = call.path.split('/');
  if (version !== `v${apiVersion}`) return refused(400, `client version ${version} is too new`);
  const name = decodeURIComponent(rawName);
  if (what === 'images') return ofImages(engine, call, name);
  if (name === 'json') return { status: 200, json: listed(engine, call.query.get('filters') ?? '{}') };
  if (name === 'create') return created(engine, call);
  const made = engine.find(name);
  if (made === undefined) return refused(404, `No such container: ${name}`);
  return ofContainer(engine, made, `${call.method} ${verb}`);
}

function ofImages(engine: Engine, { method, query }: Call, name: string): Answer {
  if (method === 'POST') {
    const image = `${query.get('fromImage')}:${query.get('tag')}`;
    const said = [{ status: `Pulling from ${query.get('fromImage')}`, id: query.get('tag') }];
    const error = `manifest for ${image} not found: manifest unknown: manifest unknown`;
    const lines = engine.registry.has(image)
      ? [...said, { status: `Status: Downloaded newer image for ${image}` }]
      : [...said, { errorDetail: { message: error }, error }];
    if (engine.registry.has(image)) engine.images.add(image);
    return {
      status: 200,
      type: 'application/json',
      text: lines.map((line) => `${JSON.stringify(line)}\r\n`).join(''),
    };
  }
  if (name === 'json') {
    const json = [...engine.images].map((image, index) => ({
      RepoTags: [image],
      Created: 1_700_000_000 + index,
    }));
    return { status: 200, json };
  }
  return engine.images.has(name)
    ? { status: 200, json: { Id: `sha256:${'0'.repeat(64)}` } }
    : refused(404, `No such image: ${name}`);
}

function created(engine: Engine, { query, body }: Call): Answer {
  const asked = body as Record<string, unknown>;
  const image = String(asked['Image']);
  if (!engine.images.has(image)) return refused(404, `No such image: ${image}`);
  const name = query.get('name') ?? '';
  const made = engine.create(name, asked);
  if (made === null) return refused(409, `Conflict. The container name "/${name}" is already in use`);
  return { status: 201, json: { Id: made.Id, Warnings: [] } };
}

function ofContainer(engine: Engine, made: Made, asked: string): Answer {
  switch (asked) {
    case 'GET json': {
      const { ports: _, ...json } = made;
      return { status: 200, json };
    }
    case 'GET logs':
      return { status: 200, type: 'application/octet-stream', text: logOf(made) };
    case 'POST start': {
      const status = engine.start(made);
      return status === 500 ? refused(500, made.State.Error) : { status };
    }
    case 'POST stop':
      if (made.State.Status === 'exited' || made.State.Status === 'created') return { status: 304 };
      engine.end(made);
      return { status: 204 };
    case 'DELETE ':
      if (made.State.Status === 'running') return refused(409, 'You cannot remove a running container');
      engine.remove(made);
      return { status: 204 };
    default:
      throw new Error(`the engine knows no ${asked}`);
  }
}

function listed({ containers }: Engine, filters: string) {
  const { label = [], name = [] } = JSON.parse(filters) as { label?: string[]; name?: string[] };
  return containers
    .filter(({ Config }) =>
      label.every((each) => {
        const [key = '', value] = each.split('=');
        return Config.Labels[key] === value;
      }),
    )
    .filter(({ Name }) => name.length === 0 || name.some((pattern) => new RegExp(pattern).test(Name)))
    .map(({ Name, State, Created }) => ({
      Names: [Name],
      State: State.Status,
      Created: Math.floor(Date.parse(Created) / 1_000),
    }));
}

function logOf({ Config, State }: Made): Buffer {
  const version = Config.Image.split(':').at(-1);
  return Buffer.concat([
    framed(1, `${State.StartedAt} hello from ${version}\n`),
    framed(2, `${State.StartedAt} oops from ${version}\n`),
  ]);
}

function framed(stream: number, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
