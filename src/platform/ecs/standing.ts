import type { Version } from '../../core/plan.ts';
import type { Health, Standing, StandingRelease } from '../platform.ts';
import { shortName } from './definition.ts';
import type { Deployment, Revision, Service } from './schema.ts';

type Word = { readonly health: Health; readonly say: string };

/** Words of `ServiceDeploymentStatus` (ECS API reference), and what each means for what was to come up. */
const words: ReadonlyMap<string, Word> = new Map([
  ['PENDING', { health: 'starting', say: 'ECS has taken it' }],
  ['IN_PROGRESS', { health: 'starting', say: 'ECS brings it up' }],
  ['SUCCESSFUL', { health: 'healthy', say: 'ECS has brought it up' }],
  ['STOP_REQUESTED', { health: 'unhealthy', say: 'somebody has asked ECS to stop it' }],
  ['STOPPED', { health: 'gone', say: 'was stopped' }],
  ['ROLLBACK_REQUESTED', { health: 'unhealthy', say: 'ECS is to roll it back' }],
  ['ROLLBACK_IN_PROGRESS', { health: 'unhealthy', say: 'ECS rolls it back' }],
  ['ROLLBACK_SUCCESSFUL', { health: 'gone', say: 'ECS has rolled it back' }],
  ['ROLLBACK_FAILED', { health: 'unhealthy', say: 'ECS could not roll it back' }],
]);

const ended = new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']);

/** Whether ECS is still at it. What nobody knows is. */
export function isUnderWay({ status }: Deployment): boolean {
  return !ended.has(status ?? '');
}

/** Which task definition a revision of the service runs, which version that is, and which intent it carries. */
export type Names = {
  taskDefinitionOf(revisionArn: string): string | null;
  versionOf(taskDefinition: string): Version;
  intentOf(taskDefinition: string): string | null;
};

type Part = {
  readonly taskDefinition: string;
  readonly trafficPercent: number;
  readonly health: Health;
  readonly say: string;
};

/** What ECS says, in our words. `deployments` are newest first. */
export function standingOf(
  service: Service,
  deployments: readonly Deployment[],
  names: Names,
  frontDoor: string | null,
  atMs: number,
): Standing {
  const [newest, ...older] = deployments;
  const now = newest === undefined ? withoutHistory(service) : partsOf(service, newest, names);
  const before = older.flatMap((deployment) => endedPart(deployment, names));
  const seen = new Set<string>();
  const releases = [...now, ...before].filter(({ taskDefinition }) => {
    const isNew = !seen.has(taskDefinition);
    seen.add(taskDefinition);
    return isNew;
  });
  return { atMs, frontDoor, releases: releases.map((part) => releaseOf(part, names)) };
}

function releaseOf({ taskDefinition, ...part }: Part, names: Names): StandingRelease {
  return {
    ...part,
    releaseId: shortName(taskDefinition),
    version: names.versionOf(taskDefinition),
    url: null,
    intentId: names.intentOf(taskDefinition),
  };
}

/** ECS keeps deployments for ninety days; what was brought up before is told by the service alone. */
function withoutHistory(service: Service): Part[] {
  const primary = service.deployments.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined) return [];
  const { taskDefinition, rolloutState, rolloutStateReason = '' } = primary;
  const health: Health =
    rolloutState === 'COMPLETED' ? 'healthy' : (rollouts.get(rolloutState ?? '') ?? 'unknown');
  const said = {
    health,
    say: oneLine(`${rolloutState ?? 'ECS does not say how it is'} ${rolloutStateReason}`),
  };
  return [{ taskDefinition, trafficPercent: 100, ...withTasks(service, said) }];
}

const rollouts: ReadonlyMap<string, Health> = new Map([
  ['IN_PROGRESS', 'starting'],
  ['FAILED', 'unhealthy'],
]);

