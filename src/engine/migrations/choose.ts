import { type Refusal, refuse } from '../../core/refusal.ts';
import { code, sentence, type Text } from '../../core/text.ts';
import type { DatabaseStanding } from '../../migration/database.ts';
import type { Migration } from '../../migration/migration.ts';
import type { Place } from '../desk/place.ts';

/** Which of the migrations that are there have not been run; or why none can be now. */
export function pendingOf(
  migrations: readonly Migration[],
  { applied, others, halfWay }: DatabaseStanding,
): readonly Migration[] | Refusal {
  const [half] = halfWay;
  if (half !== undefined) {
    return refuse(
      'target-held',
      [`A migration stopped half-way, and is never run again by itself: ${half.say}.`],
      {
        next: half.next.flatMap((line, index) => [index === 0 ? '' : ' ', ...whatToDo(line)]),
      },
    );
  }
  const kept = new Map(applied.map((each) => [each.id, each]));
  const changed = migrations.find(({ id, checksum }) => {
    const known = kept.get(id)?.checksum ?? null;
    return known !== null && known !== checksum;
  });
  if (changed !== undefined) {
    return refuse(
      'not-allowed',
      [`The migration ${changed.id} has been run already, with other words than stand in it now.`],
      { next: ['Put it back to what it was, and write what shall change as a new one. Nothing was begun.'] },
    );
  }
  const pending = migrations.filter(({ id }) => !kept.has(id));
  return refuseRenamed(pending, others) ?? pending;
}

/**
 * What was run and is not there any more, while the very same words are there under another name, was renamed: running it
 * once more would do all of it twice.
 */
function refuseRenamed(pending: readonly Migration[], others: DatabaseStanding['others']): Refusal | null {
  const [renamed] = pending.flatMap(({ id, checksum }) => {
    const before = others.find((each) => each.checksum === checksum);
    return before === undefined ? [] : [{ id, before: before.id }];
  });
  if (renamed === undefined) return null;
  return refuse(
    'not-allowed',
    [
      `The migration ${renamed.id} has been run already, word for word, when it was called ${renamed.before}.`,
    ],
    {
      next: [
        `Call it ${renamed.before} again; or change its words, where it shall be run once more. Nothing was begun.`,
      ],
    },
  );
}

/** What somebody looks at in words, and what they would type as it is typed. */
function whatToDo(line: string): Text {
  const words = line.charAt(0).toUpperCase() + line.slice(1);
  const at = words.indexOf(': ');
  return at < 0 ? [sentence(words)] : [words.slice(0, at + 2), code(words.slice(at + 2)), '.'];
}

/** What a deployment runs: everything up to the first that waits for its own order. */
export function toExpand(pending: readonly Migration[], place: Place): readonly Migration[] | Refusal {
  const at = pending.findIndex(({ phase }) => phase === 'contract');
  if (at < 0) return pending;
  const later = pending.slice(at).find(({ phase }) => phase !== 'contract');
  if (later === undefined) return pending.slice(0, at);
  const first = pending[at]?.id;
  return refuse(
    'not-allowed',
    [
      `The migration ${later.id} comes after ${first}, which has not been run and is for an order of its own.`,
    ],
    {
      next:
        at === 0
          ? ['Run that first: ', code(typed(place)), '.']
          : [
              `Deploy a version first that has ${pending[at - 1]?.id} and not ${later.id} yet, then `,
              code(typed(place)),
              '.',
            ],
    },
  );
}

/** What an order with --contract runs: those that older versions mind, as far as they stand in front. */
export function toContract(pending: readonly Migration[], place: Place): readonly Migration[] | Refusal {
  const [first] = pending;
  if (first === undefined) return refuse('nothing-to-do', [`Every migration of ${place.id} has been run.`]);
  if (first.phase !== 'contract') {
    return refuse('not-allowed', [
      `The migration ${first.id} comes first, and is run by deploying the version that needs it.`,
    ]);
  }
  const end = pending.findIndex(({ phase }) => phase !== 'contract');
  return end < 0 ? pending : pending.slice(0, end);
}

function typed({ service, environment }: Place): string {
  return `/deploy-${environment.name} ${service.name} --contract`;
}

/** What has been overtaken by one behind it is run all the same, and not without a word: nobody has tried that order. */
export function sayOvertaken(
  migrations: readonly Migration[],
  { applied }: DatabaseStanding,
  chosen: ReadonlySet<string>,
): readonly string[] {
  const done = new Set(applied.map(({ id }) => id));
  const last = migrations.findLastIndex(({ id }) => done.has(id));
  const overtaken = migrations.slice(0, Math.max(0, last)).filter(({ id }) => chosen.has(id));
  if (overtaken.length === 0) return [];
  const ids = overtaken.map(({ id }) => id);
  const names = ids.slice(0, 3).join(', ') + (ids.length > 3 ? ` and ${ids.length - 3} more` : '');
  return [
    `${names} come${ids.length === 1 ? 's' : ''} before ${migrations[last]?.id}, which has been run already`,
  ];
}
