import { type Answer, answer, type Part, type Reply } from '../../../core/answer.ts';
import type { RecoverOrder, StepOrder } from '../../../core/recover-order.ts';
import { isRefusal, type Offer } from '../../../core/refusal.ts';
import type { Run } from '../../../core/run.ts';
import type { RunMove } from '../../../core/run-move.ts';
import { runJson, runMarkdown } from '../../../core/run-report.ts';
import { drillLabel, RECOVER, runSentence, sayRun } from '../../../core/run-words.ts';
import { code, duration } from '../../../core/text.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { approveRun } from './approve.ts';
import { findRun, openRuns, refuseForRunbook, refuseStep } from './found.ts';
import { change, isSamePerson } from './move.ts';
import { startRun } from './start.ts';

/** Everything that people do with runbooks. */
export async function recover(visiting: Visiting, order: RecoverOrder): Promise<Reply> {
  switch (order.kind) {
    case 'start':
      return startRun(visiting, order);
    case 'approve':
      return approveRun(visiting, order);
    case 'status':
      return order.run === null ? overview(visiting) : show(visiting, order.run);
    case 'report':
      return report(visiting, order);
    case 'abort':
      return abort(visiting, order.run, order.why);
    default:
      return sayStep(visiting, order);
  }
}

async function show(visiting: Visiting, id: string): Promise<Reply> {
  const found = await findRun(visiting, id);
  return isRefusal(found) ? found : withCards(sayRun(id, found.run), found.run);
}

/** The cards of its deployments are linked where they stand. */
function withCards(said: Answer, { steps }: Run): Answer {
  const deploymentIds = steps.flatMap(({ deploymentId }) => (deploymentId === null ? [] : [deploymentId]));
  return deploymentIds.length === 0 ? said : { ...said, deploymentIds: deploymentIds.slice(-5) };
}

async function overview(visiting: Visiting): Promise<Reply> {
  const { parts, visitor } = visiting;
  const anywhere = { permission: 'look', service: null, environment: null } as const;
  const refused = refuseUnlessAllowed(parts.catalog(), visitor.actor, anywhere);
  if (refused !== null) return refused;
  const runs = await openRuns(parts);
  const seen = [];
  for (const each of runs) {
    if ((await refuseForRunbook(visiting, 'look', each.run.runbook)) === null) seen.push(each);
  }
  const runbooks = parts.catalog().runbooks ?? [];
  const many = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  const sentence = `${many(runbooks.length, 'runbook')}, ${many(seen.length, 'run')} on the way.`;
  const table: Part = {
    kind: 'table',
    caption: 'Runbooks',
    columns: ['Runbook', 'What for', 'Steps', 'Time to recover', 'Loss', 'Way back'],
    rows: runbooks.map(({ name, summary, steps, rtoMs, rpoMs, failBack }) => [
      name,
      summary,
      String(steps.length),
      duration(rtoMs),
      rpoMs === null ? 'nothing promised' : duration(rpoMs),
      failBack ?? 'none',
    ]),
  };
  const running = seen.map(
    ({ id, run }): Part => ({ kind: 'text', text: [code(id), ` ${runSentence(run)}`] }),
  );
  const offers: Offer[] = [
    ...seen.slice(0, 3).map(({ id }) => ({ label: `Show ${id}`, command: RECOVER, text: `status ${id}` })),
    ...runbooks.slice(0, 2).map(({ name }) => ({
      label: `Plan a drill of ${name}`,
      command: RECOVER,
      text: `start ${name} --drill`,
    })),
  ];
  return answer(sentence, [{ kind: 'text', text: [sentence] }, ...running, table], { offers });
}

async function sayStep(visiting: Visiting, order: StepOrder): Promise<Reply> {
  const found = await findRun(visiting, order.run);
  if (isRefusal(found)) return found;
  const refused = await refuseStep(visiting, found.run, order.step);
  if (refused !== null) return refused;
  const after = await change(visiting, order.run, moveOf(visiting, order), `recover-${order.kind}`);
  return isRefusal(after) ? after : saidOf(order.run, after);
}

function moveOf({ visitor }: Visiting, order: StepOrder): RunMove {
  const { step } = order;
  const by = visitor.actor.id;
  switch (order.kind) {
    case 'settle':
      return { kind: 'settle', step, by, how: order.how, note: order.note, lossMs: order.lossMs };
    case 'skip':
      return { kind: 'skip', step, by, why: order.why };
    case 'retry':
      return { kind: 'retry', step, by };
  }
}

/** Whoever asked for it may call it off, and so may everybody who may recover there. What it has begun goes on. */
async function abort(visiting: Visiting, id: string, why: string): Promise<Reply> {
  const found = await findRun(visiting, id);
  if (isRefusal(found)) return found;
  const isOwn = isSamePerson(visiting, found.run.requestedBy);
  const refused = isOwn ? null : await refuseForRunbook(visiting, 'recover', found.run.runbook);
  if (refused !== null) return refused;
  const by = visiting.visitor.actor.id;
  const after = await change(visiting, id, { kind: 'abort', by, why }, 'recover-abort');
  if (isRefusal(after)) return after;
  const goesOn = after.steps.flatMap(({ status, deploymentId }) =>
    (status === 'running' || status === 'late') && deploymentId !== null ? [deploymentId] : [],
  );
  const said = saidOf(id, after);
  if (goesOn.length === 0) return said;
  const words = `What it began goes on, and is stopped by itself: ${goesOn.join(', ')}.`;
  return {
    ...said,
    parts: [...said.parts, { kind: 'text', text: [words] }],
    deploymentIds: goesOn,
    offers: goesOn.map((each) => ({ label: `Show ${each}`, command: 'deploy-status', text: each })),
  };
}

function saidOf(id: string, run: Run): Answer {
  return withCards(
    answer(runSentence(run), [{ kind: 'text', text: [runSentence(run), ' ', code(id)] }]),
    run,
  );
}

async function report(
  visiting: Visiting,
  { run: id, isForMachines }: Extract<RecoverOrder, { kind: 'report' }>,
): Promise<Reply> {
  const found = await findRun(visiting, id);
  if (isRefusal(found)) return found;
  const { run } = found;
  const title = `${drillLabel(run)}Report of ${run.runbook.name}, ${id}`;
  const file = isForMachines
    ? { name: `${id}.json`, title, content: runJson(id, run) }
    : { name: `${id}.md`, title, content: runMarkdown(id, run) };
  return answer(runSentence(run), [{ kind: 'text', text: [runSentence(run)] }], { file });
}
