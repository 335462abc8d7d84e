import { type Action, type Phase, possible } from './can.ts';
import { type Deployment, stateOf } from './deployment.ts';
import { whyOneWay } from './one-way.ts';
import { phaseWithin } from './phase-words.ts';
import { hasUndo, type PlannedTarget, type Step } from './plan.ts';
import type { Problem, Report, ReportedTarget, Task } from './report.ts';
import { isUndecided } from './spared.ts';
import type { StepState } from './step-state.ts';
import { duration, plain, sentence } from './text.ts';
import { taskTitle, titleOf } from './titles.ts';
import { isScheduled, peopleOffers, turningStep, waitingLines } from './waiting.ts';
import { sayWaiver } from './waiver.ts';
import { watchChart } from './watch-chart.ts';

/** What to tell people about a deployment as it stands. */
export function reportOf(deploymentId: string, deployment: Deployment): Report {
  const { plan } = deployment;
  const phase = phaseOf(deployment);
  const problem = problemOf(deployment, phase);
  const isPartial = deployment.spared.size > 0;
  const isTurning = turningStep(deployment) !== null;
  return {
    deploymentId,
    title: titleOf(deployment),
    phase,
    sentence: sentenceOf(deployment, { phase, purpose: plan.purpose, problem, isPartial, isTurning }),
    isPartial,
    isTurning,
    noWayBack: noWayBack(deployment),
    product: plan.product ?? null,
    purpose: plan.purpose,
    requestedBy: plan.requestedBy,
    why: plan.why,
    stoppedBy: deployment.abort?.by ?? deployment.people.rejected?.by ?? null,
    strategy: plan.strategy,
    planHash: deployment.hash,
    startedAtMs: deployment.startedAtMs,
    endedAtMs: deployment.endedAtMs,
    targets: plan.targets.map((target) => targetOf(deployment, target)),
    tasks: plan.steps.map((step) => taskOf(deployment, step)),
    problem,
    waived: (plan.waived ?? []).map((waiver) => `${sayWaiver(waiver)} (${waiver.by})`),
    notMeasured: [...plan.notMeasured, ...neverWatched(deployment)],
    waiting: waitingLines(deployment),
    offers: peopleOffers(deploymentId, deployment),
    actions: possible(phase).filter((action) => !isOffered(action, deployment, isTurning)),
  };
}

function noWayBack({ plan, steps, outcome }: Deployment): string | null {
  if (outcome !== null) return null;
  const [why] = plan.targets.flatMap(({ id }) => whyOneWay(plan, steps, id) ?? []);
  return why ?? null;
}

/** One that is to start later is cancelled, and one that is about to go back is decided upon, by what is offered. */
function isOffered(action: Action, deployment: Deployment, isTurning: boolean): boolean {
  if (isTurning) return action === 'abort' || action === 'hold';
  return action === 'abort' && isScheduled(deployment);
}

export function phaseOf(deployment: Deployment): Phase {
  const { outcome, direction, people } = deployment;
  if (outcome !== null) return outcome;
  if (isUndecided(deployment)) return 'held';
  if (direction === 'backward') return 'undoing';
  if (!people.isStarted) return 'waiting';
  return people.held === null ? 'moving' : 'held';
}

/** `api v3 → staging: rolled back, after 8 s. api v3: 4.93 % errors in 142 requests, at most 2 % allowed.` */
function sentenceOf(deployment: Deployment, facts: Parameters<typeof phaseWithin>[0]): string {
  const { endedAtMs, abort, people } = deployment;
  const startedAtMs = people.startedAtMs ?? deployment.startedAtMs;
  const { phase, problem } = facts;
  const preposition = phase === 'deployed' ? ' in' : ', after';
  const took = endedAtMs === null ? '' : `${preposition} ${duration(endedAtMs - startedAtMs)}`;
  const now = phase === 'moving' || phase === 'held' ? `, ${progress(deployment)}` : '';
  const stopped =
    (abort === null && people.isStarted) || phase === 'moving' || phase === 'deployed'
      ? null
      : stoppedWords(deployment);
  const why = problem?.cause ?? stopped;
  const reason = why === null ? '' : ` ${sentence(why)}`;
  const waits = waitingLines(deployment).map((line) => ` ${sentence(plain(line))}`);
  return `${titleOf(deployment)}: ${phaseWithin(facts)}${took}${now}.${reason}${waits.join('')}`;
}

/** Why somebody stopped it, where they said so, and what runs now. */
function stoppedWords(deployment: Deployment): string | null {
  const { abort, outcome, people, because } = deployment;
  if (!people.isStarted && abort === null) return because === null ? null : capital(because);
  const now = outcome === 'rolled-back' ? sayTargets(deployment) : null;
  const words = [abort?.why ?? null, now].filter((each) => each !== null).map(sentence);
  return words.length === 0 ? null : words.join(' ');
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
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
    kind: step.kind,
    target: step.target,
    title: taskTitle(step, target),
    status: taskStatus(deployment, step, state),
    say: state.left?.verdict?.because ?? state.say ?? state.failure?.message ?? null,
    verdict: state.left?.verdict ?? null,
    startedAtMs: state.startedAtMs,
    endedAtMs: state.endedAtMs,
  };
}

