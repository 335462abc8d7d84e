import { PROJECT, type VercelDeployment, type VercelState } from './state.ts';

const OWNER = 'team_nLlpyC6REAqxydlFKbrMDlud';
const creator = { uid: 'usr_1', username: 'ada', email: 'ada@example.com' };

/** As `GET /v13/deployments/{id}` tells it, with all that its description demands. */
export function told(state: VercelState, deployment: VercelDeployment) {
  const { id, createdAt, readyState, target, meta, sha } = deployment;
  return {
    ...common(deployment),
    id,
    createdAt,
    target,
    meta,
    aliasAssigned: deployment.aliasAssigned !== null,
    status: readyState,
    gitSource: { type: 'github', repoId: 42, ref: 'main', sha },
    build: { env: [] },
    env: [],
    isInConcurrentBuildsQueue: false,
    isInSystemBuildsQueue: false,
    projectSettings: {},
    bootedAt: createdAt,
    buildingAt: createdAt,
    buildSkipped: false,
    public: false,
    regions: ['fra1'],
    version: 2,
    plan: state.options.plan ?? 'pro',
    createdIn: 'fra1',
    ownerId: OWNER,
    routes: null,
  };
}

/** As `GET /v6/deployments` lists it: the id is called `uid`. */
export function listed(deployment: VercelDeployment) {
  const { id, createdAt, readyState, target, meta } = deployment;
  return {
    ...common(deployment),
    uid: id,
    created: createdAt,
    createdAt,
    state: readyState,
    target,
    meta,
    isRollbackCandidate: deployment.hasServed,
  };
}

function common({ id, readyState, readySubstate, aliasAssigned }: VercelDeployment) {
  return {
    name: 'shop',
    projectId: PROJECT,
    url: `shop-${id.slice(-6)}.vercel.app`,
    readyState,
    ...(readySubstate === null ? {} : { readySubstate }),
    ...(readyState === 'ERROR' ? { errorMessage: 'Command "npm run build" exited with 1' } : {}),
    aliasAssigned: aliasAssigned ?? false,
    type: 'LAMBDAS',
    creator,
    inspectorUrl: `https://vercel.com/acme/shop/${id}`,
  };
}

export function shownProject(state: VercelState) {
  const production = state.deployments.find(({ id }) => id === state.productionId);
  const { job } = state;
  return {
    id: PROJECT,
    accountId: OWNER,
    name: 'shop',
    directoryListing: false,
    nodeVersion: '22.x',
    resourceConfig: { functionDefaultRegions: ['fra1'] },
    defaultResourceConfig: { functionDefaultRegions: ['fra1'] },
    autoAssignCustomDomains: state.autoAssign,
    paused: state.paused,
    ...(state.options.hasRepository === false ? {} : { link: repository }),
    targets: { production: production === undefined ? null : target(state, production) },
    rollingRelease: state.stages === null ? null : { target: 'production', stages: state.stages },
    lastAliasRequest:
      job === null
        ? null
        : {
            fromDeploymentId: job.from,
            toDeploymentId: job.to,
            jobStatus: job.status,
            requestedAt: job.atMs,
            type: job.type,
          },
  };
}

const repository = {
  type: 'github',
  org: 'acme',
  repo: 'shop',
  repoId: 42,
  gitCredentialId: 'cred_1',
  productionBranch: 'main',
  deployHooks: [],
};

function target(state: VercelState, { id, createdAt, readyState }: VercelDeployment) {
  return {
    id,
    alias: ['shop.example.com'],
    createdAt,
    createdIn: 'fra1',
    creator,
    deploymentHostname: 'shop',
    name: 'shop',
    plan: state.options.plan ?? 'pro',
    private: true,
    readyState,
    type: 'LAMBDAS',
    url: 'shop.vercel.app',
    userId: 'usr_1',
  };
}

export function shownRolling(state: VercelState) {
  const { rolling } = state;
  if (rolling === null) return null;
  const stages = rolling.stages.map((stage, index) => ({
    index,
    isFinalStage: stage.targetPercentage === 100,
    targetPercentage: stage.targetPercentage,
    requireApproval: stage.requireApproval === true,
    // In seconds here, though the project's template is in minutes.
    duration: (stage.duration ?? 0) * 60,
  }));
  const brief = (id: string) => {
    const { createdAt, readyState } = state.find(id);
    return { id, name: 'shop', url: 'shop.vercel.app', createdAt, readyState };
  };
  return {
    state: rolling.state,
    currentDeployment: brief(rolling.currentId),
    canaryDeployment: brief(rolling.canaryId),
    queuedDeploymentId: null,
    advancementType: 'manual-approval',
    stages,
    activeStage: rolling.state === 'ACTIVE' ? stages[rolling.index] : null,
    nextStage: stages[rolling.index + 1] ?? null,
    startedAt: rolling.startedAt,
    updatedAt: rolling.startedAt,
  };
}
