import type { Task } from '../../core/report.ts';

/** One or several steps of a deployment, shown as one. */
export type Fold = {
  readonly id: string;
  readonly title: string;
  readonly status: Task['status'];
  readonly say: string | null;
};

/**
 * At most `max` lines for any number of tasks: neighbours in the same state become one, the ones that say least first
 * (waiting, skipped, done, taken back), so that what runs and what failed stands alone for as long as it can.
 */
export function fold(tasks: readonly Task[], max: number): Fold[] {
  let runs: Task[][] = tasks.map((task) => [task]);
  for (const status of dullest) {
    runs = joinNeighbours(runs, status, max);
  }
  return joinTail(runs, max).map(asOne);
}

const dullest: readonly Task['status'][] = [
  'waiting',
  'skipped',
  'done',
  'undone',
  'undoing',
  'running',
  'failed',
];

/** Joins neighbours of one status, newest last, until `max` is reached. */
function joinNeighbours(runs: readonly Task[][], status: Task['status'], max: number): Task[][] {
  const joined: Task[][] = [];
  let over = runs.length - max;
  for (const run of runs) {
    const before = joined.at(-1);
    const isSame = before?.at(-1)?.status === status && run[0]?.status === status;
    if (over > 0 && isSame && before !== undefined) {
      before.push(...run);
      over -= 1;
    } else {
      joined.push([...run]);
    }
  }
  return joined;
}

function joinTail(runs: readonly Task[][], max: number): Task[][] {
  if (runs.length <= max) return [...runs];
  return [...runs.slice(0, max - 1), runs.slice(max - 1).flat()];
}

const loudest: readonly Task['status'][] = [...dullest].reverse();

function asOne(run: readonly Task[]): Fold {
  const [first] = run;
  const loud = loudest.map((status) => run.find((task) => task.status === status)).find((task) => task);
  if (run.length === 1 && first !== undefined) return first;
  return {
    id: `${first?.id}+${run.length - 1}`,
    title: `${run.length} steps: ${run.map(({ title }) => title).join(', ')}`,
    status: loud?.status ?? 'waiting',
    say: loud?.say ?? null,
  };
}
