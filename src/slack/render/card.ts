import type { types } from '@slack/bolt';
import { type Action, possible } from '../../core/can.ts';
import { sayNumbers } from '../../core/numbers.ts';
import { phaseWords } from '../../core/phase-words.ts';
import type { Problem, Report, ReportedTarget, Task } from '../../core/report.ts';
import { duration, sentence, strong, type Text } from '../../core/text.ts';
import {
  type Block,
  bullets,
  header,
  isSlackPerson,
  type Message,
  message,
  plainText,
  richText,
  slackDate,
} from './block.ts';
import { actionButton, actionsBlock, offerButton, overflow } from './button.ts';
import { clean } from './clean.ts';
import { type Fold, fold } from './fold.ts';
import { limits } from './limits.ts';

const BUTTONS_MAX = 3;
const OFFERS_MAX = 4;
const EVIDENCE_LINES = 5;

/** The one message of a deployment, edited for as long as it lasts. */
export function renderCard(report: Report): Message {
  const top: Block[] = [header(report.title), contextLine(report)];
  const bottom: Block[] = [...outcome(report), ...buttons(report)];
  const folds = fold(report.tasks, limits.planTasks);
  const blocks = folds.length === 0 ? [...top, ...bottom] : [...top, plan(report, folds), ...bottom];
  return message(`${report.sentence}${problemWords(report)}`, blocks, [
    ...top,
    ...folds.map(stepLine),
    ...bottom,
  ]);
}

/** What stands under the title: the state, by whom, since when, for how long, how, and the id. */
export function contextLine(report: Report): types.ContextBlock {
  const { startedAtMs, endedAtMs, requestedBy, stoppedBy } = report;
  const format = endedAtMs === null ? 'since {time}, {ago}' : '{date_short_pretty} {time}';
  const elements: types.TextObject[] = [
    // Our own words: nothing from outside is in them.
    { type: 'mrkdwn', text: `*${phaseWords(report)}*` },
    who(requestedBy),
    { type: 'mrkdwn', text: slackDate(startedAtMs, format) },
  ];
  if (endedAtMs !== null) elements.push(plainText(`took ${duration(endedAtMs - startedAtMs)}`, 40));
  if (stoppedBy !== null) elements.push(plainText('stopped by', 20), who(stoppedBy));
  elements.push(plainText(report.strategy, 60), plainText(report.deploymentId, 40));
  return { type: 'context', elements };
}

function who(id: string): types.TextObject {
  return isSlackPerson(id) ? { type: 'mrkdwn', text: `<@${id}>` } : plainText(id, 100);
}

function plan(report: Report, folds: readonly Fold[]): types.PlanBlock {
  return { type: 'plan', title: planTitle(report), tasks: folds.map(taskCard) };
}

function planTitle({ tasks, phase }: Report): string {
  const all = tasks.length;
  const done = tasks.filter(({ status }) => status === 'done').length;
  if (phase === 'deployed') return all === 1 ? 'The one step is done' : `All ${all} steps done`;
  if (phase === 'waiting') return `${all} steps, none of them begun`;
  if (phase === 'moving' || phase === 'held') return `${done} of ${all} steps done`;
  const failed = tasks.findIndex(({ status }) => status === 'failed');
  const begun = tasks.filter(({ status }) => status !== 'waiting' && status !== 'skipped').length;
  return failed < 0 ? `Stopped after ${begun} of ${all} steps` : `Failed at step ${failed + 1} of ${all}`;
}

const cardStatus: Record<Task['status'], types.TaskCardBlock['status']> = {
  waiting: 'pending',
  running: 'in_progress',
  done: 'complete',
  failed: 'error',
  undoing: 'in_progress',
  undone: 'complete',
  skipped: 'pending',
};

/** What the status of a task_card cannot say. */
const after: Partial<Record<Task['status'], string>> = {
  failed: ': failed',
  undoing: ': being taken back',
  undone: ': taken back',
  skipped: ': not done',
};

function taskCard(task: Fold, index: number): types.TaskCardBlock {
  return {
    type: 'task_card',
    // Slack refuses a plan in which two tasks have one id.
    task_id: clean(`${index} ${task.id}`, limits.id),
    title: `${clean(task.title, limits.taskTitle - 20)}${after[task.status] ?? ''}`,
    status: cardStatus[task.status],
    ...(task.say === null ? {} : { output: richText([task.say], limits.taskOutput) }),
  };
}

