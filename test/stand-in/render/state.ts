/** One service of Render and its deploys, as Render keeps them: nothing here knows of us. */
export type RenderDeploy = {
  readonly id: string;
  readonly trigger: string;
  readonly commit?: { readonly id: string; readonly message: string; readonly createdAt: string };
  readonly image?: { readonly ref: string };
  readonly createdAtMs: number;
  status: string;
  finishedAtMs: number | null;
  /** Queued and not listed yet. */
  isHidden: boolean;
  /** What becomes of it, and when. */
  readonly end: string;
  endsAtMs: number;
};

export type RenderOptions = {
  readonly type?: string;
  readonly imagePath?: string;
  readonly plan?: string;
  readonly autoDeploy?: 'yes' | 'no';
  /** How long a build takes. */
  readonly buildMs?: number;
  readonly nowMs?: () => number;
};

export const SERVICE = 'srv-cjnxpkdhshc73d12t9i0';
const OWNER = 'tea-cjnxpkdhshc73d12t9i9';

/** Commits that people may ask for, and what becomes of each. */
export const COMMITS: Readonly<Record<string, { readonly id: string; readonly end: string }>> = {
  good: { id: '1111111111111111111111111111111111111111', end: 'live' },
  better: { id: '2222222222222222222222222222222222222222', end: 'live' },
  crashing: { id: '3333333333333333333333333333333333333333', end: 'update_failed' },
  neverHealthy: { id: '4444444444444444444444444444444444444444', end: 'never' },
};

const under = new Set([
  'created',
  'queued',
  'build_in_progress',
  'pre_deploy_in_progress',
  'update_in_progress',
]);

export class RenderState {
  readonly deploys: RenderDeploy[] = [];
  readonly envVars = new Map<string, string>();
  readonly previews = new Map<
    string,
    { readonly name: string; readonly imagePath: string; readonly parent: string }
  >();
  /** Builds that are no longer kept. */
  readonly dropped = new Set<string>();
  readonly #options: RenderOptions;
  autoDeploy: 'yes' | 'no';
  suspended = false;
  maintenance = { enabled: false, uri: 'https://status.example.com' };
  /** The next so many deploys are only queued: 202, without a body. */
  queueNext = 0;
  /** Whoever cancels finds that it has just come up. */
  isCancelTooLate = false;
  /** Whether what is queued is listed at once. */
  isQueueListed = true;
  #count = 0;

  constructor(options: RenderOptions) {
    this.#options = options;
    this.autoDeploy = options.autoDeploy ?? 'yes';
  }

