import { readFileSync, writeFileSync } from 'node:fs';
import { beside, keptFrom } from './beside.ts';
import { type Cell, keyOf } from './cell.ts';
import { cellsFor } from './cells.ts';
import { drawnCells } from './drawn-cells.ts';
import { judgesNamed } from './judges.ts';
import { type Options, optionsFrom } from './options.ts';
import { ownCells } from './own-cells.ts';
import { type Pace, paceOf } from './pace.ts';
import { openPool } from './pool.ts';
import { type Measured, run } from './run.ts';
import { cost, detection, falseAlarms, falseAlarmsByCell, promotion, wronglyPassed } from './tables.ts';
import { targets } from './targets.ts';

/** All judges before the same rollouts, and ours alone for its pace; as Markdown. */
export async function rollouts(words: readonly string[]): Promise<string> {
  const options = optionsFrom(words);
  const cells = chosenCells(options);
  const isOurs = options.judges.some((name) => name.startsWith('Slipway'));
  const pace = isOurs ? paceOf(cpuMs) : null;
  const earlier = options.beside === null ? null : keptFrom(readFileSync(options.beside, 'utf8'));
  const pool = openPool();
  try {
    const measured = await run(cells, options, pool, (line) => console.error(line));
    const { seed } = options;
    const all = earlier === null ? measured : beside(earlier, measured, options);
    if (options.json !== null)
      writeFileSync(options.json, JSON.stringify({ seed, pace, measured: all }, null, 1));
    return told(all, options, pace);
  } finally {
    await pool.close();
  }
}

/** What this process has used of a core so far: on a busy machine the clock says nothing of a program's pace. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function chosenCells(options: Options): Cell[] {
  const { cells } = options;
  const all = cellsOf(options);
  const chosen = all.filter((cell) => cells === null || cells.test(keyOf(cell)));
  if (chosen.length === 0) throw new Error(`No cell matches; there are\n${all.map(keyOf).join('\n')}`);
  return chosen;
}

function cellsOf({ worlds, drawn, seed, isQuick }: Options): Cell[] {
  if (worlds !== null) return ownCells(readFileSync(worlds, 'utf8'));
  return drawn === null ? cellsFor(isQuick) : drawnCells(drawn, seed);
}

function told(measured: readonly Measured[], options: Options, pace: Pace | null): string {
  const ours = options.judges.filter((name) => name.startsWith('Slipway'));
  const early = judgesNamed(options.judges).filter((judge) => judge.mayPassEarly);
  const parts: [string, string][] = [
    ...(ours.length === 0 ? [] : [['What was wanted', targets(measured, pace)] satisfies [string, string]]),
    ['Healthy versions taken back, at the mean and in the worst cell of each world', falseAlarms(measured)],
    ['Faults: missed % / median s / 95th percentile s from when the fault began', detection(measured)],
    [
      'Requests that failed because of the fault, or were slower, until then: median / 95th percentile',
      cost(measured),
    ],
    ...(ours.length === 0
      ? []
      : [
          ['Healthy, cell by cell [95 % interval]', falseAlarmsByCell(measured, ours)] satisfies [
            string,
            string,
          ],
        ]),
    ...early.flatMap(({ name }): [string, string][] => [
      [`How soon healthy versions get all traffic (${name})`, promotion(measured, name)],
      [`Passed before its time although it should not be (${name})`, wronglyPassed(measured, name)],
    ]),
  ];
  const counted = `${options.healthyRollouts} rollouts of each healthy cell, ${options.faultyRollouts} of each faulty one, seed ${options.seed}.`;
  const paced =
    pace === null ? '' : ` Calibrating takes our judge ${pace.calibrationMs.toFixed(1)} ms a rollout.`;
  const others =
    options.beside === null
      ? ''
      : ` Measured now: ${options.judges.join('; ')}. The others stand as an earlier run had them, with the same rollouts.`;
  return [`${counted}${paced}${others}`, ...parts.map(([title, text]) => `**${title}**\n\n${text}`)].join(
    '\n\n',
  );
}