const signs: Record<Task['status'], string> = {
  waiting: '○ Waiting: ',
  running: '▶ Running: ',
  done: '✔ Done: ',
  failed: '✘ Failed: ',
  undoing: '↩ Taking back: ',
  undone: '↩ Taken back: ',
  skipped: '– Not done: ',
};

/** The same step for a Slack that does not know `plan`. */
function stepLine(task: Fold): types.SectionBlock {
  const say = task.say === null ? '' : `. ${task.say}`;
  return { type: 'section', text: plainText(`${signs[task.status]}${task.title}${say}`, 500) };
}

/** The truth about how it stands or ended. */
function outcome(report: Report): Block[] {
  const { problem, endedAtMs } = report;
  const lines: Text[] = report.targets
    .slice(0, 10)
    .flatMap((target) => targetLines(report, target, report.targets.length > 1 ? `${target.id}, ` : ''));
  const isOver = endedAtMs !== null;
  return [
    ...(report.waived.length === 0 ? [] : [waived(report.waived)]),
    ...(report.waiting.length === 0 ? [] : [bullets(report.waiting, 2_500)]),
    ...(problem === null ? [] : [problemText(problem)]),
    ...(problem === null && report.phase === 'rolled-back' ? [richText([report.sentence])] : []),
    ...(problem === null || problem.evidence.length === 0 ? [] : [evidence(problem.evidence)]),
    ...(lines.length === 0 ? [] : [bullets(lines, 1_500)]),
    ...(isOver && report.notMeasured.length > 0 ? [notMeasured(report.notMeasured)] : []),
  ];
}

export function problemText({ cause, consequence }: Problem): Block {
  return richText([strong(sentence(cause)), ` ${consequence}`], 1_500);
}

export function evidence(lines: readonly string[]): Block {
  const shown = lines.slice(-EVIDENCE_LINES).map((line) => clean(line, 200));
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: shown.join('\n') }] }],
  };
}

/** What was not asked, for as long as the card stands. */
export function waived(what: readonly string[]): Block {
  return richText([strong('Waived: '), what.join('; ')], 1_000);
}

function notMeasured(what: readonly string[]): Block {
  return { type: 'context', elements: [plainText(`Not measured: ${what.join('; ')}`, 1_000)] };
}

/** `name` where there are several, so that it is clear which one is meant. */
function targetLines({ phase }: Report, target: ReportedTarget, name: string): Text[] {
  const { numbers, trafficPercent, version, before: earlier } = target;
  const lines: Text[] = [];
  if (trafficPercent !== null && trafficPercent > 0 && trafficPercent < 100) {
    const rest = earlier === null ? '' : `, ${earlier} the rest`;
    lines.push([`${name}${version} has ${trafficPercent} % of the traffic${rest}`]);
  }
  // How it does while somebody is waited for stands with what is waited for.
  const when = phase === 'held' ? ' while watched' : '';
  if (numbers.after !== null) lines.push([strong(`${name}${version}${when}: `), sayNumbers(numbers.after)]);
  if (numbers.before !== null) {
    lines.push([strong(`${name}${earlier ?? 'what ran'} before: `), sayNumbers(numbers.before)]);
  }
  return lines;
}

export function problemWords({ problem }: Report): string {
  return problem === null ? '' : ` ${problem.consequence}`;
}

/** Only what can still be done; three buttons, the rest behind dots. */
function buttons(report: Report): Block[] {
  const now = new Set(possible(report.phase));
  const actions: readonly Action[] = report.actions.filter((action) => now.has(action));
  const offers = report.offers
    .slice(0, OFFERS_MAX)
    .flatMap((offer, index) => offerButton(offer, index) ?? []);
  const first = actions.slice(0, BUTTONS_MAX);
  const more = overflow(actions.slice(BUTTONS_MAX), report.deploymentId);
  return actionsBlock([
    ...offers,
    ...first.map((action) => actionButton(action, report.deploymentId, report.title, report)),
    ...(more === null ? [] : [more]),
  ]);
}