  nowMs(): number {
    return (this.#options.nowMs ?? Date.now)();
  }

  id(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${String(this.#count).padStart(20, '0')}`;
  }

  start(what: { commitId?: string; imageUrl?: string }, trigger: string, isBuilt = false): RenderDeploy {
    this.advance();
    const nowMs = this.nowMs();
    for (const deploy of this.deploys) if (under.has(deploy.status)) this.#finish(deploy, 'canceled');
    const version = Object.values(COMMITS).find(({ id }) => id === what.commitId);
    const tagged = COMMITS[what.imageUrl?.split(':').at(-1) ?? ''];
    const deploy: RenderDeploy = {
      id: this.id('dep'),
      trigger,
      ...(what.commitId === undefined
        ? {}
        : {
            commit: {
              id: what.commitId,
              message: `Change ${what.commitId.slice(0, 4)}\n\nMore`,
              createdAt: iso(nowMs),
            },
          }),
      ...(what.imageUrl === undefined ? {} : { image: { ref: what.imageUrl } }),
      createdAtMs: nowMs,
      status: isBuilt ? 'update_in_progress' : 'build_in_progress',
      finishedAtMs: null,
      isHidden: false,
      end: (version ?? tagged)?.end ?? 'live',
      endsAtMs: nowMs + (this.#options.buildMs ?? 0),
    };
    this.deploys.unshift(deploy);
    return deploy;
  }

  /** Brings everything to where it is by now. */
  advance(): void {
    for (const deploy of this.deploys.toReversed()) {
      if (!under.has(deploy.status) || deploy.endsAtMs > this.nowMs()) continue;
      if (deploy.end === 'never') deploy.status = 'update_in_progress';
      else this.#finish(deploy, deploy.end);
    }
  }

  /** Everything that is under way comes to its end now. */
  settle(): void {
    for (const deploy of this.deploys) deploy.endsAtMs = 0;
    this.advance();
  }

  /** Somebody pushes: Render deploys it where that is switched on. */
  push(commitId: string): RenderDeploy | null {
    return this.autoDeploy === 'yes' ? this.start({ commitId }, 'new_commit') : null;
  }

  live(): RenderDeploy | null {
    this.advance();
    return this.deploys.find(({ status }) => status === 'live') ?? null;
  }

  cancel(deploy: RenderDeploy): boolean {
    if (!under.has(deploy.status)) return false;
    this.#finish(deploy, this.isCancelTooLate ? 'live' : 'canceled');
    return !this.isCancelTooLate;
  }

  #finish(deploy: RenderDeploy, status: string): void {
    if (status === 'live')
      for (const other of this.deploys) if (other.status === 'live') other.status = 'deactivated';
    deploy.status = status;
    deploy.finishedAtMs = this.nowMs();
  }

  shownDeploy(deploy: RenderDeploy) {
    const { id, trigger, commit, image, status, createdAtMs, finishedAtMs } = deploy;
    return {
      id,
      trigger,
      status,
      ...(commit === undefined ? {} : { commit }),
      ...(image === undefined ? {} : { image }),
      createdAt: iso(createdAtMs),
      startedAt: iso(createdAtMs),
      updatedAt: iso(finishedAtMs ?? createdAtMs),
      ...(finishedAtMs === null ? {} : { finishedAt: iso(finishedAtMs) }),
    };
  }

  shownService(id = SERVICE) {
    const preview = this.previews.get(id);
    const { type = 'web_service', imagePath, plan = 'starter' } = this.#options;
    const name = preview?.name ?? 'shop';
    const image = preview?.imagePath ?? imagePath;
    return {
      id,
      name,
      ownerId: OWNER,
      type,
      slug: name,
      rootDir: '',
      repo: 'https://github.com/acme/shop',
      branch: 'main',
      ...(image === undefined ? {} : { imagePath: image }),
      autoDeploy: this.autoDeploy,
      notifyOnFail: 'default',
      suspended: this.suspended ? 'suspended' : 'not_suspended',
      suspenders: this.suspended ? ['user'] : [],
      createdAt: iso(1_700_000_000_000),
      updatedAt: iso(1_700_000_000_000),
      dashboardUrl: `https://dashboard.render.com/web/${id}`,
      serviceDetails: detailsOf(type, plan, name, this.maintenance, preview?.parent ?? null),
    };
  }
}

function detailsOf(type: string, plan: string, name: string, maintenanceMode: object, parent: string | null) {
  const common = {
    env: 'node',
    runtime: 'node',
    envSpecificDetails: { buildCommand: 'npm ci', startCommand: 'npm start' },
    plan,
    region: 'frankfurt',
    buildPlan: 'starter',
    ...(parent === null ? {} : { parentServer: { id: parent, name: 'shop' } }),
  };
  const url = `https://${name}.onrender.com`;
  if (type === 'static_site')
    return { buildCommand: 'npm ci', publishPath: 'dist', url, buildPlan: 'starter' };
  if (type === 'cron_job') return { ...common, schedule: '0 * * * *' };
  if (type === 'background_worker') return { ...common, numInstances: 1 };
  if (type === 'private_service') return { ...common, numInstances: 1, openPorts: [], url };
  return { ...common, numInstances: 1, openPorts: [], url, healthCheckPath: '/health', maintenanceMode };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
