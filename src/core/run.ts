import { z } from 'zod';
import { Chosen, isRedirect, Runbook, type RunbookStep } from './runbook.ts';

const Moment = z.number().int();

/** What became of one step. */
export const StepState = z.strictObject({
  name: z.string(),
  status: z.enum([
    'waiting',
    'running',
    /** Longer than it may take, and not settled. */
    'late',
    'done',
    'failed',
    'skipped',
    /** Left alone, because this is a drill and it is not marked as safe for one. */
    'not-drilled',
  ]),
  startedAtMs: Moment.nullable(),
  endedAtMs: Moment.nullable(),
  /** Who said so; null: the program did. */
  by: z.string().nullable(),
  note: z.string().nullable(),
  /** What was lost, as time before the disaster, by whoever restored it. */
  lossMs: Moment.nullable(),
  /** So long after it was done some may still be sent where they were before; left out: nobody. */
  lingersMs: Moment.nonnegative().optional(),
  deploymentId: z.string().nullable(),
  /** The last call that was written down before it was made, and is not settled; left out: none. */
  effect: z
    .strictObject({
      /** Names it: how many there were. */
      number: z.number().int().positive(),
      sentAtMs: Moment,
      /** It was seen to be under way at the platform. */
      hasBegun: z.boolean(),
    })
    .optional(),
  /** How many calls were made for it; left out: none. */
  calls: z.number().int().nonnegative().optional(),
  /** How often it was begun. */
  attempts: z.number().int().nonnegative(),
});
export type StepState = z.infer<typeof StepState>;

export const TimelineLine = z.strictObject({ atMs: Moment, by: z.string().nullable(), say: z.string() });
export type TimelineLine = z.infer<typeof TimelineLine>;

/** One run of a runbook, with everything that is needed to go on with it. */
export const Run = z.strictObject({
  runbook: Runbook,
  configuration: z.string(),
  hash: z.string(),
  isDrill: z.boolean(),
  requestedBy: z.string(),
  /** The human being behind the account. */
  person: z.string(),
  why: z.string().nullable(),
  chosen: z.array(Chosen),
  approvals: z.array(
    z.strictObject({
      by: z.string(),
      person: z.string(),
      groups: z.array(z.string()),
      hash: z.string(),
      comment: z.string().nullable(),
      atMs: Moment,
    }),
  ),
  phase: z.enum(['asked', 'running', 'halted', 'done', 'aborted']),
  askedAtMs: Moment,
  startedAtMs: Moment.nullable(),
  endedAtMs: Moment.nullable(),
  /** Why it ended, or what it halts for. */
  because: z.string().nullable(),
  steps: z.array(StepState),
  timeline: z.array(TimelineLine),
  /** Since when people are asked for something; null: nothing is asked. */
  askingSinceMs: Moment.nullable(),
  /** How often somebody was called since then. */
  calls: z.number().int().nonnegative(),
  /** How often stakeholders were told. */
  summaries: z.number().int().nonnegative(),
});
export type Run = z.infer<typeof Run>;

/** Nobody has answered for so long: somebody else is called. */
const CALL_AFTER_MS = 5 * 60_000;
const CALL_AGAIN_MS = 15 * 60_000;
export const SUMMARY_EVERY_MS = 15 * 60_000;
/** Whoever comes back after a day finds a run that has ended, not one that goes on out of the blue. */
export const FORSAKEN_MS = 24 * 3_600_000;

/** When the clock has something to do with a run next; null: never. `nowMs` where the program has something to do. */
export function runDueMs(run: Run, nowMs: number): number | null {
  if (isOver(run)) return null;
  if (automaticSteps(run).length > 0) return nowMs;
  const moments = [
    callAtMs(run),
    summaryAtMs(run),
    run.phase === 'asked' ? run.askedAtMs + run.runbook.approval.expiresAfterMs : null,
    run.phase === 'halted' && run.askingSinceMs !== null ? run.askingSinceMs + FORSAKEN_MS : null,
    ...run.steps.map((step) => (step.status === 'running' ? lateAtMs(run, step) : null)),
  ];
  return moments.reduce(
    (first, each) => (each !== null && (first === null || each < first) ? each : first),
    null,
  );
}

