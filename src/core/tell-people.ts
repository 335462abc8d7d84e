import { quorumOf } from './approval.ts';
import type { Deployment } from './deployment.ts';
import type { PeopleEvent } from './event.ts';
import { isTooLate } from './people.ts';
import { code, duration, person, sentence, strong, type Text, time } from './text.ts';
import { taskTitle } from './titles.ts';

/** The line for the thread that tells what people did, or what they wait for. */
export function peopleLine(deployment: Deployment, event: PeopleEvent, atMs: number): Text {
  const line = lineOf(deployment, event, atMs);
  if (isTooLate(deployment.people, event)) {
    return [...line, '. It had started already: that changes nothing'];
  }
  return isHeard(deployment, event, atMs)
    ? line
    : [...line, '. It was decided already: that changes nothing'];
}

function isHeard({ people }: Deployment, event: PeopleEvent, atMs: number): boolean {
  if (event.kind !== 'turn-answered') return true;
  const said = people.turns.get(event.step);
  return said?.how === event.how && said.by === event.by && said.atMs === atMs;
}

function lineOf(deployment: Deployment, event: PeopleEvent, atMs: number): Text {
  switch (event.kind) {
    case 'approved':
      return ['Approved by ', person(event.by), after(event.comment)];
    case 'rejected':
      return ['Rejected by ', person(event.by), `: ${event.why}`];
    case 'replanned':
      return [
        deployment.plan.approval === undefined
          ? 'The plan was drawn anew: '
          : 'The plan has changed, so that it has to be approved again: ',
        event.changes.join('; '),
        '. Plan ',
        code(event.hash.slice(0, 12)),
      ];
    case 'approval-void':
      return ['The approval of ', person(event.by), ` does not count any more: ${event.because}`];
    case 'hindered':
      return event.say === '' ? ['Nothing stands in the way any more'] : [`Not yet: ${sentence(event.say)}`];
    case 'missed':
      return [`${missedWords(event)}. Somebody has to say whether it shall still start`];
    case 'reminded':
      return ['It starts ', time(deployment.people.untilMs ?? atMs), ...stillNeeds(deployment)];
    case 'moved':
      return [
        'Moved by ',
        person(event.by),
        ' to ',
        time(event.untilMs),
        ...(deployment.plan.approval === undefined ? [] : [', and has to be approved for that time']),
      ];
    case 'queued':
      return ['In line behind ', code(event.behind)];
    case 'started':
      return ['Started'];
    case 'hold-asked':
      return ['Held by ', person(event.by), after(event.why)];
    case 'go-on-asked':
      return ['Let go on by ', person(event.by), after(event.why)];
    case 'answered':
      return [strong(question(deployment, event.step)), ' Yes, says ', person(event.by)];
    case 'hurried':
      return [
        person(event.by),
        event.step === null ? ' goes through without waiting' : ' goes on without waiting',
        after(event.why),
      ];
    case 'turn-answered':
      return [person(event.by), turnWords[event.how], after(event.why)];
  }
}

const turnWords = {
  now: ' takes it back at once',
  hold: ' holds it where it is; nothing goes on, and nothing is taken back, until somebody decides',
  'go-on': ' lets it go on all the same',
  dismiss: ' says that it was a false alarm; watching begins anew',
} as const satisfies Record<Extract<PeopleEvent, { kind: 'turn-answered' }>['how'], string>;

/** Why somebody is asked, as a clause. */
export function missedWords({ lateMs, because }: Extract<PeopleEvent, { kind: 'missed' }>): string {
  const passed = `Its time passed ${duration(lateMs)} ago`;
  if (because === undefined) return `${passed} while nobody was there`;
  return lateMs < A_MOMENT_MS ? because : `${passed}: ${because}`;
}

const A_MOMENT_MS = 60_000;

/** `, and still needs approval: 0 of 1 approvals`. */
export function stillNeeds({ plan, hash, people }: Deployment): string[] {
  if (plan.approval === undefined) return [];
  const { isMet } = quorumOf(plan.approval, hash, people.approvals);
  return isMet ? [] : [', and has not been approved yet'];
}

function question({ plan }: Deployment, id: string): string {
  const step = plan.steps.find((each) => each.id === id);
  return step === undefined ? id : taskTitle(step, undefined);
}

function after(words: string | null): string {
  return words === null ? '' : `: ${words}`;
}
