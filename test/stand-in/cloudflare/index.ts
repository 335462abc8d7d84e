import { randomUUID } from 'node:crypto';
import { descriptionOf, follow } from '../../support/stand-in/description.ts';
import {
  type Answer,
  type Call,
  type Description,
  openStandIn,
  type StandIn,
} from '../../support/stand-in/index.ts';

export const ACCOUNT = '0123456789abcdef0123456789abcdef';
export const ZONE = 'fedcba9876543210fedcba9876543210';
export const BALANCER = '11111111111111111111111111111111';
export const POOLS = ['22222222222222222222222222222222', '33333333333333333333333333333333'] as const;

/** Cloudflare calls as many versions deployable. */
const DEPLOYABLE_MAX = 100;

type Uploaded = {
  readonly id: string;
  readonly number: number;
  readonly createdOn: string;
  readonly tag: string | undefined;
  readonly message: string | undefined;
  readonly bindings: readonly { readonly name: string; readonly type: string; readonly text?: string }[];
  /** Cloudflare's reason why it cannot be deployed any more. */
  blocked: string | null;
};
type Deployed = {
  readonly id: string;
  readonly created_on: string;
  readonly source: string;
  readonly strategy: string;
  readonly versions: readonly { readonly version_id: string; readonly percentage: number }[];
  readonly annotations?: Readonly<Record<string, string>>;
};
type Worker = {
  readonly versions: Uploaded[];
  readonly deployments: Deployed[];
  observability: unknown;
  requests: number;
};

export type CloudflareStandIn = StandIn & {
  /** As `wrangler versions upload --tag`. @returns its id */
  upload(worker: string, tag?: string, more?: { message?: string; bindings?: Uploaded['bindings'] }): string;
  /** As somebody else does it, with wrangler: all the traffic at once, or shares. */
  deployOutside(worker: string, shares: Readonly<Record<string, number>>, strategy?: string): void;
  block(worker: string, versionId: string, why: string): void;
  workers: Map<string, Worker>;
  /** What analytics would count, by version. */
  counts: Map<string, { requests: number; errors: number }>;
  logLines: unknown[];
  /** Which version answers each of so many requests, by the table that is in force: exact, and never at random. */
  ask(worker: string, requests: number): readonly string[];
  balancer: { steering_policy: string; default_pools: string[]; random_steering: unknown; rules: unknown[] };
  poolsDown: Set<string>;
  /** Records of the zone. */
  names: { id: string; name: string; type: string; content: string; proxied: boolean; ttl: number }[];
  mayAnalyse: boolean;
  /** Turns everything away with 429 from now on. */
  isLocked: boolean;
};

const yes = (result: unknown, more: object = {}): Answer => ({
  status: 200,
  json: { success: true, errors: [], messages: [], result, ...more },
});
const no = (status: number, code: number, message: string): Answer => ({
  status,
  json: { success: false, errors: [{ code, message }], messages: [], result: null },
});

/**
 * Cloudflare as far as Workers, their versions and deployments, and one load balancer go. Strict like the original: a
 * deployment replaces the whole table, has two versions at most, makes a hundred, and is the first of its Worker only
 * with one version that has all of it.
 */
export async function openCloudflare(): Promise<CloudflareStandIn> {
  const workers = new Map<string, Worker>();
  const counts: CloudflareStandIn['counts'] = new Map();
  const logLines: unknown[] = [];
  const poolsDown = new Set<string>();
  const balancer: CloudflareStandIn['balancer'] = {
    steering_policy: 'random',
    default_pools: [...POOLS],
    random_steering: { default_weight: 1, pool_weights: { [POOLS[0]]: 1, [POOLS[1]]: 0 } },
    rules: [],
  };
  const names: CloudflareStandIn['names'] = [];
  const world = { workers, counts, logLines, poolsDown, balancer, names, mayAnalyse: true, isLocked: false };

  const standIn = await openStandIn({
    spec: patched(),
    basePath: '/client/v4',
    beyondSpec: [
      {
        method: 'POST',
        path: '/graphql',
        because: 'the GraphQL API has a schema of its own, which is not published as a file',
      },
      {
        method: 'POST',
        path: /\/workers\/observability\/telemetry\/query$/,
        because: 'is younger than the description of 2024; npm cloudflare 7.3.0 types it',
      },
      {
        path: /\/dns_records(?:\/|$)/,
        because: 'is not in the part of the description that is kept here; npm cloudflare 7.3.0 types it',
      },
    ],
    handle: (call) => {
      if (world.isLocked) return { ...no(429, 971, 'Please wait and consider throttling'), headers: {} };
      if (call.headers['authorization'] !== 'Bearer not-a-real-token')
        return no(401, 10_000, 'Authentication error');
      return handle(world, call);
    },
  });

  function workerNamed(name: string): Worker {
    const worker = workers.get(name) ?? {
      versions: [],
      deployments: [],
      observability: undefined,
      requests: 0,
    };
    workers.set(name, worker);
    return worker;
  }

  return Object.assign(world, {
    ...standIn,
    upload(name: string, tag?: string, more: { message?: string; bindings?: Uploaded['bindings'] } = {}) {
      const worker = workerNamed(name);
      const id = randomUUID();
      worker.versions.unshift({
        id,
        number: worker.versions.length + 1,
        createdOn: new Date().toISOString(),
        tag,
        message: more.message,
        bindings: more.bindings ?? [],
        blocked: null,
      });
      return id;
    },
    deployOutside(name: string, shares: Readonly<Record<string, number>>, strategy = 'percentage') {
      workerNamed(name).deployments.unshift({
        id: randomUUID(),
        created_on: new Date().toISOString(),
        source: 'wrangler',
        strategy,
        versions: Object.entries(shares).map(([version_id, percentage]) => ({ version_id, percentage })),
      });
    },
    block(name: string, versionId: string, why: string) {
      const version = workerNamed(name).versions.find(({ id }) => id === versionId);
      if (version !== undefined) version.blocked = why;
    },
    ask: (name: string, requests: number) => askWorker(workerNamed(name), counts, requests),
  });
}

