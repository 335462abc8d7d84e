import type { Deployment } from './deployment.ts';
import type { DeploymentEvent, Entry } from './event.ts';
import { isPeople } from './people.ts';
import { peopleLine } from './tell-people.ts';
import { code, duration, person, sentence, strong, type Text } from './text.ts';
import { taskTitle } from './titles.ts';

/**
 * The line for the thread that tells one entry of the journal, or null for what only the card shows.
 * `deployment` is the sum of the journal up to and including the entry.
 */
export function threadLine(deployment: Deployment, { event, atMs }: Entry): Text | null {
  switch (event.kind) {
    case 'planned':
      return ['Plan ', code(deployment.hash.slice(0, 12)), ': ', planLine(deployment)];
    case 'step-succeeded':
      return [
        strong(title(deployment, event.step)),
        `: done${took(deployment, event.step, atMs)}`,
        because(event),
      ];
    case 'step-failed':
      return [strong(title(deployment, event.step)), ': failed. ', sentence(event.failure.message)];
    case 'stumbled':
      return [
        strong(title(deployment, event.step)),
        ': will be tried again. ',
        sentence(event.failure.message),
      ];
    case 'effect-unknown':
      return [
        strong(title(deployment, event.step)),
        ': the answer was lost; looking what became of it. ',
        sentence(event.because),
      ];
    case 'turning':
      return turningLine(deployment, event, atMs);
    case 'undo-succeeded':
      return [strong(title(deployment, event.step)), ': taken back'];
    case 'undo-failed':
      return [
        strong(title(deployment, event.step)),
        ': could not be taken back. ',
        sentence(event.failure.message),
      ];
    case 'abort-asked':
      return ['Stopped by ', person(event.by), event.why === null ? '' : `: ${event.why}`];
    case 'foreign':
      return ['A newer version of Slipway wrote ', code(event.named)];
    default:
      return isPeople(event) ? peopleLine(deployment, event, atMs) : null;
  }
}

/** Whether an entry has a line at all; known without the journal before it. */
export function hasLine({ event }: Entry): boolean {
  return event.kind === 'foreign' || isTold(event);
}

/** Whether an event is worth a line in the thread. */
export function isTold(event: DeploymentEvent): boolean {
  if (isPeople(event)) return true;
  return [
    'step-succeeded',
    'step-failed',
    'stumbled',
    'effect-unknown',
    'turning',
    'undo-succeeded',
    'undo-failed',
    'abort-asked',
    'planned',
  ].includes(event.kind);
}

/** Said before anything is taken back: what was seen, and how long there is to say otherwise. */
function turningLine(
  deployment: Deployment,
  { step, judgement, untilMs }: Extract<DeploymentEvent, { kind: 'turning' }>,
  atMs: number,
): Text {
  const leftMs = Math.max(0, untilMs - atMs);
  return [
    strong(title(deployment, step)),
    `: ${judgement.verdict.because}. `,
    leftMs === 0
      ? 'It is taken back at once.'
      : `It is taken back in ${duration(leftMs)}, unless somebody says otherwise.`,
  ];
}

function planLine({ plan }: Deployment): string {
  const titles = plan.steps.map((step) =>
    taskTitle(
      step,
      plan.targets.find(({ id }) => id === step.target),
    ),
  );
  return titles.join(' → ');
}

function title({ plan }: Deployment, id: string): string {
  const step = plan.steps.find((each) => each.id === id);
  if (step === undefined) return id;
  const target = plan.targets.find((each) => each.id === step.target);
  return taskTitle(step, target);
}

function took(deployment: Deployment, id: string, atMs: number): string {
  const startedAtMs = deployment.steps.get(id)?.startedAtMs;
  return startedAtMs == null ? '' : ` in ${duration(atMs - startedAtMs)}`;
}

function because({ left }: Extract<DeploymentEvent, { kind: 'step-succeeded' }>): string {
  return left.verdict === null ? '' : ` (${left.verdict.because})`;
}
