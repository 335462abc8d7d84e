import { type Phase, possible } from './can.ts';
import { type Deployment, type StepState, stateOf } from './deployment.ts';
import { hasUndo, type PlannedTarget, type Step } from './plan.ts';
import type { Problem, Report, ReportedTarget, Task } from './report.ts';
import { duration } from './text.ts';

/** What to tell people about a deployment as it stands. */
export function reportOf(deploymentId: string, deployment: Deployment): Report {
  const { plan } = deployment;
  const phase = phaseOf(deployment);
  const title = titleOf(deployment);
  const problem = problemOf(deployment, phase);
  return {
    deploymentId,
    title,
    phase,
    sentence: sentenceOf(deployment, phase, title),
    purpose: plan.purpose,
    requestedBy: plan.requestedBy,
    why: plan.why,
    stoppedBy: deployment.abort?.by ?? null,
    strategy: plan.strategy,
    planHash: deployment.hash,
    startedAtMs: deployment.startedAtMs,
    endedAtMs: deployment.endedAtMs,
    targets: plan.targets.map((target) => targetOf(deployment, target)),
    tasks: plan.steps.map((step) => taskOf(deployment, step)),
    problem,
    notMeasured: plan.notMeasured,
    actions: possible(phase),
  };
}

export function phaseOf({ outcome, direction }: Deployment): Phase {
  return outcome ?? (direction === 'forward' ? 'moving' : 'undoing');
}

/** `api v2 → staging`. */
export function titleOf({ plan }: Deployment): string {
  const what = plan.targets.map(({ service, version }) => `${service} ${version.name}`).join(', ');
  return `${what} → ${plan.environment}`;
}

const verbs: Record<Phase, string> = {
  moving: 'is being deployed',
  undoing: 'is being taken back',
  deployed: 'is deployed',
  'rolled-back': 'was rolled back',
  stopped: 'was stopped before anything was changed',
  'needs-human': 'needs a person',
};

function sentenceOf(deployment: Deployment, phase: Phase, title: string): string {
  const { plan, startedAtMs, endedAtMs, because, abort } = deployment;
  const took = endedAtMs === null ? '' : ` after ${duration(endedAtMs - startedAtMs)}`;
  const isGood = phase === 'deployed' || phase === 'moving';
  const reason = isGood ? '' : `: ${because ?? turning(deployment)}`;
  const who = abort === null || phase === 'deployed' ? '' : ' (stopped by a person)';
  const kind = plan.purpose === 'roll-back' ? 'Rollback: ' : '';
  const now = phase === 'moving' ? `, ${progress(deployment)}` : '';
  return `${kind}${title} ${verbs[phase]}${took}${who}${reason}${now}.`;
}

function turning(deployment: Deployment): string {
  const { failedStep, abort } = deployment;
  if (failedStep === null) return abort?.why ?? 'it was asked for';
  return stateOf(deployment, failedStep).failure?.message ?? failedStep;
}

function progress({ plan, steps }: Deployment): string {
  const done = [...steps.values()].filter(({ status }) => status === 'done').length;
  return `${done} of ${plan.steps.length} steps done`;
}

function taskOf(deployment: Deployment, step: Step): Task {
  const state = stateOf(deployment, step.id);
  const target = deployment.plan.targets.find(({ id }) => id === step.target);
  return {
    id: step.id,
    target: step.target,
    title: taskTitle(step, target),
    status: taskStatus(deployment, step, state),
    say: state.left?.verdict?.because ?? state.say,
    verdict: state.left?.verdict ?? null,
    startedAtMs: state.startedAtMs,
    endedAtMs: state.endedAtMs,
  };
}

/** `Give v2 50 % of the traffic`. */
export function taskTitle(step: Step, target: PlannedTarget | undefined): string {
  const name = `${target?.service} ${target?.version.name}`;
  switch (step.kind) {
    case 'check':
      return `Check: ${step.gate.replaceAll('-', ' ')}`;
    case 'release':
      return `Start ${name}`;
    case 'route':
      return `Give ${name} ${step.trafficPercent} % of the traffic`;
    case 'observe':
      return `Watch ${name} for ${duration(step.durationMs)}`;
    case 'retire':
      return `Take ${target?.service} ${target?.before?.version.name} away`;
  }
}

function taskStatus({ direction, outcome }: Deployment, step: Step, state: StepState): Task['status'] {
  switch (state.status) {
    case 'waiting':
      return direction === 'backward' || outcome !== null ? 'skipped' : 'waiting';
    case 'running':
      return direction === 'backward' && !hasUndo(step) ? 'skipped' : 'running';
    case 'undo-failed':
      return 'failed';
    default:
      return state.status;
  }
}

function targetOf(deployment: Deployment, target: PlannedTarget): ReportedTarget {
  const mine = deployment.plan.steps.filter((step) => step.target === target.id);
  const states = mine.map((step) => stateOf(deployment, step.id));
  return {
    id: target.id,
    service: target.service,
    environment: target.environment,
    platform: target.platform,
    version: target.version.name,
    commit: target.version.commit,
    before: target.before?.version.name ?? null,
    trafficPercent: shareOf(deployment, mine),
    url: states.map(({ left }) => left?.url).find((url) => url != null) ?? null,
    undo: target.undo,
    numbers: {
      // While it still had traffic, which is when watching began.
      before: states.find(({ numbersBefore }) => (numbersBefore?.requests ?? 0) > 0)?.numbersBefore ?? null,
      after: states.findLast(({ numbers }) => numbers !== null)?.numbers ?? null,
    },
  };
}

/** The share that the new version has now; null before it was given any. */
function shareOf(deployment: Deployment, steps: readonly Step[]): number | null {
  const routes = steps.filter((step) => step.kind === 'route');
  const standing = routes.findLast((step) => stateOf(deployment, step.id).status === 'done');
  if (standing !== undefined) return standing.trafficPercent;
  return routes.some((step) => stateOf(deployment, step.id).status === 'undone') ? 0 : null;
}

function problemOf(deployment: Deployment, phase: Phase): Problem | null {
  if (phase === 'moving' || phase === 'deployed') return null;
  if (deployment.failedStep === null && phase !== 'needs-human') return null;
  const failure = deployment.failedStep === null ? null : stateOf(deployment, deployment.failedStep).failure;
  return {
    severity: phase === 'needs-human' ? 1 : 3,
    cause: failure?.message ?? deployment.because ?? 'it could not be carried out',
    consequence: consequences[phase],
    evidence: failure?.evidence ?? [],
  };
}

const consequences: Record<Exclude<Phase, 'moving' | 'deployed'>, string> = {
  undoing: 'What was done is being taken back now.',
  'rolled-back': 'What was done has been taken back; what ran before serves all the traffic.',
  stopped: 'Nothing was changed.',
  'needs-human':
    'It could not be finished and not be taken back by itself. Look at the platform, put right what is wrong, then press “Resolved”. Until then nothing else is deployed there.',
};
