import type { Action } from '../../core/can.ts';
import { errorPercent, type Numbers } from '../../core/numbers.ts';
import { phaseWords } from '../../core/phase-words.ts';
import type { Report, ReportedTarget, Task } from '../../core/report.ts';
import { code, duration, plain, strong, type Text } from '../../core/text.ts';
import { type Block, bullets, header, type Message, message, plainText, richText } from './block.ts';
import { actionButton, actionsBlock, offerButton } from './button.ts';
import { contextLine, evidence, problemText, problemWords, waived } from './card.ts';
import { type RenderedChart, renderChart } from './chart.ts';
import { limits } from './limits.ts';
import { renderTable } from './table.ts';

const TARGETS_MAX = 8;

/** The end of a deployment in its thread; the whole of it goes along as files. */
export function renderReport(report: Report): Message {
  const top: Block[] = [
    header(`Report: ${report.title}`),
    richText([report.sentence]),
    ...(report.waived.length === 0 ? [] : [waived(report.waived)]),
    ...problemBlocks(report),
    ...report.targets.slice(0, TARGETS_MAX).map(targetBlock),
  ];
  const charts = chartsOf(report);
  const steps = renderTable({ kind: 'table', caption: `Steps of ${report.title}`, ...stepRows(report) });
  const bottom: Block[] = [
    {
      type: 'context',
      elements: [
        plainText(
          report.notMeasured.length === 0
            ? 'Everything that was to be measured was measured.'
            : `Not measured: ${report.notMeasured.join('; ')}`,
          1_500,
        ),
      ],
    },
  ];
  const words = `Report. ${report.sentence}${problemWords(report)}`;
  const table = steps === null ? [] : [steps.block];
  const plainer = steps === null ? [] : [steps.plainer];
  return message(
    words,
    [...top, ...charts.map(({ block }) => block), ...table, ...bottom],
    [...top, ...charts.map(({ plainer: letters }) => letters), ...plainer, ...bottom],
  );
}

/** What people look at first when something was taken back: both versions while they were watched. */
function chartsOf({ targets, phase }: Report): RenderedChart[] {
  if (phase !== 'rolled-back' && phase !== 'needs-human') return [];
  return targets
    .flatMap(({ chart }) => (chart === null ? [] : (renderChart(chart) ?? [])))
    .slice(0, limits.charts);
}

/** Buttons of one message are told apart by their numbers: those of a countdown have the first ones. */
const CARE_AT = 10;

/** A person is called: said once, in the thread and to the channel. */
export function renderAlert(report: Report): Message {
  const helping: readonly Action[] = ['resolve', 'logs', 'details'];
  const actions = report.actions.filter((action) => helping.includes(action));
  return message(`${report.sentence}${problemWords(report)}`, [
    richText([strong(`${phaseWords(report)}: ${report.title}`)]),
    ...(report.problem === null ? [richText([report.sentence])] : problemBlocks(report)),
    contextLine(report),
    ...(report.care === undefined ? [] : [richText(report.care.say)]),
    ...actionsBlock([
      ...(report.care?.offers ?? []).flatMap((offer, index) => offerButton(offer, CARE_AT + index) ?? []),
      ...(report.isTurning ? report.offers.flatMap((offer, index) => offerButton(offer, index) ?? []) : []),
      ...actions.map((action) => actionButton(action, report.deploymentId, report.title)),
    ]),
  ]);
}

/** Lines of the thread, several at once when they came close together. */
export function renderThreadLine(...lines: readonly Text[]): Message {
  const words = lines.map(plain).join(' · ');
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return message(words, [richText(only, 2_900)]);
  return message(words, [bullets(lines, 2_900)]);
}

function problemBlocks({ problem }: Report): Block[] {
  if (problem === null) return [];
  const words = problemText(problem);
  return problem.evidence.length === 0 ? [words] : [words, evidence(problem.evidence)];
}

function targetBlock(target: ReportedTarget): Block {
  const { before, after } = target.numbers;
  const lines: Text[] = [
    [strong(target.id), ` on ${target.platform}`],
    [
      strong('version: '),
      code(target.version),
      target.commit === null ? '' : ` (${target.commit.slice(0, 12)})`,
      target.before === null ? ', nothing ran before' : `, before: ${target.before}`,
    ],
    ...measures.flatMap(({ name, of, unit }): Text[] => {
      const now = after === null ? null : of(after);
      return now === null ? [] : [[strong(`${name}: `), `${say(now)} ${unit}${earlier(before, of, unit)}`]];
    }),
    [strong('to take it back: '), target.undo.how],
    ...target.undo.leaves.map((left): Text => ['would stay behind: ', left]),
  ];
  return bullets(lines.slice(0, 20), 2_500);
}

const measures: readonly {
  readonly name: string;
  readonly of: (numbers: Numbers) => number | null;
  readonly unit: string;
}[] = [
  { name: 'requests', of: ({ requests }) => requests, unit: '' },
  { name: 'errors', of: errorPercent, unit: '%' },
  { name: 'latency p95', of: ({ latencyP95Ms }) => latencyP95Ms, unit: 'ms' },
  { name: 'CPU', of: ({ cpuPercent }) => cpuPercent, unit: '% of a core' },
  { name: 'memory', of: ({ memoryMb }) => memoryMb, unit: 'MB' },
];

function earlier(before: Numbers | null, of: (numbers: Numbers) => number | null, unit: string): string {
  const then = before === null ? null : of(before);
  return then === null ? '' : ` (before: ${say(then)} ${unit})`;
}

function say(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const statusWords: Record<Task['status'], string> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'failed',
  undoing: 'being taken back',
  undone: 'taken back',
  skipped: 'not done',
};

function stepRows(report: Report) {
  const rows = report.tasks.slice(0, limits.tableRows).map((task) => {
    const { startedAtMs, endedAtMs } = task;
    const took = startedAtMs === null || endedAtMs === null ? '' : duration(endedAtMs - startedAtMs);
    return [task.title, statusWords[task.status], took, task.say ?? ''];
  });
  return { columns: ['Step', 'State', 'Took', 'What it said'], rows };
}
