import { createHash, randomUUID } from 'node:crypto';
import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';

export const PROJECT = 'abcdefghijklmnopqrst';

type Edge = {
  id: string;
  slug: string;
  name: string;
  status: string;
  version: number;
  created_at: number;
  updated_at: number;
  verify_jwt: boolean;
  entrypoint_path: string;
  ezbr_sha256: string;
};
type Branch = { id: string; name: string; is_default: boolean; persistent: boolean; project_ref: string };

export type SupabaseStandIn = StandIn & {
  functions: Map<string, Edge>;
  /** What would answer a request: the bundle that runs. */
  bodies: Map<string, Buffer>;
  branches: Branch[];
  project: { status: string };
  health: Map<string, { healthy: boolean; status: string; error?: string }>;
  secrets: { name: string; value: string }[];
  backups: { pitr_enabled: boolean; backups: object[]; physical_backup_data?: object };
  /** Moments that were restored to, in seconds. */
  restored: number[];
  logRows: object[];
  logError: string | null;
  /** As somebody else does it, with the CLI. */
  deployOutside(slug: string, source: string): void;
};

type Known = Omit<SupabaseStandIn, keyof StandIn | 'deployOutside'>;

const ok = (json: unknown): Answer => ({ status: 200, json });
const no = (status: number, message: string): Answer => ({ status, json: { message } });

/**
 * A project of Supabase as far as its functions, branches, secrets, health and logs go. As with the original a function
 * has one version at a time, and the bundle of the one before is gone when the next one is there.
 */
export async function openSupabase(): Promise<SupabaseStandIn> {
  const world: Known = {
    functions: new Map(),
    bodies: new Map(),
    branches: [{ id: randomUUID(), name: 'main', is_default: true, persistent: true, project_ref: PROJECT }],
    project: { status: 'ACTIVE_HEALTHY' },
    health: new Map([['db', { healthy: true, status: 'ACTIVE_HEALTHY' }]]),
    secrets: [],
    backups: { pitr_enabled: false, backups: [] },
    restored: [],
    logRows: [],
    logError: null,
  };
  const standIn = await openStandIn({
    spec: 'supabase.json',
    basePath: '',
    handle: (call) => {
      if (call.headers['authorization'] !== 'Bearer not-a-real-token') return no(401, 'Unauthorized');
      return handle(world, call);
    },
  });
  return Object.assign(world, {
    ...standIn,
    deployOutside: (slug: string, source: string) =>
      void put(world, slug, slug, bundleOf(source), 'index.ts', true),
  });
}

async function handle(world: Known, call: Call): Promise<Answer> {
  const { method, path } = call;
  const branch = path.match(/^\/v1\/branches\/([^/]+)$/)?.[1];
  if (branch !== undefined) return deleteBranch(world, branch);
  const [, ref, rest = ''] = path.match(/^\/v1\/projects\/([^/]+)(\/.*)?$/) ?? [];
  if (ref !== PROJECT) return no(404, 'Project not found');
  const edge = rest.match(/^\/functions\/([^/]+)(\/body)?$/);
  if (rest === '/functions/deploy') return deploy(world, call);
  if (edge !== null) return oneFunction(world, call, edge[1] ?? '', edge[2] !== undefined);
  if (rest === '/branches')
    return method === 'POST' ? createBranch(world, call) : ok(world.branches.map(shownBranch));
  return aboutProject(world, call, rest);
}

function aboutProject(world: Known, call: Call, rest: string): Answer {
  switch (rest) {
    case '':
      return ok(shownProject(world));
    case '/health':
      return ok(
        call.query.getAll('services').map((name) => {
          const known = world.health.get(name);
          return { name, ...(known ?? { healthy: true, status: 'ACTIVE_HEALTHY' }) };
        }),
      );
    case '/secrets':
      return ok(world.secrets);
    case '/database/backups':
      return ok({ region: 'eu-central-1', walg_enabled: true, physical_backup_data: {}, ...world.backups });
    case '/database/backups/restore-pitr': {
      world.restored.push((call.body as { recovery_time_target_unix: number }).recovery_time_target_unix);
      world.project.status = 'RESTORING';
      return { status: 201 };
    }
    case '/analytics/endpoints/logs.all':
      return ok(world.logError === null ? { result: world.logRows } : { error: world.logError });
    default:
      return no(404, `Cannot ${call.method} ${call.path}`);
  }
}

