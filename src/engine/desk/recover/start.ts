import { answer, type Reply } from '../../../core/answer.ts';
import { hashOf } from '../../../core/canonical.ts';
import { newRun } from '../../../core/new-run.ts';
import { personOf } from '../../../core/person.ts';
import { shortHash } from '../../../core/plan-parts.ts';
import type { RecoverOrder } from '../../../core/recover-order.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import { runPreview } from '../../../core/run-preview.ts';
import { RECOVER, runSentence, sayApprovals } from '../../../core/run-words.ts';
import { isCarriedOut, type Runbook, type RunPlan, runPlanHash } from '../../../core/runbook.ts';
import { code } from '../../../core/text.ts';
import { recordOf } from '../../board/noted.ts';
import { putRun } from '../../recover/put-run.ts';
import { RUN } from '../../recover/told.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { findRunbook, openRuns, refuseForRunbook } from './found.ts';
import { chosenFor, groundFor } from './ground.ts';

type StartOrder = Extract<RecoverOrder, { kind: 'start' }>;

/** Shows what a run would do; with the hash of what was shown, asks for the approvals of it. */
export async function startRun(visiting: Visiting, order: StartOrder): Promise<Reply> {
  const { parts, visitor } = visiting;
  const runbook = findRunbook(visiting, order.runbook);
  if (isRefusal(runbook)) return runbook;
  const refused =
    (await refuseForRunbook(visiting, 'recover', runbook)) ??
    (await refuseToDeploy(visiting, runbook, order.isDrill)) ??
    (await refuseSecond(visiting, runbook));
  if (refused !== null) return refused;
  const plan: RunPlan = {
    runbook,
    configuration: parts.catalog().version,
    isDrill: order.isDrill,
    requestedBy: visitor.actor.id,
    why: order.why,
    chosen: await chosenFor(parts, runbook, order.isDrill, order.restoreToMs),
  };
  const hash = runPlanHash(plan);
  if (order.plan === null) return preview(visiting, order, plan);
  if (order.plan !== shortHash(hash)) return changed(order);
  return hang(visiting, plan, hash);
}

/** A run deploys in the name of whoever asked for it. */
async function refuseToDeploy(
  visiting: Visiting,
  runbook: Runbook,
  isDrill: boolean,
): Promise<Refusal | null> {
  const { parts, visitor } = visiting;
  const actor = await parts.directory.look(visitor.actor, 'fresh');
  for (const step of runbook.steps.filter((each) => isCarriedOut(each, isDrill))) {
    if (step.kind !== 'deploy') continue;
    const { service, environment } = step;
    const refused = refuseUnlessAllowed(parts.catalog(), actor, {
      permission: 'deploy',
      service,
      environment,
    });
    if (refused !== null) {
      const because = `The step ${step.name} deploys in your name. `;
      return { ...refused, message: [because, ...refused.message] };
    }
  }
  return null;
}

/** Two runs of one runbook would do the same to the same places. */
async function refuseSecond({ parts }: Visiting, runbook: Runbook): Promise<Refusal | null> {
  const other = (await openRuns(parts)).find(({ run }) => run.runbook.name === runbook.name);
  if (other === undefined) return null;
  return refuse(
    'already-running',
    [`There is a run of ${runbook.name} already: `, code(other.id), '. ', runSentence(other.run)],
    {
      offers: [{ label: `Show ${other.id}`, command: RECOVER, text: `status ${other.id}` }],
    },
  );
}

async function preview({ parts }: Visiting, order: StartOrder, plan: RunPlan): Promise<Reply> {
  const label = order.isDrill ? 'DRILL: ' : '';
  const sentence = `${label}This is what a run of ${order.runbook} would do. Nothing has been done yet.`;
  const note = { kind: 'note', text: [`${label}Nothing has been done yet.`] } as const;
  return answer(sentence, [...runPreview(plan, groundFor(parts, plan)), note], {
    title: `${label}Run ${order.runbook}?`,
    offers: [
      {
        label: order.isDrill ? 'Ask for this drill…' : 'Ask for this run…',
        command: RECOVER,
        text: typed(order, shortHash(runPlanHash(plan))),
        isDangerous: !order.isDrill,
      },
    ],
  });
}

function typed({ runbook, isDrill, why, restoreToMs }: StartOrder, plan: string | null): string {
  return [
    `start ${runbook}`,
    ...(isDrill ? ['--drill'] : []),
    ...(restoreToMs === null ? [] : [`--to ${new Date(restoreToMs).toISOString()}`]),
    ...(why === null ? [] : [`--reason "${why.replaceAll('\\', '\\\\').replaceAll('"', "'")}"`]),
    ...(plan === null ? [] : [`--plan ${plan}`]),
  ].join(' ');
}

function changed(order: StartOrder): Refusal {
  return refuse('plan-changed', ['What would be done is no longer what you were shown. Nothing was begun.'], {
    next: ['Look at it again.'],
    offers: [{ label: 'Show what would be done now', command: RECOVER, text: typed(order, null) }],
  });
}

const TAKEN_MS = 10_000;

/** One at a time, so that of two who ask at once one is told of the other. */
async function hang(visiting: Visiting, plan: RunPlan, hash: string): Promise<Reply> {
  const { parts, visitor } = visiting;
  const duty = `start-run/${plan.runbook.name}`;
  if (!(await parts.store.duties.hold(duty, visitor.key, TAKEN_MS))) {
    return refuse('already-running', ['Somebody else asks for a run of it at this moment.'], {
      next: ['See ', code(`/${RECOVER} status`), '.'],
    });
  }
  try {
    return (await refuseSecond(visiting, plan.runbook)) ?? (await hangUp(visiting, plan, hash));
  } finally {
    await parts.store.duties.drop(duty, visitor.key);
  }
}

async function hangUp(visiting: Visiting, plan: RunPlan, hash: string): Promise<Reply> {
  const { parts, visitor } = visiting;
  const id = `run-${hashOf('slipway/run-id/v1', visitor.key).slice(0, 8)}`;
  const person = personOf(visitor.actor.id, parts.catalog().people);
  const run = newRun({ ...plan, chosen: [...plan.chosen], hash, person }, await parts.store.nowMs());
  await putRun(parts, {
    before: { id, version: 0, run },
    after: run,
    key: visitor.key,
    records: [
      recordOf(visiting, {
        action: run.isDrill ? 'recover-drill-ask' : 'recover-ask',
        sheet: { kind: RUN, id },
        scope: { service: null, environment: null },
        detail: { runbook: run.runbook.name, hash, why: run.why },
      }),
    ],
  });
  const words = `${runSentence(run)} ${sayApprovals(run)}.`;
  return answer(words, [{ kind: 'text', text: [`${words} `, code(id)] }], {
    offers: [{ label: `Show ${id}`, command: RECOVER, text: `status ${id}` }],
  });
}