/**
 * The description of August 2024 says that a share is 0.01 at least. Cloudflare's documentation stages a version with
 * "0%" ("Gradual deployments", "Version overrides"), and so do we. Of refusals it says that `success` is both true and
 * false, which nothing can be.
 */
function patched(): Description | null {
  const read = descriptionOf('cloudflare-2024-08.json');
  if (read === null) return null;
  const copy = structuredClone(read);
  const share = follow(
    copy,
    '/components/schemas/workers_deployments-strategy-percentage/properties/versions/items/properties/percentage',
  );
  if (share?.node['minimum'] !== 0.01) throw new Error('the description says something else of shares now');
  Object.assign(share.node, { minimum: 0 });
  for (const operations of Object.values(copy.paths)) {
    for (const operation of Object.values(operations)) {
      const { responses } = Object(operation) as { responses?: Record<string, unknown> };
      if (responses !== undefined) delete responses['4XX'];
    }
  }
  return copy;
}

type Known = Pick<
  CloudflareStandIn,
  'workers' | 'counts' | 'logLines' | 'poolsDown' | 'balancer' | 'names' | 'mayAnalyse'
>;

function handle(world: Known, call: Call): Answer {
  const { path } = call;
  if (path === '/graphql') return graphql(world, call);
  const inScripts = path.match(/^\/accounts\/([^/]+)\/workers\/scripts\/([^/]+)\/(.+)$/);
  if (inScripts?.[1] === ACCOUNT) return script(world, call, inScripts[2] ?? '', inScripts[3] ?? '');
  if (path === `/accounts/${ACCOUNT}/workers/observability/telemetry/query`) return telemetry(world, call);
  if (path === `/zones/${ZONE}/load_balancers/${BALANCER}`) return loadBalancer(world, call);
  const record = path.match(/^\/zones\/([^/]+)\/dns_records(?:\/([0-9a-f]{32}))?$/);
  if (record?.[1] === ZONE) return dnsRecords(world, call, record[2]);
  const pool = path.match(/^\/accounts\/[^/]+\/load_balancers\/pools\/([^/]+)(\/health)?$/);
  if (pool !== null) return poolAnswer(world, pool[1] ?? '', pool[2] !== undefined);
  return no(404, 7003, `Could not route to ${path}`);
}

function script({ workers }: Known, call: Call, name: string, rest: string): Answer {
  const worker = workers.get(name);
  if (worker === undefined) return no(404, 10_007, 'This Worker does not exist on your account.');
  if (rest === 'script-settings') {
    return yes(worker.observability === undefined ? {} : { observability: worker.observability });
  }
  if (rest === 'versions') return yes({ items: listed(worker, call) });
  if (rest === 'deployments')
    return call.method === 'POST' ? deploy(worker, call) : yes({ deployments: worker.deployments });
  const version = worker.versions.find(({ id }) => rest === `versions/${id}`);
  if (version === undefined) return no(404, 10_222, 'Version not found.');
  return yes({ ...shown(version), resources: { bindings: version.bindings } });
}

function listed(worker: Worker, { query }: Call): unknown[] {
  const isDeployable = query.get('deployable') === 'true';
  const kept = worker.versions.slice(0, DEPLOYABLE_MAX).filter(({ blocked }) => blocked === null);
  return (isDeployable ? kept : worker.versions.slice(0, 10)).map(shown);
}

function shown({ id, number, createdOn, tag, message }: Uploaded): object {
  return {
    id,
    number,
    metadata: { created_on: createdOn, author_email: 'ci@example.com', source: 'wrangler' },
    annotations: {
      'workers/triggered_by': 'version_upload',
      ...(tag === undefined ? {} : { 'workers/tag': tag }),
      ...(message === undefined ? {} : { 'workers/message': message }),
    },
  };
}