function shownProject({ project }: Known): object {
  return {
    id: PROJECT,
    ref: PROJECT,
    organization_id: 'o',
    organization_slug: 'acme',
    name: 'shop',
    region: 'eu-central-1',
    created_at: '2026-01-01T00:00:00Z',
    ...project,
    database: { host: 'db', version: '17', postgres_engine: '17', release_channel: 'ga' },
  };
}

async function deploy(world: Known, call: Call): Promise<Answer> {
  const form = await new Response(new Uint8Array(call.raw), {
    headers: { 'content-type': call.type },
  }).formData();
  const metadata = JSON.parse(String(form.get('metadata'))) as Record<string, unknown>;
  const file = form
    .getAll('file')
    .find((each): each is File => typeof each !== 'string' && each.name === metadata['entrypoint_path']);
  if (file === undefined) return no(400, `Entrypoint path does not exist - ${metadata['entrypoint_path']}`);
  const source = Buffer.from(await file.arrayBuffer()).toString();
  if (source.includes('SYNTAX ERROR'))
    return no(400, 'Failed to bundle the function (reason: Expected a semicolon)');
  // Without a slug a new function comes up beside the one that was meant.
  const slug = call.query.get('slug') ?? randomUUID();
  const name = String(metadata['name'] ?? slug);
  const made = put(
    world,
    slug,
    name,
    bundleOf(source),
    String(metadata['entrypoint_path']),
    metadata['verify_jwt'] !== false,
  );
  return { status: 201, json: made };
}

function oneFunction(world: Known, call: Call, slug: string, isBody: boolean): Answer {
  const edge = world.functions.get(slug);
  if (edge === undefined) return no(404, 'Function not found');
  if (isBody)
    return {
      status: 200,
      text: world.bodies.get(slug) ?? Buffer.of(),
      type: 'application/vnd.denoland.eszip',
    };
  if (call.method === 'GET') return ok(edge);
  const hash = createHash('sha256').update(call.raw).digest('hex');
  if (call.type !== 'application/vnd.denoland.eszip') return no(400, 'Not a bundle');
  if (call.query.get('ezbr_sha256') !== hash) return no(400, 'The checksum is not that of the bundle');
  return ok(
    put(
      world,
      slug,
      call.query.get('name') ?? edge.name,
      call.raw,
      call.query.get('entrypoint_path') ?? edge.entrypoint_path,
      call.query.get('verify_jwt') === 'true',
    ),
  );
}

/** Everything about the version before is gone with this. */
function put(
  world: Known,
  slug: string,
  name: string,
  bundle: Buffer,
  entrypoint: string,
  verifyJwt: boolean,
): Edge {
  const before = world.functions.get(slug);
  const edge: Edge = {
    id: before?.id ?? randomUUID(),
    slug,
    name,
    status: 'ACTIVE',
    version: (before?.version ?? 0) + 1,
    created_at: before?.created_at ?? Date.now(),
    updated_at: Date.now(),
    verify_jwt: verifyJwt,
    entrypoint_path: entrypoint,
    ezbr_sha256: createHash('sha256').update(bundle).digest('hex'),
  };
  world.functions.set(slug, edge);
  world.bodies.set(slug, bundle);
  return edge;
}

/** Supabase's bundler makes other bytes of the same source each time. */
function bundleOf(source: string): Buffer {
  return Buffer.from(`EZBR${randomUUID()}\0${source}`);
}

function shownBranch(branch: Branch): object {
  return {
    parent_project_ref: PROJECT,
    status: 'FUNCTIONS_DEPLOYED',
    created_at: '2026-11-20T10:00:00Z',
    updated_at: '2026-11-20T10:00:00Z',
    with_data: false,
    ...branch,
  };
}

function createBranch(world: Known, { body }: Call): Answer {
  const { branch_name } = body as { branch_name: string };
  if (world.branches.some(({ name }) => name === branch_name))
    return no(409, 'A branch of that name is there');
  const made: Branch = {
    id: randomUUID(),
    name: branch_name,
    is_default: false,
    persistent: false,
    project_ref: 'zzzzzzzzzzzzzzzzzzzz',
  };
  world.branches.push(made);
  return { status: 201, json: { ...shownBranch(made), status: 'CREATING_PROJECT' } };
}

/** Takes the reference of a project as well, like the original, and deletes it all the same. */
function deleteBranch(world: Known, idOrRef: string): Answer {
  const index = world.branches.findIndex(({ id, project_ref }) => id === idOrRef || project_ref === idOrRef);
  if (index === -1) return no(404, 'Branch not found');
  world.branches.splice(index, 1);
  return ok({ message: 'ok' });
}
