import type { Answer, Part } from './answer.ts';
import { quorumOf } from './approval.ts';
import { isUserGroup } from './notify.ts';
import { shortHash } from './plan-parts.ts';
import type { Offer } from './refusal.ts';
import {
  isOver,
  isSettled,
  lateAtMs,
  lossUnsaid,
  measuredOf,
  type Run,
  type StepState,
  stepNamed,
} from './run.ts';
import type { RunbookStep } from './runbook.ts';
import { sayScope } from './scope.ts';
import { code, duration, group, person, type Span, type Text, time } from './text.ts';

/** Without the slash. */
export const RECOVER = 'deploy-disaster-recovery';

/** In front of everything that is said about a drill, so that nobody takes it for the real thing. */
export function drillLabel({ isDrill }: Pick<Run, 'isDrill'>): string {
  return isDrill ? 'DRILL: ' : '';
}

/** A run as its card: how it stands, a line for each step, and what can be pressed. */
export function sayRun(id: string, run: Run): Answer {
  const title = `${drillLabel(run)}${run.runbook.name} — ${phaseWords[run.phase]}`;
  const parts: Part[] = [
    { kind: 'facts', facts: standing(run) },
    { kind: 'facts', facts: run.steps.map((state) => stepLine(run, state)) },
    ...asking(run).flatMap(({ state, step }) => instruction(run, state, step)),
    { kind: 'note', text: [code(id), ` · ${drillLabel(run)}${run.runbook.summary}`] },
  ];
  return {
    kind: 'answer',
    sentence: runSentence(run),
    title: title.slice(0, 150),
    parts,
    offers: runOffers(id, run),
  };
}

const phaseWords: Record<Run['phase'], string> = {
  asked: 'waits for approval',
  running: 'running',
  halted: 'HALTED, somebody has to decide',
  done: 'done',
  aborted: 'called off',
};

/** How it stands as one sentence. */
export function runSentence(run: Run): string {
  const settled = run.steps.filter(isSettled).length;
  const because = run.because === null ? '' : `: ${run.because}`;
  const how = `${phaseWords[run.phase]}${because}`;
  return `${drillLabel(run)}${run.runbook.name} ${how}. ${settled} of ${run.steps.length} steps are settled.`;
}

type Fact = { readonly name: string; readonly value: Text };

function standing(run: Run): Fact[] {
  const { runbook, requestedBy, why, startedAtMs, endedAtMs, because, hash } = run;
  return [
    ...(because === null ? [] : [{ name: run.phase === 'halted' ? 'Halted' : 'Why', value: [because] }]),
    { name: 'Asked for by', value: [person(requestedBy), why === null ? '' : `: ${why}`] },
    { name: 'Approvals', value: [`${sayApprovals(run)} · plan `, code(shortHash(hash))] },
    ...(startedAtMs === null ? [] : [{ name: 'Started', value: [time(startedAtMs)] }]),
    ...(endedAtMs === null ? [] : [{ name: 'Ended', value: [time(endedAtMs)] }]),
    { name: 'Time to recover', value: [rtoWords(run)] },
    { name: 'Loss', value: [rpoWords(run)] },
    ...(runbook.failBack === null
      ? []
      : [{ name: 'The way back', value: [`${runbook.failBack}, with a plan and approvals of its own`] }]),
  ];
}

/** `1 of 2 approvals`. */
export function sayApprovals({ runbook, hash, approvals }: Run): string {
  const { requirements } = quorumOf(runbook.approval, hash, approvals);
  return requirements
    .map(({ given, needed, group: name }) => {
      const from = name === null ? '' : ` of ${name}`;
      return `${Math.min(given, needed)} of ${needed} approvals${from}`;
    })
    .join(', ');
}

/** What was measured against what was promised. */
export function rtoWords(run: Run): string {
  const { rtoMs } = measuredOf(run);
  const promised = `${duration(run.runbook.rtoMs)} expected`;
  if (rtoMs === null) return isOver(run) ? `not measured (${promised})` : promised;
  const isHeld = rtoMs <= run.runbook.rtoMs;
  return `${duration(rtoMs)} measured, ${promised}: ${isHeld ? 'held' : 'missed'}`;
}

export function rpoWords(run: Run): string {
  const { rpoMs } = measuredOf(run);
  const { rpoMs: allowed } = run.runbook;
  const promised = allowed === null ? 'nothing was promised' : `at most ${duration(allowed)} expected`;
  if (rpoMs === null) return `not measured (${promised})`;
  const measured = `${rpoMs === 0 ? 'nothing' : duration(rpoMs)} measured, ${promised}`;
  if (allowed !== null && rpoMs > allowed) return `${measured}: missed`;
  const unsaid = lossUnsaid(run);
  if (unsaid.length > 0) return `${measured}: nobody said what ${unsaid.join(' and ')} lost`;
  return allowed === null ? measured : `${measured}: held`;
}

// ---- Steps

const signs: Record<StepState['status'], string> = {
  waiting: '○',
  running: '▶',
  late: '⚠',
  done: '✔',
  failed: '✖',
  skipped: '↷',
  'not-drilled': '–',
};

function stepLine(run: Run, state: StepState): Fact {
  const step = stepNamed(run, state.name);
  return { name: `${signs[state.status]} ${state.name} (${step.phase})`, value: stepWords(run, state, step) };
}

