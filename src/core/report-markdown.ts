import { sayNumbers } from './numbers.ts';
import type { Report, ReportedTarget, Task } from './report.ts';
import { duration, sentence, utc } from './text.ts';

/** The report as a file that can be kept: Markdown. What came from outside is escaped. */
export function reportMarkdown(report: Report): string {
  const sections = [
    `# ${escaped(report.title)}`,
    escaped(report.sentence),
    facts(report),
    problem(report),
    ...(report.waived.length === 0 ? [] : ['## Waived', bullets(report.waived.map(escaped))]),
    '## Targets',
    ...report.targets.map(targetSection),
    '## Steps',
    stepTable(report.tasks, report.startedAtMs),
    '## Not measured',
    bullets(
      report.notMeasured.length === 0
        ? ['nothing: everything that was to be measured was measured']
        : report.notMeasured,
    ),
  ];
  return `${sections.filter((section) => section !== null).join('\n\n')}\n`;
}

/** The same for machines; the shape is that of `Report`, with a version of its own. */
export function reportJson(report: Report): string {
  return `${JSON.stringify({ format: 'slipway/report/v1', ...report }, null, 2)}\n`;
}

function facts(report: Report): string {
  const ended = report.endedAtMs;
  return bullets(
    [
      `deployment ${report.deploymentId}`,
      `asked for by ${report.requestedBy}${report.why === null ? '' : `: ${report.why}`}`,
      ...(report.stoppedBy === null ? [] : [`stopped by ${report.stoppedBy}`]),
      `strategy ${report.strategy}, plan ${report.planHash.slice(0, 12)}`,
      `started ${utc(report.startedAtMs)}`,
      ended === null
        ? 'still going on'
        : `ended ${utc(ended)}, after ${duration(ended - report.startedAtMs)}`,
    ].map(escaped),
  );
}

function problem({ problem: found }: Report): string | null {
  if (found === null) return null;
  const evidence = found.evidence.map((line) => `    ${line.replaceAll('\n', ' ')}`);
  const told = [
    `## What went wrong (severity ${found.severity})`,
    escaped(sentence(found.cause)),
    escaped(found.consequence),
  ];
  return [...told, ...(evidence.length === 0 ? [] : [evidence.join('\n')])].join('\n\n');
}

function targetSection(target: ReportedTarget): string {
  const { before, after } = target.numbers;
  const lines = [
    `version ${target.version}${target.commit === null ? '' : ` (${target.commit})`}, before it ${target.before ?? 'nothing'}`,
    `platform ${target.platform}`,
    `serves there now: ${target.serves ?? 'not known here'}`,
    `share of the traffic: ${target.trafficPercent === null ? 'none was given' : `${target.trafficPercent} %`}`,
    `numbers of the version before: ${before === null ? 'not measured' : sayNumbers(before)}`,
    `numbers of the new version: ${after === null ? 'not measured' : sayNumbers(after)}`,
    `taking it back: ${target.undo.how}`,
    ...target.undo.leaves.map((what) => `would not come back: ${what}`),
  ];
  return `### ${escaped(target.id)}\n\n${bullets(lines.map(escaped))}`;
}

function stepTable(tasks: readonly Task[], startedAtMs: number): string {
  const rows = tasks.map((task) => {
    const at = task.startedAtMs === null ? '' : `+${duration(task.startedAtMs - startedAtMs)}`;
    const took =
      task.startedAtMs === null || task.endedAtMs === null ? '' : duration(task.endedAtMs - task.startedAtMs);
    return `| ${[task.title, task.target, task.status, at, took, task.say ?? ''].map(cell).join(' | ')} |`;
  });
  return ['| step | target | state | began | took | |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|');
}

/** One line, in which nothing is markup any more. */
function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_<>[\]#]/g, '\\$&');
}