function taskStatus({ direction, outcome }: Deployment, step: Step, state: StepState): Task['status'] {
  switch (state.status) {
    case 'waiting':
      return direction === 'backward' || outcome !== null ? 'skipped' : 'waiting';
    case 'running':
      return direction === 'backward' && !hasUndo(step) ? 'skipped' : 'running';
    case 'undo-failed':
      return 'failed';
    case 'undone':
      // Whatever it left behind is gone, but what it is remembered for is that it failed.
      return state.failure === null ? 'undone' : 'failed';
    default:
      return state.status;
  }
}

/** What was to be watched, and was not, because it turned around before. */
function neverWatched(deployment: Deployment): string[] {
  let share = 0;
  return deployment.plan.steps.flatMap((step) => {
    if (step.kind === 'route') share = step.trafficPercent;
    if (step.kind !== 'observe' || taskOf(deployment, step).status !== 'skipped') return [];
    const target = deployment.plan.targets.find(({ id }) => id === step.target);
    return [
      `${target?.service} ${target?.version.name} at ${share} % of the traffic: it did not come to that`,
    ];
  });
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
    serves: servesAfter(deployment, target),
    url: states.map(({ left }) => left?.url).find((url) => url != null) ?? null,
    undo: target.undo,
    numbers: {
      // While it still had traffic, which is when watching began.
      before: states.find(({ numbersBefore }) => (numbersBefore?.requests ?? 0) > 0)?.numbersBefore ?? null,
      after: states.findLast(({ numbers }) => numbers !== null)?.numbers ?? null,
    },
    chart: watchChart(deployment, target),
  };
}

/** What serves there once it has ended. Null while it goes on, where nothing does, and where only a person can tell. */
function servesAfter({ outcome, spared }: Deployment, { id, version, before }: PlannedTarget): string | null {
  if (outcome === null || outcome === 'needs-human') return null;
  return outcome === 'deployed' || spared.has(id) ? version.name : (before?.version.name ?? null);
}

/** The share that the new version has now; null before it was given any. */
function shareOf(deployment: Deployment, steps: readonly Step[]): number | null {
  const routes = steps.filter((step) => step.kind === 'route' || step.kind === 'replace');
  const standing = routes.findLast((step) => stateOf(deployment, step.id).status === 'done');
  if (standing !== undefined) return standing.kind === 'route' ? standing.trafficPercent : 100;
  return routes.some((step) => stateOf(deployment, step.id).status === 'undone') ? 0 : null;
}

function problemOf(deployment: Deployment, phase: Phase): Problem | null {
  if (phase === 'waiting' || phase === 'moving' || phase === 'held' || phase === 'deployed') return null;
  if (deployment.failedStep === null && phase !== 'needs-human') return null;
  const failure = deployment.failedStep === null ? null : stateOf(deployment, deployment.failedStep).failure;
  return {
    severity: phase === 'needs-human' ? 1 : 3,
    cause: (phase === 'needs-human' ? deployment.because : failure?.message) ?? 'it could not be carried out',
    consequence: consequenceOf(deployment, phase),
    evidence: failure?.evidence ?? [],
  };
}

type Troubled = Exclude<Phase, 'waiting' | 'moving' | 'held' | 'deployed'>;

function consequenceOf(deployment: Deployment, phase: Troubled): string {
  switch (phase) {
    case 'undoing':
      return 'What was done is being taken back now.';
    case 'rolled-back':
      return sayTakenBack(deployment);
    case 'stopped':
      return 'Nothing was changed.';
    case 'needs-human':
      return `It could not be finished, nor taken back by itself. ${byHandWords(deployment)} Then press “Resolved”. Until then nothing else is deployed there.`;
  }
}

/** The exact commands for every place that was touched and is not known to be as it was. */
function byHandWords(deployment: Deployment): string {
  const { plan, steps } = deployment;
  const isOpen = (id: string) =>
    plan.steps.some((step) => {
      const { status, hasChanged } = stateOf(deployment, step.id);
      return (
        step.target === id && hasUndo(step) && status !== 'undone' && (hasChanged || status !== 'waiting')
      );
    });
  const open = steps.size === 0 ? [] : plan.targets.filter(({ id }) => isOpen(id));
  const typed = open.flatMap(({ service, before, undo }) =>
    undo.byHand === undefined || before === null
      ? []
      : [`${service} ${before.version.name} is brought back with: ${undo.byHand}`],
  );
  const look = 'Look at the platform and put right what is wrong.';
  return typed.length === 0 ? look : `${look} ${typed.map((each) => `${each} `).join('')}`.trimEnd();
}

function sayTakenBack(deployment: Deployment): string {
  const { spared } = deployment;
  const what =
    spared.size === 0 ? 'What was done has been taken back' : 'What was under way has been taken back';
  return `${what}: ${sayTargets(deployment)}.`;
}

/** Where every target ended up, the ones that stay among them. */
function sayTargets({ plan, spared }: Deployment): string {
  return plan.targets
    .map((target) =>
      spared.has(target.id) ? `${target.service} ${target.version.name} stays` : asBefore(target),
    )
    .join('; ');
}

function asBefore({ service, before }: PlannedTarget): string {
  return before === null
    ? `nothing of ${service} runs, as before`
    : `${service} ${before.version.name} serves all the traffic`;
}
