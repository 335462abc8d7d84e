import { answer, type Reply } from '../../../core/answer.ts';
import { objectionTo } from '../../../core/approval.ts';
import { isSomebody, personOf } from '../../../core/person.ts';
import { shortHash } from '../../../core/plan-parts.ts';
import type { RecoverOrder } from '../../../core/recover-order.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import type { Run } from '../../../core/run.ts';
import { runPreview } from '../../../core/run-preview.ts';
import { approveOffer, drillLabel, RECOVER, runSentence, sayApprovals } from '../../../core/run-words.ts';
import { runPlanHash } from '../../../core/runbook.ts';
import { code, person } from '../../../core/text.ts';
import { groupsOf } from '../../admit/people.ts';
import type { EngineParts } from '../../parts.ts';
import type { HungRun } from '../../recover/put-run.ts';
import type { Visiting } from '../visitor.ts';
import { findRun, findRunbook, refuseForRunbook } from './found.ts';
import { groundFor } from './ground.ts';
import { change } from './move.ts';

/** Shows what waits for a yes; with the hash of what was shown, says it. The run starts with the last one. */
export async function approveRun(
  visiting: Visiting,
  order: Extract<RecoverOrder, { kind: 'approve' }>,
): Promise<Reply> {
  const found = await findRun(visiting, order.run);
  if (isRefusal(found)) return found;
  const { run } = found;
  const refused =
    (await refuseForRunbook(visiting, 'recover', run.runbook)) ?? refuseLate(found) ?? object(visiting, run);
  if (refused !== null) return refused;
  if (order.plan === null) return preview(visiting, found);
  if (order.plan !== shortHash(run.hash)) {
    return refuse('plan-changed', ['That is not the plan of this run. Nothing was approved.'], {
      next: ['Look at it again.'],
      offers: [{ label: 'Show the plan', command: RECOVER, text: `approve ${found.id}` }],
    });
  }
  const stale = refuseStale(visiting, run) ?? (await refuseGone(visiting, run));
  return stale ?? sayYes(visiting, found, order.comment);
}

async function sayYes(visiting: Visiting, { id, run }: HungRun, comment: string | null): Promise<Reply> {
  const { parts, visitor } = visiting;
  const actor = await parts.directory.look(visitor.actor, 'fresh');
  const approval = {
    by: actor.id,
    person: personOf(actor.id, parts.catalog().people),
    groups: groupsOf(parts, actor),
    hash: run.hash,
    comment,
    atMs: await parts.store.nowMs(),
  };
  const moved = await change(visiting, id, { kind: 'approve', approval }, 'recover-approve');
  if (isRefusal(moved)) return moved;
  const sentence = `You approved ${drillLabel(moved)}${id}. ${sayApprovals(moved)}. ${runSentence(moved)}`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }]);
}

function refuseLate({ id, run }: HungRun): Refusal | null {
  if (run.phase === 'asked') return null;
  return refuse('too-late', [`${runSentence(run)} It needs nobody's approval any more.`], {
    offers: [{ label: `Show ${id}`, command: RECOVER, text: `status ${id}` }],
  });
}

/** The rules of every approval: another person than the one who asked, known to be one, and once. */
function object({ parts, visitor }: Visiting, run: Run): Refusal | null {
  const { people } = parts.catalog();
  const stranger = [visitor.actor.id, run.requestedBy].find(
    (each) => people.length > 0 && !isSomebody(each, people),
  );
  if (stranger !== undefined) {
    return refuse(
      'not-allowed',
      ['It is not known which person ', code(stranger), ' belongs to, so an approval cannot count.'],
      {
        next: ['Somebody who looks after slipway.yml can add it under ', code('people'), '.'],
      },
    );
  }
  const { runbook, approvals, hash, person } = run;
  const asked = { rule: runbook.approval, approvals, hash, requester: person, authors: [] };
  switch (objectionTo(asked, personOf(visitor.actor.id, people))) {
    case 'own':
      return refuse('not-allowed', ['You asked for this run yourself. Somebody else has to approve it.'], {
        next: ['Who approves has to be another person, whatever account they use.'],
      });
    case 'twice':
      return refuse('nothing-to-do', [`You have approved this run already. ${sayApprovals(run)}.`]);
    default:
      return null;
  }
}

/** What was asked for was another runbook, or another configuration, than what is in force now. */
function refuseStale(visiting: Visiting, run: Run): Refusal | null {
  const now = findRunbook(visiting, run.runbook.name);
  const { version } = visiting.parts.catalog();
  const isSame =
    !isRefusal(now) && runPlanHash({ ...run, runbook: now, configuration: version }) === run.hash;
  if (isSame) return null;
  const again = `start ${run.runbook.name}${run.isDrill ? ' --drill' : ''}`;
  return refuse(
    'plan-changed',
    ['The configuration has changed since this run was asked for. Nothing was approved.'],
    {
      next: ['Call it off, and ask for it again.'],
      offers: [{ label: 'Show what would be done now', command: RECOVER, text: again }],
    },
  );
}

/** Whoever asked for it or said yes before may have lost the right since: they are looked up again with every yes. */
async function refuseGone({ parts, visitor }: Visiting, run: Run): Promise<Refusal | null> {
  for (const id of [run.requestedBy, ...run.approvals.map(({ by }) => by)]) {
    const actor = { id, name: '', kind: 'unknown', groups: [] } as const;
    const refused = await refuseForRunbook({ parts, visitor: { ...visitor, actor } }, 'recover', run.runbook);
    if (refused === null) continue;
    return refuse(
      'not-allowed',
      [person(id), ', who asked for this run or approved it, may not recover there any more.'],
      {
        next: ['Call it off, and ask for it again.'],
      },
    );
  }
  return null;
}

function preview({ parts }: { readonly parts: EngineParts }, { id, run }: HungRun): Reply {
  const label = drillLabel(run);
  return answer(`${runSentence(run)} ${sayApprovals(run)}.`, runPreview(run, groundFor(parts, run)), {
    title: `${label}Approve the run of ${run.runbook.name}?`.slice(0, 150),
    offers: [approveOffer(id, run)],
  });
}
