import type { Holder, Lock, LockWord } from './lock.ts';
import { TURN_MS } from './lock.ts';
import type { Obstacle, Passing } from './obstacle.ts';
import { covers, type Scope, sayScope } from './scope.ts';
import { code, duration, person, type Text, time } from './text.ts';

/** Its holder passes; what is on its way already, and who goes back, passes too. */
export function lockObstacle(id: string, { scope, holder }: Lock, passing: Passing): Obstacle | null {
  const { service, environment, what, nowMs } = passing;
  if (holder === null || holder.untilMs <= nowMs || what !== 'start') return null;
  if (holder.person === passing.person || !covers(scope, { service, environment })) return null;
  return {
    kind: 'lock',
    from: `lock/${id}`,
    say: sayHolder(scope, holder),
    untilMs: holder.untilMs,
    offers: [
      { label: 'Wait for it', command: 'deploy-maintenance', text: `wait ${id}` },
      { label: 'Take it over…', command: 'deploy-maintenance', text: `take ${id}` },
    ],
  };
}

/** `A lock of api in staging, held by @ada since …, until …: migrating`. */
export function sayHolder(scope: Scope, { by, sinceMs, untilMs, why }: Holder): Text {
  return [
    `A lock of ${sayScope(scope)}, held by `,
    person(by),
    ' since ',
    time(sinceMs),
    ', until ',
    time(untilMs),
    why === null ? '' : `: ${why}`,
  ];
}

/** What somebody is told in private about a lock. */
export function lockWord({ kind }: LockWord, id: string, { scope, holder, waiting }: Lock): Text {
  const what = sayScope(scope);
  const until: Text = holder === null ? [] : [' It is yours until ', time(holder.untilMs), '.'];
  switch (kind) {
    case 'turn':
      return [
        `The lock of ${what} is yours now: it was your turn.`,
        ...until,
        ` Nothing was started by that. After ${duration(TURN_MS)} it goes on to the next one, unless you keep it. `,
        code(id),
      ];
    case 'given':
      return [`The lock of ${what} was handed to you.`, ...until, ' Nothing was started by that. ', code(id)];
    case 'taken':
      return [`The lock of ${what} was taken over from you by `, ...byWhom(holder), '. ', code(id)];
    case 'lifted':
      return [`Your lock of ${what} was lifted by somebody who may do that. `, code(id)];
    case 'over':
      return [`Your lock of ${what} is over: its time has passed. `, code(id)];
    case 'wanted':
      return [
        `You hold the lock of ${what}, and ${waiting.length} ${waiting.length === 1 ? 'person waits' : 'people wait'} for it.`,
        ...until,
        ' ',
        code(id),
      ];
    case 'ending':
      return [`Your lock of ${what} is over soon.`, ...until, ' ', code(id)];
  }
}

function byWhom(holder: Lock['holder']): Text {
  if (holder === null) return ['somebody'];
  return holder.why === null ? [person(holder.by)] : [person(holder.by), `: ${holder.why}`];
}
