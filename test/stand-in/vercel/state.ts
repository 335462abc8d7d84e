/** One project of Vercel and its deployments, as Vercel keeps them: nothing here knows of us. */
export type VercelDeployment = {
  readonly id: string;
  readonly createdAt: number;
  readonly target: 'production' | null;
  readonly meta: Readonly<Record<string, string>>;
  readonly sha: string;
  readyState: string;
  readySubstate: 'STAGED' | 'ROLLING' | 'PROMOTED' | null;
  aliasAssigned: number | null;
  /** Whether it has ever served production. */
  hasServed: boolean;
  readonly end: string;
  endsAtMs: number;
};

type Stage = {
  readonly targetPercentage: number;
  readonly requireApproval?: boolean;
  readonly duration?: number;
};

type Rolling = {
  state: 'ACTIVE' | 'COMPLETE' | 'ABORTED';
  readonly currentId: string;
  readonly canaryId: string;
  /** A copy: changing the project's alters nothing that is under way. */
  readonly stages: readonly Stage[];
  index: number;
  readonly startedAt: number;
};

export type VercelOptions = {
  readonly autoAssign?: boolean;
  readonly stages?: readonly Stage[];
  readonly plan?: 'hobby' | 'pro';
  /** How long a build takes, and how long it takes until domains have moved. */
  readonly buildMs?: number;
  readonly moveMs?: number;
  readonly hasRepository?: boolean;
};

export const PROJECT = 'prj_XLKmu1DyR1eY7zq8UgeRKbA7yVLA';

/** Commits that people may ask for, and what becomes of each. */
export const COMMITS: Readonly<Record<string, { readonly id: string; readonly end: string }>> = {
  good: { id: '1111111111111111111111111111111111111111', end: 'READY' },
  better: { id: '2222222222222222222222222222222222222222', end: 'READY' },
  crashing: { id: '3333333333333333333333333333333333333333', end: 'ERROR' },
  neverHealthy: { id: '4444444444444444444444444444444444444444', end: 'BUILDING' },
};

const under = new Set(['QUEUED', 'BUILDING', 'INITIALIZING']);

