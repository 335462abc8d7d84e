import { Run, type StepState } from '../../src/core/run.ts';
import type { RunbookStep } from '../../src/core/runbook.ts';
import { type EdgeCall, sayShares, type Wanted } from './edge.ts';
import type { History, HungSheet } from './history.ts';
import type { Found } from './oracle.ts';
import type { World } from './world.ts';

type Version = { readonly atMs: number; readonly run: Run };
type Kept = { readonly id: string; readonly versions: readonly Version[] };

/** What was really changed where a place was lost, held against the runs that people said yes to. */
export function judgeRuns(world: World, found: Found): void {
  const runs = runsIn(world.history);
  for (const run of runs) judgeRun(world, run, found);
  for (const call of world.edge.ledger) judgeCall(world, runs, call, found);
}

function runsIn({ sheets }: History): Kept[] {
  const byId = new Map<string, HungSheet[]>();
  for (const sheet of sheets) {
    if (sheet.kind === 'run') byId.set(sheet.id, [...(byId.get(sheet.id) ?? []), sheet]);
  }
  return [...byId].map(([id, all]) => ({
    id,
    versions: all.map(({ atMs, body }) => ({ atMs, run: Run.parse(body) })),
  }));
}

const changes: Partial<Record<RunbookStep['kind'], Wanted>> = {
  redirect: 'router',
  failover: 'router',
  'redirect-dns': 'name',
  restore: 'data',
};

function wantedBy({ chosen }: Run, step: RunbookStep): string | null {
  if (step.kind === 'redirect') return sayShares(step.shares);
  if (step.kind === 'failover') return sayShares({ [step.to]: 100 });
  if (step.kind === 'redirect-dns') return step.content;
  return step.kind === 'restore'
    ? (chosen.find(({ step: name }) => name === step.name)?.version ?? null)
    : null;
}

/** It ends, and what it says is done was so at that moment. */
function judgeRun({ edge }: World, { id, versions }: Kept, found: Found): void {
  const last = versions.at(-1);
  if (last === undefined) return;
  if (last.run.endedAtMs === null) found('every run ends', `${id} is ${last.run.phase}: ${last.run.because}`);
  for (const [index, { run, atMs }] of versions.entries()) {
    for (const [at, state] of run.steps.entries()) {
      const isNew = versions[index - 1]?.run.steps[at]?.status !== 'done';
      const step = run.runbook.steps[at];
      if (state.status !== 'done' || state.by !== null || !isNew || step === undefined) continue;
      const what = changes[step.kind];
      const wanted = wantedBy(run, step);
      if (what === undefined || wanted === null) continue;
      if (!wasSo({ edge }, what, wanted, atMs))
        found('done means that it is so', `${id} ${step.name}: ${wanted}`);
    }
  }
}

/** Between looking and writing it down passes some time, in which somebody else may come. */
const LOOKED_MS = 90_000;

function wasSo({ edge }: Pick<World, 'edge'>, what: Wanted, wanted: string, atMs: number): boolean {
  const before = edge.states.filter((state) => state.what === what && state.atMs <= atMs);
  const now = before.at(-1);
  if (what !== 'data') return now?.is === wanted || wasLately(before, wanted, atMs);
  const isRestored = edge.ledger.some(
    (call) => call.what === 'data' && call.wanted === wanted && (call.appliedAtMs ?? Number.NaN) < atMs,
  );
  return isRestored && (now?.is === 'serving' || wasLately(before, 'serving', atMs));
}

function wasLately(states: World['edge']['states'], wanted: string, atMs: number): boolean {
  const untilMs = states.findLast(({ is }, index) => states[index - 1]?.is === wanted && is !== wanted)?.atMs;
  return untilMs !== undefined && atMs - untilMs < LOOKED_MS;
}

