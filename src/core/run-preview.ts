import type { Part } from './answer.ts';
import { sayRule, shortHash } from './plan-parts.ts';
import { ownerWords, stepDoes } from './run-words.ts';
import { isCarriedOut, isRedirect, longestMs, type RunPlan, runPlanHash, touchedBy } from './runbook.ts';
import { sayScope } from './scope.ts';
import { code, duration, person, plain, strong, type Text } from './text.ts';

/** What is known about the places of a runbook when it is looked at. */
export type RunGround = {
  /** Protected environments that it deploys to: each deployment there asks for approval by itself. */
  readonly protected: readonly string[];
  /** What stands against it now; told, never hidden. */
  readonly problems: readonly string[];
};

/** Everything that somebody has to know before they say yes to a run. */
export function runPreview(plan: RunPlan, ground: RunGround): Part[] {
  const { runbook, isDrill } = plan;
  return [
    { kind: 'text', text: [strong(`${isDrill ? 'DRILL: ' : ''}${runbook.name}`), ` ${runbook.summary}`] },
    stepTable(plan),
    { kind: 'facts', facts: [...promises(plan), ...reach(plan, ground), ...binding(plan)] },
  ];
}

function stepTable({ runbook, isDrill }: RunPlan): Part {
  return {
    kind: 'table',
    caption: `${isDrill ? 'DRILL: ' : ''}Steps of ${runbook.name}`,
    columns: ['Step', 'Phase', 'What', 'Who', 'Within', isDrill ? 'In this drill' : 'In a drill'],
    rows: runbook.steps.map((step) => [
      step.name,
      step.phase,
      step.kind === 'manual' ? step.instruction : stepDoes(step),
      step.kind === 'manual' ? plain(ownerWords(step.owners)) : 'automatic',
      duration(step.withinMs),
      step.isDrillSafe ? 'carried out' : 'left alone',
    ]),
  };
}

type Fact = { readonly name: string; readonly value: Text };

function promises({ runbook, isDrill }: RunPlan): Fact[] {
  const longest = longestMs(runbook, isDrill);
  const isOver =
    longest > runbook.rtoMs ? ', which is longer: the time to recover holds only if steps are quick' : '';
  const lost = runbook.rpoMs === null ? 'nothing is promised' : `at most ${duration(runbook.rpoMs)}`;
  return [
    {
      name: 'Time to recover',
      value: [`${duration(runbook.rtoMs)}; its steps may take ${duration(longest)}${isOver}`],
    },
    { name: 'Loss of what was written', value: [lost] },
  ];
}

function reach({ runbook, isDrill, chosen }: RunPlan, { protected: places, problems }: RunGround): Fact[] {
  const touched = touchedBy(runbook, isDrill).map(sayScope);
  const left = runbook.steps.filter((step) => !isCarriedOut(step, true)).map(({ name }) => name);
  const versions = chosenOf(runbook, chosen, 'deploys');
  const moments = chosenOf(runbook, chosen, 'restores');
  const now = chosenOf(runbook, chosen, 'redirects');
  const undo = runbook.steps
    .filter((step) => isCarriedOut(step, isDrill))
    .flatMap(({ name, undo: how }) => (how === null ? [] : [`${name}: ${how}`]));
  const back =
    runbook.failBack === null
      ? []
      : [`as a whole by the runbook ${runbook.failBack}, which is approved by itself`];
  return [
    { name: 'Touches', value: [touched.join(', ') || 'nothing'] },
    ...(versions.length === 0 ? [] : [{ name: 'Deploys', value: [versions.join('; ')] }]),
    ...(moments.length === 0 ? [] : [{ name: 'Restores to', value: [moments.join('; ')] }]),
    ...(now.length === 0 ? [] : [{ name: 'People are sent now', value: [now.join('; ')] }]),
    ...(places.length === 0
      ? []
      : [
          { name: 'Approved once more', value: [`each deployment to ${places.join(', ')}, on its own card`] },
        ]),
    {
      name: isDrill ? 'This drill leaves alone' : 'A drill would leave alone',
      value: [left.join(', ') || 'nothing'],
    },
    { name: 'To take it back', value: [[...undo, ...back].join('; ') || 'nobody has written down how'] },
    ...(problems.length === 0 ? [] : [{ name: 'Stands against it', value: [problems.join('; ')] }]),
  ];
}

const unknownWords = {
  deploys: 'no good version is known',
  restores: 'no restore point is known',
  redirects: 'it could not be read',
} as const;

function chosenOf(
  { steps }: RunPlan['runbook'],
  chosen: RunPlan['chosen'],
  what: keyof typeof unknownWords,
): string[] {
  return chosen.flatMap(({ step: name, version }) => {
    const step = steps.find((each) => each.name === name);
    const kind = step === undefined ? null : isRedirect(step) ? 'redirects' : `${step.kind}s`;
    return kind === what ? [`${name}: ${version ?? unknownWords[what]}`] : [];
  });
}

function binding(plan: RunPlan): Fact[] {
  const { runbook, why, requestedBy } = plan;
  return [
    { name: 'Needs', value: [sayRule(runbook.approval)] },
    ...(why === null ? [] : [{ name: 'Why', value: [why] }]),
    { name: 'Asked for by', value: [person(requestedBy)] },
    {
      name: 'Without Slack',
      value: ['on the host: ', code('slipway recover status'), ' goes on from there'],
    },
    { name: 'Plan', value: [code(shortHash(runPlanHash(plan)))] },
  ];
}
