import { type Answer, answer, type Part, type Reply } from '../../core/answer.ts';
import { type Claimant, type Lock, type LockStays, type LockWord, placeOf } from '../../core/lock.ts';
import { lockWord, sayHolder } from '../../core/lock-words.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { sayScope } from '../../core/scope.ts';
import { code, person, plain, type Text } from '../../core/text.ts';
import type { Notice } from '../../store/store.ts';

/** A lock with the name and version of its sheet; version 0 has never hung there. */
export type HungLock = {
  readonly id: string;
  readonly version: number;
  readonly changedAtMs: number;
  readonly lock: Lock;
};

const command = 'deploy-maintenance';

/** A lock as people see it, with its line. */
export function sayLock({ id, lock }: Pick<HungLock, 'id' | 'lock'>): Answer {
  const what = sayScope(lock.scope);
  if (lock.holder === null) {
    const sentence = `No longer locked: ${what}.`;
    return answer(sentence, [{ kind: 'note', text: [code(id)] }], {
      title: sentence.slice(0, -1).slice(0, 150),
    });
  }
  const parts: Part[] = [
    { kind: 'text', text: sayHolder(lock.scope, lock.holder) },
    ...(lock.waiting.length === 0 ? [] : [inLine(lock)]),
    { kind: 'note', text: [code(id)] },
  ];
  return answer(`${plain(sayHolder(lock.scope, lock.holder))}.`, parts, {
    title: `Locked: ${what}`.slice(0, 150),
    offers: [
      { label: 'Wait for it', command, text: `wait ${id}` },
      releaseOffer(id, lock),
      { label: 'Take it over…', command, text: `take ${id}` },
    ],
  });
}

function inLine({ waiting }: Lock): Part {
  const names = waiting.flatMap(
    ({ by, why }, index): Text => [
      index === 0 ? '' : ', ',
      `${index + 1}. `,
      person(by),
      why === null ? '' : ` (${why})`,
    ],
  );
  return { kind: 'facts', facts: [{ name: 'In line', value: names }] };
}

function releaseOffer(id: string, { scope, waiting }: Lock): Offer {
  const next = waiting.length === 0 ? 'Everybody may deploy there again.' : 'It goes to whoever waits first.';
  return {
    label: 'Release',
    command,
    text: `unlock ${id}`,
    confirm: { title: 'Release the lock?', text: `${sayScope(scope)}: ${next} Nothing is started by that.` },
  };
}

/** What is said to who has just done something. */
export function saidDone(what: string, hung: HungLock, me: Claimant): Answer {
  const { lock, id } = hung;
  const scope = sayScope(lock.scope);
  const place = placeOf(lock, me);
  const sentence = sentenceFor(what, scope, lock, me, place);
  const offers: Offer[] =
    lock.holder?.person === me.person
      ? [releaseOffer(id, lock), ...(lock.waiting.length === 0 ? [] : [giveOffer(id)])]
      : place === null
        ? []
        : [{ label: 'Leave the line', command, text: `leave ${id}` }];
  return answer(sentence, [{ kind: 'text', text: [sentence] }, ...sayLock(hung).parts], { offers });
}

function giveOffer(id: string): Offer {
  return { label: 'Give it to the next', command, text: `give ${id}` };
}

function sentenceFor(what: string, scope: string, lock: Lock, me: Claimant, place: number | null): string {
  if (lock.holder?.person === me.person)
    return `You hold the lock of ${scope}. Nobody else can begin a deployment there.`;
  if (place !== null)
    return `You are number ${place} in line for the lock of ${scope}. You are told when it is yours.`;
  if (what === 'leave') return `You do not wait for the lock of ${scope} any more.`;
  if (lock.holder === null) return `The lock of ${scope} is released. Nothing was started by that.`;
  return `The lock of ${scope} has gone to the next one. Nothing was started by that.`;
}

