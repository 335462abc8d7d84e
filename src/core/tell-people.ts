import type { Deployment } from './deployment.ts';
import type { PeopleEvent } from './event.ts';
import { code, duration, person, sentence, strong, type Text, time } from './text.ts';
import { taskTitle } from './titles.ts';

/** The line for the thread that tells what people did, or what they wait for. */
export function peopleLine(deployment: Deployment, event: PeopleEvent, atMs: number): Text {
  switch (event.kind) {
    case 'approved':
      return ['Approved by ', person(event.by), after(event.comment)];
    case 'rejected':
      return ['Rejected by ', person(event.by), `: ${event.why}`];
    case 'replanned':
      return [
        'The plan has changed, so that it has to be approved again: ',
        event.changes.join('; '),
        '. Plan ',
        code(event.hash.slice(0, 12)),
      ];
    case 'approval-void':
      return ['The approval of ', person(event.by), ` does not count any more: ${event.because}`];
    case 'hindered':
      return event.say === '' ? ['Nothing stands in the way any more'] : [`Not yet: ${sentence(event.say)}`];
    case 'missed':
      return [
        `Its time passed ${duration(event.lateMs)} ago while nobody was there. Somebody has to say whether it shall still start.`,
      ];
    case 'reminded':
      return ['It starts at ', time(deployment.people.untilMs ?? atMs)];
    case 'moved':
      return ['Moved by ', person(event.by), ' to ', time(event.untilMs)];
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
  }
}

function question({ plan }: Deployment, id: string): string {
  const step = plan.steps.find((each) => each.id === id);
  return step === undefined ? id : taskTitle(step, undefined);
}

function after(words: string | null): string {
  return words === null ? '' : `: ${words}`;
}