/** What Vercel says no to. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class VercelState {
  readonly deployments: VercelDeployment[] = [];
  /** Whether what is being built becomes ready in the moment in which it is called off. */
  isQuickerThanCancel = false;
  readonly envs: Record<string, unknown>[] = [];
  readonly options: VercelOptions;
  autoAssign: boolean;
  stages: readonly Stage[] | null;
  paused = false;
  productionId: string | null = null;
  previousId: string | null = null;
  rolling: Rolling | null = null;
  job: { from: string; to: string; type: 'promote' | 'rollback'; atMs: number; status: string } | null = null;
  #autoAssignBefore: boolean | null = null;
  #count = 0;

  constructor(options: VercelOptions) {
    this.options = options;
    this.autoAssign = options.autoAssign ?? false;
    this.stages = options.stages ?? null;
  }

  create(asked: {
    sha: string;
    target: 'production' | null;
    meta: Record<string, string>;
  }): VercelDeployment {
    this.#count += 1;
    const version = Object.values(COMMITS).find(({ id }) => id === asked.sha);
    const deployment: VercelDeployment = {
      id: `dpl_${String(this.#count).padStart(24, '0')}`,
      createdAt: Date.now() + this.#count,
      target: asked.target,
      meta: {
        ...asked.meta,
        githubCommitSha: asked.sha,
        githubCommitMessage: `Change ${asked.sha.slice(0, 4)}\n\nMore`,
      },
      sha: asked.sha,
      readyState: 'BUILDING',
      readySubstate: null,
      aliasAssigned: null,
      hasServed: false,
      end: version?.end ?? 'READY',
      endsAtMs: Date.now() + (this.options.buildMs ?? 0),
    };
    this.deployments.unshift(deployment);
    return deployment;
  }

  /** Brings everything to where it is by now. */
  advance(): void {
    for (const each of this.deployments.toReversed()) {
      if (!under.has(each.readyState) || each.endsAtMs > Date.now()) continue;
      each.readyState = each.end;
      if (each.readyState === 'READY' && each.target === 'production') this.#isReady(each);
    }
    const { job } = this;
    if (job?.status !== 'in-progress' || job.atMs + (this.options.moveMs ?? 0) > Date.now()) return;
    job.status = 'succeeded';
    this.serve(this.find(job.to));
  }

  /** Everything that is under way comes to its end now. */
  settle(): void {
    for (const each of this.deployments) each.endsAtMs = 0;
    this.advance();
  }

  #isReady(deployment: VercelDeployment): void {
    if (!this.autoAssign) deployment.readySubstate = 'STAGED';
    else if (this.stages !== null && this.productionId !== null) this.startRolling(deployment.id);
    else this.serve(deployment);
  }

  serve(deployment: VercelDeployment): void {
    if (this.productionId !== deployment.id) this.previousId = this.productionId;
    this.productionId = deployment.id;
    deployment.readySubstate = 'PROMOTED';
    deployment.aliasAssigned ??= Date.now();
    deployment.hasServed = true;
  }

  /** As documented: the active canary is completed at once; with stages configured a rolling release is started. */
  promote(id: string): void {
    const deployment = this.find(id);
    if (deployment.readyState !== 'READY' || deployment.target !== 'production')
      throw new Refused(400, 'cannot be promoted');
    if (this.rolling?.state === 'ACTIVE') {
      if (this.rolling.canaryId !== id) throw new Refused(409, 'a rolling release is active');
      this.completeRolling(id);
    } else if (this.stages !== null && this.productionId !== null) this.startRolling(id);
    else this.#promoteAll(id);
  }

  #promoteAll(id: string): void {
    this.#move('promote', id);
    if (this.#autoAssignBefore !== null) this.autoAssign = this.#autoAssignBefore;
    this.#autoAssignBefore = null;
  }

  rollBack(id: string): void {
    const deployment = this.find(id);
    const isBase = this.rolling?.state === 'ACTIVE' && this.rolling.currentId === id;
    if (!deployment.hasServed) throw new Refused(422, 'was never aliased to production');
    if (this.options.plan === 'hobby' && !isBase && id !== this.previousId)
      throw new Refused(402, 'to roll back further than the previous production deployment, upgrade to pro');
    if (isBase && this.rolling !== null) {
      this.rolling.state = 'ABORTED';
      this.find(this.rolling.canaryId).readySubstate = 'PROMOTED';
    }
    this.#move('rollback', id);
    this.#autoAssignBefore ??= this.autoAssign;
    this.autoAssign = false;
  }

  #move(type: 'promote' | 'rollback', to: string): void {
    if (this.job?.status === 'in-progress') throw new Refused(409, 'another request is in progress');
    this.job = { from: this.productionId ?? to, to, type, atMs: Date.now(), status: 'in-progress' };
    this.advance();
  }

  startRolling(canaryId: string): void {
    if (this.stages === null) throw new Refused(400, 'rolling releases are not enabled');
    if (this.rolling?.state === 'ACTIVE') {
      if (this.rolling.canaryId === canaryId) return;
      throw new Refused(409, 'a rolling release is active');
    }
    const canary = this.find(canaryId);
    canary.readySubstate = 'ROLLING';
    canary.hasServed = true;
    this.rolling = {
      state: 'ACTIVE',
      currentId: this.productionId ?? '',
      canaryId,
      stages: [...this.stages],
      index: 0,
      startedAt: Date.now(),
    };
  }

  approveStage(canaryId: string, nextStageIndex: number): void {
    const rolling = this.#active(canaryId);
    if (nextStageIndex !== rolling.index + 1) throw new Refused(400, 'is not the next stage');
    rolling.index = nextStageIndex;
    if (rolling.stages[nextStageIndex]?.targetPercentage === 100) this.completeRolling(canaryId);
  }

  completeRolling(canaryId: string): void {
    const rolling = this.#active(canaryId);
    rolling.state = 'COMPLETE';
    this.serve(this.find(canaryId));
  }

  #active(canaryId: string): Rolling {
    if (this.rolling?.state !== 'ACTIVE' || this.rolling.canaryId !== canaryId)
      throw new Refused(400, 'there is no active rolling release of this canary');
    return this.rolling;
  }

  cancel(id: string): VercelDeployment {
    const deployment = this.find(id);
    // Between the question whether it is still being built and this call it may have become ready.
    if (this.isQuickerThanCancel) Object.assign(deployment, { readyState: 'READY', readySubstate: 'STAGED' });
    if (!under.has(deployment.readyState)) throw new Refused(400, 'is not being built');
    deployment.readyState = 'CANCELED';
    return deployment;
  }

  delete(id: string): void {
    const deployment = this.find(id);
    if (deployment.hasServed) throw new Error(`${id}, which has served production, was deleted`);
    this.deployments.splice(this.deployments.indexOf(deployment), 1);
  }

  find(id: string): VercelDeployment {
    const deployment = this.deployments.find((each) => each.id === id);
    if (deployment === undefined) throw new Refused(404, 'the deployment was not found');
    return deployment;
  }

  /** How many in a hundred people get which deployment. */
  shares(): ReadonlyMap<string, number> {
    this.advance();
    if (this.rolling?.state === 'ACTIVE') {
      const share = this.rolling.stages[this.rolling.index]?.targetPercentage ?? 0;
      return new Map([
        [this.rolling.canaryId, share],
        [this.rolling.currentId, 100 - share],
      ]);
    }
    return new Map(this.productionId === null ? [] : [[this.productionId, 100]]);
  }
}