/** Which run it was made for: one that had written it down by then. */
function judgeCall(world: World, runs: readonly Kept[], call: EdgeCall, found: Found): void {
  const say = `${call.what} ${call.wanted} by ${call.owner} at ${Math.round(call.sentAtMs)}`;
  const wrong = (promise: string, what = '') => found(promise, `${say} ${what}`);
  const now = runs.flatMap(({ id, versions }) => {
    const version = versions.findLast(({ atMs }) => atMs <= call.sentAtMs);
    return version === undefined ? [] : [{ id, run: version.run }];
  });
  const meant = now.flatMap(({ id, run }) =>
    run.runbook.steps.flatMap((step, at) => {
      const state = run.steps[at];
      const isOurs = changes[step.kind] === call.what && state?.effect !== undefined;
      return isOurs && state !== undefined ? [{ id, run, step, state }] : [];
    }),
  );
  // What was called off keeps its last call for ever: whoever goes on comes first.
  const known = meant
    .toSorted((a, b) => Number(a.run.endedAtMs !== null) - Number(b.run.endedAtMs !== null))
    .find(({ run, step }) => wantedBy(run, step) === call.wanted);
  if (known === undefined) {
    wrong(
      meant.length === 0 ? 'a call is written down before it is made' : 'only what was approved is called',
    );
    return;
  }
  const others = known.run.approvals.filter(({ by }) => by !== known.run.requestedBy);
  if (others.length === 0) wrong('nothing is called before somebody else has said yes', known.id);
  judgeAgain(world, runs, call, known, wrong);
  judgeOverwritten(world, call, known, wrong);
}

type Meant = {
  readonly id: string;
  readonly run: Run;
  readonly step: RunbookStep;
  readonly state: StepState;
};
type Wrong = (promise: string, what?: string) => void;

/** Twice is not once: not while an earlier one may still come, and a restore only when somebody says so. */
function judgeAgain(
  { edge }: World,
  runs: readonly Kept[],
  call: EdgeCall,
  { id, state, step }: Meant,
  wrong: Wrong,
): void {
  const versions = runs.find((run) => run.id === id)?.versions ?? [];
  const sinceMs = versions[0]?.atMs ?? 0;
  const earlier = edge.ledger
    .slice(0, edge.ledger.indexOf(call))
    .filter((each) => each.what === call.what && each.wanted === call.wanted && each.sentAtMs >= sinceMs);
  // Of a process that ended at that very call nothing was ever sent.
  const open = earlier.find(({ overAtMs, sentAtMs }) => (overAtMs ?? sentAtMs + GONE_MS) > call.sentAtMs);
  if (open !== undefined && state.attempts < 2)
    wrong('nothing is called while an earlier call may still come');
  if (step.kind !== 'restore') return;
  const taken = earlier.filter(({ isRefused }) => !isRefused);
  if (taken.length >= state.attempts) wrong('a restore is called once, unless somebody says so', id);
}

/** What somebody has changed since people said yes to it is theirs, until somebody says otherwise. */
function judgeOverwritten({ edge }: World, call: EdgeCall, { run, step, state }: Meant, wrong: Wrong): void {
  const seen = run.chosen.find(({ step: name }) => name === step.name)?.version ?? null;
  if (call.what === 'data' || seen === null || state.attempts > 1 || (state.calls ?? 0) > 1) return;
  const now = edge.states.findLast(
    ({ what, atMs }) => what === call.what && atMs <= call.sentAtMs - LATELY_MS,
  );
  const isFresh = edge.states.some(
    ({ what, atMs }) => what === call.what && atMs > call.sentAtMs - LATELY_MS && atMs <= call.sentAtMs,
  );
  if (!isFresh && now?.is !== seen)
    wrong('what somebody changed since is left alone', `it was ${seen}, and is ${now?.is}`);
}

/** Nothing is on its way for so long. */
const GONE_MS = 25_000;
/** Whoever has looked and is about to call may be overtaken. */
const LATELY_MS = 90_000;
