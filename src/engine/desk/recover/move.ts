import { personOf } from '../../../core/person.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import type { Run } from '../../../core/run.ts';
import { moveRun, type RunMove, type RunMoved } from '../../../core/run-move.ts';
import { RECOVER, runSentence } from '../../../core/run-words.ts';
import { recordOf } from '../../board/noted.ts';
import { putRun } from '../../recover/put-run.ts';
import { RUN } from '../../recover/told.ts';
import type { Visiting } from '../visitor.ts';
import { findRun } from './found.ts';

/** Each time somebody else was first, so that one of them got on. */
const TRIES_MAX = 20;

/** Does one thing to a run, to the version of it that is there then; refused where it changes nothing any more. */
export async function change(
  visiting: Visiting,
  id: string,
  move: RunMove,
  action: string,
): Promise<Run | Refusal> {
  const { parts, visitor } = visiting;
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    const before = await findRun(visiting, id);
    if (isRefusal(before)) return before;
    const moved = moveRun(before.run, move, await parts.store.nowMs());
    if (moved.stays !== null) return refuseStays(id, moved.stays, before.run);
    const put = await putRun(parts, {
      before,
      after: moved.run,
      key: `${visitor.key}/${action}`,
      records: [
        recordOf(visiting, {
          action,
          sheet: { kind: RUN, id },
          scope: { service: null, environment: null },
          detail: {
            runbook: before.run.runbook.name,
            isDrill: before.run.isDrill,
            hash: before.run.hash,
            ...said(move),
          },
        }),
      ],
    });
    if (put !== 'behind') return moved.run;
  }
  return refuse('unavailable', ['Too much happens to this run at this moment.'], { next: ['Try again.'] });
}

function said(move: RunMove): Record<string, string | number | null> {
  switch (move.kind) {
    case 'settle':
      return { step: move.step, how: move.how, note: move.note, lossMs: move.lossMs };
    case 'skip':
      return { step: move.step, why: move.why };
    case 'retry':
      return { step: move.step };
    case 'abort':
      return { why: move.why };
    default:
      return {};
  }
}

const staysWords: Record<NonNullable<RunMoved['stays']>, string> = {
  over: 'It has ended.',
  'not-its-turn': 'It is not the turn of that step.',
  settled: 'That was said already.',
  'not-asked': 'Nothing is asked of that step: it runs.',
};

function refuseStays(id: string, stays: NonNullable<RunMoved['stays']>, run: Run): Refusal {
  return refuse('too-late', [`${staysWords[stays]} ${runSentence(run)}`], {
    offers: [{ label: `Show ${id}`, command: RECOVER, text: `status ${id}` }],
  });
}

/** Whether two accounts are one person's. */
export function isSamePerson({ parts, visitor }: Visiting, account: string): boolean {
  const { people } = parts.catalog();
  return personOf(account, people) === personOf(visitor.actor.id, people);
}
