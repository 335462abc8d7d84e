import type { Task } from '../../core/report.ts';

/** One or several steps of a deployment, shown as one. */
export type Fold = {
  readonly id: string;
  readonly title: string;
  readonly status: Task['status'];
  readonly say: string | null;
};

/**
 * What people think of as one thing is one line: giving traffic and watching what comes of it, and all that is not done
 * any more. If that is still more than `max`, neighbours in the same state become one, the ones that say least first
 * (waiting, done, taken back), so that what runs and what failed stands alone for as long as it can.
 */
export function fold(tasks: readonly Task[], max: number): Fold[] {
  let runs = joinNeighbours(pairs(tasks), 'skipped', 1);
  for (const status of dullest) runs = joinNeighbours(runs, status, max);
  return joinTail(runs, max).map(asOne);
}

/** A share of the traffic, with the watching right after it. */
function pairs(tasks: readonly Task[]): Task[][] {
  const runs: Task[][] = [];
  for (const task of tasks) {
    const before = runs.at(-1);
    const [route] = before ?? [];
    const isPair = task.kind === 'observe' && before?.length === 1 && route?.kind === 'route';
    if (isPair && route.target === task.target && task.status !== 'skipped') before.push(task);
    else runs.push([task]);
  }
  return runs;
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
    const isSame = before !== undefined && isAll(before, status) && isAll(run, status);
    if (over > 0 && isSame) {
      before.push(...run);
      over -= 1;
    } else {
      joined.push([...run]);
    }
  }
  return joined;
}

function isAll(run: readonly Task[], status: Task['status']): boolean {
  return run.every((task) => task.status === status);
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
    title: titleOf(run),
    status: loud?.status ?? 'waiting',
    say: loud?.say ?? run.at(-1)?.say ?? null,
  };
}

function titleOf(run: readonly Task[]): string {
  const [first, second] = run;
  const last = run.at(-1);
  if (isAll(run, 'skipped')) return `The other ${run.length} steps`;
  if (run.length === 2 && first?.kind === 'route' && second?.kind === 'observe') {
    return `${first.title}, ${second.title.slice(0, 1).toLowerCase()}${second.title.slice(1)}`;
  }
  return `${run.length} steps: ${first?.title} … ${last?.title}`;
}