function stepWords(run: Run, state: StepState, step: RunbookStep): Text {
  const { status, by, note, startedAtMs, endedAtMs, deploymentId } = state;
  const who: Text = step.kind === 'manual' ? ownerWords(step.owners) : ['automatic'];
  const what: Text = [...who, ` · ${stepDoes(step)} · `];
  const card: Text = deploymentId === null ? [] : [' · ', code(deploymentId)];
  const saidBy: Text = by === null ? [] : [' by ', person(by)];
  const words = note === null ? '' : `: ${note}`;
  switch (status) {
    case 'waiting':
      return [...what, `within ${duration(step.withinMs)}`];
    case 'running':
      return [...what, 'running, due ', time(lateAtMs(run, state)), words, ...card];
    case 'late':
      return [...what, 'LATE since ', time(lateAtMs(run, state)), words, ...card];
    case 'not-drilled':
      return [...what, 'left alone: this is a drill'];
    default: {
      const took =
        startedAtMs === null || endedAtMs === null ? '' : ` after ${duration(endedAtMs - startedAtMs)}`;
      return [...what, status, ...saidBy, `${took}${words}`, ...card];
    }
  }
}

/** What a step does, in a few words. */
export function stepDoes(step: RunbookStep): string {
  switch (step.kind) {
    case 'manual':
      return 'by hand';
    case 'deploy':
      return `deploy the last good ${step.service}${step.from === step.environment ? '' : ` of ${step.from}`} to ${step.environment}`;
    case 'verify':
      return `verify ${step.service} in ${step.environment}`;
    case 'freeze':
      return `freeze ${sayScope(step.scope)}`;
    case 'announce':
      return 'announce';
    case 'redirect':
      return `redirect ${step.service} in ${step.environment} at ${step.platform}: ${sharesWords(step.shares)}`;
    case 'redirect-dns':
      return `point the name of ${step.service} in ${step.environment} to ${step.content}`;
    case 'failover':
      return `give ${step.to} all the traffic of ${step.service} in ${step.environment}`;
    case 'restore':
      return `restore the data of ${step.service} in ${step.environment} at ${step.platform}`;
  }
}

function sharesWords(shares: Readonly<Record<string, number>>): string {
  return Object.entries(shares)
    .map(([arm, percent]) => `${arm} ${percent} %`)
    .join(', ');
}

/** Who says how it went. */
export function ownerWords(owners: readonly string[]): Text {
  return owners.length === 0 ? ['whoever may recover'] : callWords(owners);
}

/** People and user groups one after another; whoever is named in a message of its own is called by it. */
export function callWords(ids: readonly string[]): Span[] {
  return ids.flatMap((id, index): Span[] => [
    index === 0 ? '' : ' ',
    isUserGroup(id) ? group(id) : person(id),
  ]);
}

/** The steps that somebody can say something about now. */
function asking(run: Run): { readonly state: StepState; readonly step: RunbookStep }[] {
  if (run.phase !== 'running' && run.phase !== 'halted') return [];
  return run.steps
    .map((state) => ({ state, step: stepNamed(run, state.name) }))
    .filter(({ state: { status }, step: { kind } }) =>
      status === 'running' ? kind === 'manual' : status === 'late' || status === 'failed',
    );
}

function instruction(run: Run, { name }: StepState, step: RunbookStep): Part[] {
  if (step.kind !== 'manual') return [];
  return [
    {
      kind: 'text',
      text: [`${drillLabel(run)}${name} — `, ...ownerWords(step.owners), `: ${step.instruction}`],
    },
  ];
}

// ---- What can be pressed

export function runOffers(id: string, run: Run): Offer[] {
  if (run.phase === 'asked') return [approveOffer(id, run), abortOffer(id)];
  if (isOver(run)) return endedOffers(id, run);
  return [...asking(run).flatMap((asked) => stepOffers(id, asked.state, asked.step)), abortOffer(id)];
}

export function approveOffer(id: string, run: Run): Offer {
  const hash = shortHash(run.hash);
  return {
    label: 'Approve',
    command: RECOVER,
    text: `approve ${id} --plan ${hash}`,
    confirm: {
      title: `${drillLabel(run)}Approve this run?`,
      text: `${drillLabel(run)}${run.runbook.name}, plan ${hash}. It starts when everybody who has to has said yes.`,
    },
  };
}

function abortOffer(id: string): Offer {
  return { label: 'Call it off…', command: RECOVER, text: `abort ${id}`, isDangerous: true };
}

function stepOffers(id: string, { name, status }: StepState, step: RunbookStep): Offer[] {
  const say = (label: string, words: string): Offer => ({
    label,
    command: RECOVER,
    text: `${words} ${id} --step ${name}`,
  });
  const isMeasured = step.kind === 'restore' || (step.kind === 'manual' && step.phase === 'restore');
  return [
    isMeasured ? say(`Done: ${name}…`, 'restored') : say(`Done: ${name}`, 'done'),
    ...(status === 'failed' ? [] : [{ ...say(`Failed: ${name}…`, 'failed'), isDangerous: true }]),
    ...(status === 'running' ? [] : [say(`Once more: ${name}`, 'retry')]),
    say(`Skip: ${name}…`, 'skip'),
  ];
}

function endedOffers(id: string, { runbook, phase, isDrill }: Run): Offer[] {
  const back = phase === 'done' && !isDrill ? runbook.failBack : null;
  return [
    { label: 'Report', command: RECOVER, text: `report ${id}` },
    { label: 'Report for machines', command: RECOVER, text: `report ${id} --json` },
    ...(back === null
      ? []
      : [{ label: `Plan the way back: ${back}…`, command: RECOVER, text: `start ${back}` }]),
  ];
}