function partsOf(service: Service, deployment: Deployment, names: Names): Part[] {
  const { targetServiceRevision: target, sourceServiceRevisions: sources, rollback } = deployment;
  const targetDefinition = target === undefined ? null : names.taskDefinitionOf(target.arn);
  const said = wordOf(deployment);
  if (deployment.status === 'SUCCESSFUL') {
    return targetDefinition === null
      ? []
      : [{ taskDefinition: targetDefinition, trafficPercent: 100, ...withTasks(service, said) }];
  }
  const backArn = deployment.status === 'ROLLBACK_SUCCESSFUL' ? rollback?.serviceRevisionArn : undefined;
  const left = sources.filter(({ arn }) => backArn === undefined || arn === backArn);
  const percents = sharesOf(target, left, deployment.status);
  const newOne: Part[] =
    targetDefinition === null
      ? []
      : [{ taskDefinition: targetDefinition, trafficPercent: percents.target, ...said }];
  const oldOnes = left.flatMap((source, index): Part[] => {
    const taskDefinition = names.taskDefinitionOf(source.arn);
    const trafficPercent = percents.sources[index] ?? 0;
    return taskDefinition === null
      ? []
      : [{ taskDefinition, trafficPercent, ...sourceHealth(service, source) }];
  });
  return [...newOne, ...oldOnes];
}

/**
 * Where ECS shifts the traffic itself it says what it gives; in a rolling deployment requests go where tasks run.
 * What ECS has rolled back has nothing any more.
 */
function sharesOf(target: Revision | undefined, sources: readonly Revision[], status: string | undefined) {
  const weight = target?.requestedProductionTrafficWeight;
  const isBack = status === 'ROLLBACK_SUCCESSFUL';
  const running = sources.reduce((sum, { runningTaskCount }) => sum + runningTaskCount, 0);
  const ofTarget = target?.runningTaskCount ?? 0;
  const all = running + ofTarget;
  const byTasks = all === 0 ? 0 : (100 * ofTarget) / all;
  const share = isBack ? 0 : (weight ?? byTasks);
  const rest = sources.length === 0 ? 0 : 100 - share;
  return {
    target: sources.length === 0 && all > 0 && !isBack ? 100 : share,
    sources: sources.map(({ runningTaskCount }) =>
      running === 0 ? rest / sources.length : (rest * runningTaskCount) / running,
    ),
  };
}

/** What served before a deployment goes on serving while it has tasks. */
function sourceHealth(service: Service, { runningTaskCount }: Revision): Word {
  if (runningTaskCount > 0) return { health: 'healthy', say: `${runningTaskCount} of its tasks run` };
  return withTasks(service, { health: 'healthy', say: 'was brought up before' });
}

/** Nothing that has no task answers anybody, whatever became of its deployment. */
function withTasks({ runningCount, desiredCount, status }: Service, said: Word): Word {
  if (status !== 'ACTIVE') return { health: 'unhealthy', say: `ECS calls the service ${oneLine(status)}` };
  if (said.health !== 'healthy') return said;
  if (runningCount === 0) return { health: 'unhealthy', say: `none of ${desiredCount} tasks runs` };
  return { health: 'healthy', say: `${said.say}: ${runningCount} of ${desiredCount} tasks run` };
}

/** Of an older deployment only how it ended is of interest: what it brought up has been replaced since. */
function endedPart(deployment: Deployment, names: Names): Part[] {
  const arn = deployment.targetServiceRevision?.arn;
  const taskDefinition = arn === undefined ? null : names.taskDefinitionOf(arn);
  if (taskDefinition === null) return [];
  const isReplaced = deployment.status === 'SUCCESSFUL';
  const say = isReplaced ? 'another one has taken its place' : wordOf(deployment).say;
  return [{ taskDefinition, trafficPercent: 0, health: 'gone', say }];
}

function wordOf({ status, statusReason = '', lifecycleStage = '', rollback }: Deployment): Word {
  const word = words.get(status ?? '');
  if (word === undefined) {
    const said = status === undefined ? 'nothing of it' : `“${oneLine(status)}” of it, which we do not know`;
    return { health: 'unknown', say: `ECS says ${said}` };
  }
  const why = oneLine(rollback?.reason ?? statusReason);
  const stage = word.health === 'starting' && lifecycleStage !== '' ? ` (${oneLine(lifecycleStage)})` : '';
  return { health: word.health, say: `${word.say}${stage}${why === '' ? '' : `: ${why}`}` };
}

function oneLine(said: string): string {
  return said
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 160);
}
