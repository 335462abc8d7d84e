import { isOver, lossUnsaid, measuredOf, type Run, stepNamed } from './run.ts';
import { drillLabel, rpoWords, rtoWords, runSentence, stepDoes } from './run-words.ts';
import { duration, utc } from './text.ts';

/** What was expected against what was measured, as a file that can be kept. */
export function runMarkdown(id: string, run: Run): string {
  const { runbook, requestedBy, why, hash, approvals, startedAtMs, endedAtMs } = run;
  const label = drillLabel(run);
  return `${[
    `# ${escaped(`${label}${runbook.name}`)}`,
    escaped(runSentence(run)),
    bullets([
      `run ${id}, plan ${hash}`,
      `asked for by ${requestedBy}${why === null ? '' : `: ${why}`}`,
      `approved by ${approvals.map(({ by }) => by).join(', ') || 'nobody'}`,
      `started ${startedAtMs === null ? 'never' : utc(startedAtMs)}`,
      `ended ${endedAtMs === null ? 'not yet' : utc(endedAtMs)}`,
      `time to recover: ${rtoWords(run)}`,
      `loss: ${rpoWords(run)}`,
    ]),
    `## ${label}Steps`,
    stepTable(run),
    `## ${label}Timeline`,
    bullets(run.timeline.map(({ atMs, by, say }) => `${utc(atMs)} ${say}${by === null ? '' : ` (${by})`}`)),
  ].join('\n\n')}\n`;
}

/** The same for machines. */
export function runJson(id: string, run: Run): string {
  const { runbook, ...rest } = run;
  const expected = { rtoMs: runbook.rtoMs, rpoMs: runbook.rpoMs };
  const report = {
    format: 'slipway/run/v1',
    id,
    isOver: isOver(run),
    expected,
    measured: measuredOf(run),
    lossUnsaid: lossUnsaid(run),
    ...rest,
    runbook,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function stepTable(run: Run): string {
  const rows = run.steps.map((state) => {
    const { name, status, startedAtMs, endedAtMs, by, note, deploymentId } = state;
    const step = stepNamed(run, name);
    const took = startedAtMs === null || endedAtMs === null ? '' : duration(endedAtMs - startedAtMs);
    return [
      name,
      step.phase,
      stepDoes(step),
      status,
      duration(step.withinMs),
      took,
      by ?? '',
      note ?? '',
      deploymentId ?? '',
    ];
  });
  const heads = ['step', 'phase', 'what', 'state', 'expected', 'took', 'by', 'note', 'deployment'];
  const lines = [heads, heads.map(() => '---'), ...rows.map((row) => row.map(escaped))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${escaped(line)}`).join('\n');
}

/** What people wrote can be no markup, and no line of its own. */
function escaped(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[\\`*_{}[\]<>|#]/g, (sign) => `\\${sign}`);
}