function deploy(worker: Worker, { body }: Call): Answer {
  const asked = body as Pick<Deployed, 'strategy' | 'versions' | 'annotations'>;
  const sum = asked.versions.reduce((total, { percentage }) => total + percentage, 0);
  if (asked.versions.length === 0 || asked.versions.length > 2) {
    return no(400, 10_211, 'A deployment has one or two versions.');
  }
  if (Math.abs(sum - 100) > 1e-6) return no(400, 10_212, 'Percentages must add up to 100.');
  if (worker.deployments.length === 0 && asked.versions.length !== 1) {
    return no(400, 10_213, 'The first deployment must be of one version at 100%.');
  }
  for (const { version_id } of asked.versions) {
    const version = worker.versions.find(({ id }) => id === version_id);
    if (version === undefined) return no(404, 10_222, 'Version not found.');
    if (version.blocked !== null) return no(400, 10_220, version.blocked);
  }
  const made: Deployed = {
    id: randomUUID(),
    created_on: new Date().toISOString(),
    source: 'api',
    strategy: asked.strategy,
    versions: asked.versions,
    ...(asked.annotations === undefined ? {} : { annotations: asked.annotations }),
  };
  worker.deployments.unshift(made);
  return yes(made);
}

function graphql({ counts, mayAnalyse }: Known, { body }: Call): Answer {
  if (!mayAnalyse) {
    const errors = [{ message: 'not authorized for that account', extensions: { code: 'authz' } }];
    return { status: 200, json: { data: null, errors } };
  }
  const { version } = (body as { variables: { version: string } }).variables;
  const sum = counts.get(version);
  const groups = sum === undefined ? [] : [{ dimensions: { scriptVersion: version }, sum }];
  return {
    status: 200,
    json: { data: { viewer: { accounts: [{ workersInvocationsAdaptive: groups }] } }, errors: null },
  };
}

function telemetry({ logLines }: Known, { body }: Call): Answer {
  const { parameters, limit } = body as {
    parameters: { filters: readonly { key: string; value: string }[] };
    limit: number;
  };
  const version = parameters.filters.find(({ key }) => key === '$workers.scriptVersion.id')?.value;
  const events = logLines.filter((line) => {
    const of = (line as { $workers?: { scriptVersion?: { id?: string } } }).$workers?.scriptVersion?.id;
    return version === undefined || of === version;
  });
  return yes({
    run: { status: 'COMPLETED' },
    events: { events: events.slice(-limit), count: events.length },
  });
}

/** A list with its filters, and a change of what is named alone: as `dns.records.list` and `dns.records.edit` are typed. */
function dnsRecords({ names }: Known, { method, query, body }: Call, id: string | undefined): Answer {
  if (id === undefined && method === 'GET') {
    const [name, type] = [query.get('name'), query.get('type')];
    return yes(
      names.filter((each) => (name ?? each.name) === each.name && (type ?? each.type) === each.type),
    );
  }
  const record = names.find((each) => each.id === id);
  if (record === undefined || method !== 'PATCH') return no(404, 81_044, 'Record does not exist.');
  const asked = body as { content?: unknown };
  if (Object.keys(asked).join() !== 'content' || typeof asked.content !== 'string')
    throw new Error(`a change of ${JSON.stringify(asked)} is none of ours`);
  record.content = asked.content;
  return yes(record);
}

function loadBalancer({ balancer }: Known, { method, body }: Call): Answer {
  if (method === 'PATCH') Object.assign(balancer, body);
  return yes({ id: BALANCER, name: 'shop.example.com', enabled: true, ...balancer });
}

function poolAnswer({ poolsDown }: Known, pool: string, isHealth: boolean): Answer {
  if (!POOLS.some((id) => id === pool)) return no(404, 1002, 'pool not found');
  const isHealthy = !poolsDown.has(pool);
  return isHealth
    ? yes({ pool_id: pool, pop_health: { 'Amsterdam, NL': { healthy: isHealthy, origins: [] } } })
    : yes({ id: pool, name: pool.slice(0, 4), enabled: true, origins: [] });
}

/** By the largest part that is still owed, as a fair wheel: so that counts are exact. */
function askWorker(worker: Worker, counts: CloudflareStandIn['counts'], requests: number): string[] {
  const table = worker.deployments[0]?.versions ?? [];
  const owed = new Map(table.map(({ version_id }) => [version_id, 0]));
  return Array.from({ length: requests }, () => {
    if (table.length === 0) return 'undefined';
    for (const { version_id, percentage } of table)
      owed.set(version_id, (owed.get(version_id) ?? 0) + percentage);
    const [chosen] = [...owed].toSorted((a, b) => b[1] - a[1])[0] ?? ['undefined'];
    owed.set(chosen, (owed.get(chosen) ?? 0) - 100);
    const count = counts.get(chosen) ?? { requests: 0, errors: 0 };
    counts.set(chosen, { ...count, requests: count.requests + 1 });
    return chosen;
  });
}