/** What the program has to carry out or watch now. A late deployment is still watched: it may arrive after all. */
export function automaticSteps(run: Run): { readonly step: RunbookStep; readonly state: StepState }[] {
  if (isOver(run) || run.phase === 'asked') return [];
  return run.steps.flatMap((state) => {
    const step = stepNamed(run, state.name);
    const isOurs = step.kind !== 'manual' && (state.status === 'running' || state.status === 'late');
    return isOurs ? [{ step, state }] : [];
  });
}

export function isOver({ phase }: Run): boolean {
  return phase === 'done' || phase === 'aborted';
}

export function isSettled(state: StepState | undefined): boolean {
  return state !== undefined && settled.has(state.status);
}

const settled: ReadonlySet<StepState['status']> = new Set(['done', 'skipped', 'not-drilled']);

/** @throws {TypeError} for a name that is not in the runbook; a run keeps its runbook, so that there is none. */
export function stepNamed({ runbook }: Pick<Run, 'runbook'>, name: string): RunbookStep {
  const step = runbook.steps.find((each) => each.name === name);
  if (step === undefined) throw new TypeError(`the runbook ${runbook.name} has no step ${name}`);
  return step;
}

/** What was promised against what was measured. */
export type Measured = {
  /** From when it was asked for until the last step that serves people again; null: it never came to that. */
  readonly rtoMs: number | null;
  /** The most that anybody lost, as they said; null: not measured. */
  readonly rpoMs: number | null;
};

/**
 * The time to recover begins when somebody asked, because whoever waits for approvals is not served either. It ends with the last step that verifies or redirects, or with the last of all where a runbook has
 * neither; and where others may remember a name, only when the last of them has forgotten it. A run that did not end well has recovered nothing, whatever its steps say.
 */
export function measuredOf({ phase, runbook, steps, askedAtMs, startedAtMs }: Run): Measured {
  const losses = steps.flatMap(({ lossMs }) => (lossMs === null ? [] : [lossMs]));
  const rpoMs = losses.length === 0 ? null : Math.max(...losses);
  const isServing = (step: RunbookStep) =>
    step.phase === 'verify' || step.phase === 'redirect' || isRedirect(step);
  const serving = runbook.steps.filter(isServing).map(({ name }) => name);
  const ends = steps.flatMap(({ name, status, endedAtMs, lingersMs = 0 }) =>
    status === 'done' && endedAtMs !== null && (serving.length === 0 || serving.includes(name))
      ? [endedAtMs + lingersMs]
      : [],
  );
  const isMeasured = phase === 'done' && startedAtMs !== null && ends.length > 0;
  return { rtoMs: isMeasured ? Math.max(...ends) - askedAtMs : null, rpoMs };
}

/** What was restored without anybody having said how much of it was lost. */
export function lossUnsaid(run: Pick<Run, 'runbook' | 'steps'>): readonly string[] {
  return run.steps.flatMap(({ name, status, lossMs }) => {
    const { kind, phase } = stepNamed(run, name);
    const isOfData = kind === 'restore' || (kind === 'manual' && phase === 'restore');
    return isOfData && status === 'done' && lossMs === null ? [name] : [];
  });
}

export function lateAtMs(run: Run, { name, startedAtMs }: StepState): number {
  return (startedAtMs ?? 0) + stepNamed(run, name).withinMs;
}

export function callAtMs({ askingSinceMs, calls }: Run): number | null {
  return askingSinceMs === null ? null : askingSinceMs + CALL_AFTER_MS + calls * CALL_AGAIN_MS;
}

export function summaryAtMs({ startedAtMs, summaries, endedAtMs }: Run): number | null {
  if (startedAtMs === null || endedAtMs !== null) return null;
  return startedAtMs + summaries * SUMMARY_EVERY_MS;
}