/** Why it was not done. */
export function refuseLock(because: LockStays, hung: HungLock): Reply {
  const { lock, id } = hung;
  const what = sayScope(lock.scope);
  const held: Text = lock.holder === null ? [] : [...sayHolder(lock.scope, lock.holder), '.'];
  switch (because) {
    case 'held':
      return refuse('target-busy', held, { offers: waitOffers(id) });
    case 'line-full':
      return refuse('target-busy', [`A hundred people wait for the lock of ${what} already.`]);
    case 'not-yours':
      return refuse('not-allowed', ['Only who holds it may hand it on. ', ...held], {
        offers: waitOffers(id),
      });
    case 'free':
      return refuse('nothing-to-do', [`Nobody holds a lock of ${what}.`], {
        offers: [{ label: 'Lock it', command, text: `lock ${id}` }],
      });
    case 'yours':
      return refuse('nothing-to-do', [`You hold the lock of ${what} yourself.`], {
        offers: [releaseOffer(id, lock)],
      });
    case 'in-line':
      return refuse('nothing-to-do', [`You wait for the lock of ${what} already. `, ...held], {
        offers: [{ label: 'Leave the line', command, text: `leave ${id}` }],
      });
    case 'not-in-line':
      return refuse('nothing-to-do', [`You do not wait for the lock of ${what}.`]);
    case 'nobody-next':
      return refuse('nothing-to-do', [`Nobody waits for the lock of ${what}.`], {
        next: ['Name somebody: ', code(`/${command} give ${id} --to @name`), ', or release it.'],
        offers: [releaseOffer(id, lock)],
      });
  }
}

function waitOffers(id: string): Offer[] {
  return [
    { label: 'Wait for it', command, text: `wait ${id}` },
    { label: 'Take it over…', command, text: `take ${id}` },
  ];
}

/** Whom it would be taken from is shown before it is. */
export function showTake({ id, version, lock }: HungLock, why: string | null): Reply {
  const what = sayScope(lock.scope);
  const parts: Part[] = [
    ...sayLock({ id, lock }).parts,
    { kind: 'note', text: ['Nothing has been taken yet. Whoever holds it is told, with your reason.'] },
  ];
  const reason = (why ?? '').replaceAll('"', "'");
  const take: Offer = {
    label: 'Take it over',
    command,
    text: `take ${id} --seen ${version} --reason "${reason}"`,
    isDangerous: true,
    confirm: {
      title: 'Take the lock over?',
      text: `${what}: its holder is told, and may be in the middle of something.`,
    },
  };
  return answer(`The lock of ${what} is held by somebody else. It is not taken over yet.`, parts, {
    title: `Take over the lock of ${what}?`.slice(0, 150),
    offers: [take, { label: 'Wait for it', command, text: `wait ${id}` }],
  });
}

/** What people are told in private; not to accounts of the host, which have no messages. */
export function lockNotices(
  words: readonly LockWord[],
  { id, version, lock }: Pick<HungLock, 'id' | 'version' | 'lock'>,
): Notice[] {
  return words
    .filter(({ to }) => !to.startsWith('os:'))
    .map((word, index) => {
      const key = `word/lock/${id}/${version}/${index}`;
      const to = { kind: 'person', id: word.to } as const;
      const content = {
        kind: 'word',
        to,
        text: lockWord(word, id, lock),
        offers: wordOffers(word, id, lock),
        under: null,
      } as const;
      return { key, stream: key, lane: 'critical', content } satisfies Notice;
    });
}

function wordOffers({ kind }: LockWord, id: string, lock: Lock): Offer[] {
  const keep: Offer = { label: 'Keep it 1 h', command, text: `lock ${id} --for 1h` };
  switch (kind) {
    case 'turn':
    case 'given':
      return [keep, releaseOffer(id, lock)];
    case 'wanted':
      return [giveOffer(id), keep];
    case 'ending':
      return [keep, releaseOffer(id, lock)];
    default:
      return lock.holder === null
        ? [{ label: 'Lock it again', command, text: `lock ${id}` }]
        : waitOffers(id);
  }
}

export function noLock(id: string): Refusal {
  return refuse('not-found', ['There is no lock ', code(id), '.'], {
    next: ['See what there is with ', code(`/${command} list`), '.'],
  });
}
