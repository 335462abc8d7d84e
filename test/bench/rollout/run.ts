import { type Cell, keyOf } from './cell.ts';
import type { Course } from './course.ts';
import type { Options } from './options.ts';
import type { Pool } from './pool.ts';
import { hashOf } from './simulator/dice.ts';
import { type Tally, tallyOf } from './tally.ts';

/** One cell, and what each judge made of it. */
export type Measured = { readonly key: string; readonly cell: Cell; readonly tallies: readonly Tally[] };

/** Few enough that no core waits long at the end, many enough that handing them over costs nothing. */
const ROLLOUTS_A_JOB = 20;

/** Plays all cells, all judges on the same seeds, and tells how far it is. */
export async function run(
  cells: readonly Cell[],
  options: Options,
  pool: Pool,
  tell: (line: string) => void,
): Promise<Measured[]> {
  let done = 0;
  const rolloutsOf = (cell: Cell) =>
    cell.situation.fault === null ? options.healthyRollouts : options.faultyRollouts;
  const all = cells.reduce((sum, cell) => sum + rolloutsOf(cell), 0);
  return Promise.all(
    cells.map(async (cell): Promise<Measured> => {
      const key = keyOf(cell);
      const rollouts = rolloutsOf(cell);
      const courses = await played(cell, key, rollouts, options, pool);
      done += rollouts;
      tell(`${Math.round((100 * done) / all)} % of ${all} rollouts: ${key}`);
      const isHealthy = cell.situation.fault === null;
      const tallies = options.judges.map((judge) =>
        tallyOf(
          judge,
          courses.filter((course) => course.judge === judge),
          isHealthy,
        ),
      );
      return { key, cell, tallies };
    }),
  );
}

async function played(
  cell: Cell,
  key: string,
  rollouts: number,
  options: Options,
  pool: Pool,
): Promise<Course[]> {
  const seed = hashOf(`${options.seed} ${key}`);
  const jobs = Array.from({ length: Math.ceil(rollouts / ROLLOUTS_A_JOB) }, (_, index) =>
    pool.run({
      cell,
      judges: options.judges,
      firstSeed: seed + index * ROLLOUTS_A_JOB,
      rollouts: Math.min(ROLLOUTS_A_JOB, rollouts - index * ROLLOUTS_A_JOB),
    }),
  );
  return (await Promise.all(jobs)).flat();
}
