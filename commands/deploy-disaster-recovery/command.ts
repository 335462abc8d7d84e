import { z } from 'zod';
import {
  type Asks,
  defineCommand,
  maybe,
  type Named,
  sheet,
  switchFlag,
  text,
  verb,
} from '../../src/command/index.ts';
import { parseDuration } from '../../src/core/parse-duration.ts';
import type { RecoverOrder } from '../../src/core/recover-order.ts';

const verbs = [
  'start',
  'approve',
  'done',
  'restored',
  'failed',
  'skip',
  'retry',
  'abort',
  'status',
  'report',
] as const;

export const deployDisasterRecovery = defineCommand({
  name: 'deploy-disaster-recovery',
  summary: 'Run a rehearsed recovery step by step, or drill it',
  examples: [
    'fail-over --drill',
    'fail-over --reason "the region is gone"',
    'done run-7f3a9k2m --step assess',
    'status',
  ],
  permission: 'recover',
  Args: z
    .strictObject({
      do: maybe(verb(verbs, { description: 'what to do; start when a runbook is named' })),
      runbook: maybe(text(40, { description: 'name of the runbook', isPositional: true })),
      drill: switchFlag({ description: 'only what is marked as safe to drill' }),
      run: maybe(sheet('run-', { description: 'a run of one', isAsked: false })),
      step: maybe(text(40, { description: 'name of the step', isAsked: false })),
      reason: maybe(text(500, { description: 'why; of a step: what happened' })),
      loss: maybe(
        text(20, {
          description: 'of restored: what was lost, as time before the disaster, such as 4m; or unknown',
        }),
      ),
      to: maybe(
        text(40, {
          description:
            'of start: the moment to restore data to, such as 2026-11-20T14:00Z; the last one when left out',
          isAsked: false,
        }),
      ),
      confirm: maybe(text(40, { description: 'of start: the name of the runbook, once more' })),
      json: switchFlag({ description: 'of report: for machines', isAsked: false }),
      plan: maybe(text(64, { description: 'first letters of the plan that you were shown', isAsked: false })),
    })
    .superRefine((args, context) => {
      for (const [path, message] of wrong(args)) {
        const params = message === MISSING ? { isMissing: true } : { isRelation: true };
        context.addIssue({ code: 'custom', path: [path], message, params });
      }
    }),
  says: {
    start: 'Start a runbook, or a drill of it',
    approve: 'Approve a run',
    done: 'A step is done',
    restored: 'A step has restored data',
    failed: 'A step has failed',
    skip: 'Leave a step out',
    retry: 'Try a step again',
    abort: 'Stop a run',
    status: 'See the runs and how they are going',
    report: 'Report of a run',
  },
  asks: asksFor,
  run: (args, desk) => desk.recover(orderFrom(args)),
});

type Form = { readonly title: string; readonly submit: string; readonly fields: readonly string[] };

/** What a form asks for, after what somebody chose. */
const forms: Record<(typeof verbs)[number], Form> = {
  start: { title: 'Start a recovery', submit: 'Look at it', fields: ['runbook', 'drill', 'reason'] },
  approve: { title: 'Approve a run', submit: 'Look at it', fields: ['run', 'reason'] },
  done: { title: 'A step is done', submit: 'Done', fields: ['run', 'step', 'reason'] },
  restored: { title: 'Data is restored', submit: 'Done', fields: ['run', 'step', 'loss', 'reason'] },
  failed: { title: 'A step has failed', submit: 'Failed', fields: ['run', 'step', 'reason'] },
  skip: { title: 'Leave a step out', submit: 'Leave it out', fields: ['run', 'step', 'reason'] },
  retry: { title: 'Try a step again', submit: 'Try again', fields: ['run', 'step'] },
  abort: { title: 'Stop a run', submit: 'Stop it', fields: ['run', 'reason'] },
  status: { title: 'Recoveries', submit: 'Show', fields: [] },
  report: { title: 'Report of a run', submit: 'Show', fields: ['run'] },
};

/** A plan that was looked at is confirmed and nothing else; of a run, what a button has said is not asked again. */
function asksFor(filled: Named): Asks {
  const what = verbs.find((each) => each === filled['do']) ?? 'start';
  const form = forms[what];
  const isKnown = (name: string) => (name === 'run' || name === 'step') && filled[name] !== undefined;
  const names =
    filled['plan'] !== undefined && filled['runbook'] !== undefined
      ? ['confirm']
      : form.fields.filter((name) => !isKnown(name));
  const isNeeded = (name: string) => name === 'confirm' || needed[what].some((each) => each === name);
  return {
    ...form,
    summary: null,
    fields: names.map((name) => ({ name, label: null, says: {}, isNeeded: isNeeded(name) })),
  };
}

type Args = {
  readonly do: (typeof verbs)[number] | null;
  readonly runbook: string | null;
  readonly drill: boolean;
  readonly run: string | null;
  readonly step: string | null;
  readonly reason: string | null;
  readonly loss: string | null;
  readonly to: string | null;
  readonly confirm: string | null;
  readonly json: boolean;
  readonly plan: string | null;
};

type Wrong = readonly [argument: keyof Args, message: string];

const MISSING = 'is needed';

const needed: Record<(typeof verbs)[number], readonly (keyof Args)[]> = {
  start: ['runbook'],
  approve: ['run'],
  done: ['run', 'step'],
  restored: ['run', 'step', 'loss'],
  failed: ['run', 'step', 'reason'],
  skip: ['run', 'step', 'reason'],
  retry: ['run', 'step'],
  abort: ['run', 'reason'],
  status: [],
  report: ['run'],
};

function wrong(args: Args): Wrong[] {
  const what = args.do ?? 'start';
  return [
    ...needed[what].flatMap((name): Wrong[] => (args[name] === null ? [[name, MISSING]] : [])),
    ...misplaced(args, what),
    ...confirmed(args, what),
    ...lost(args),
    ...restoredTo(args),
  ];
}

/** A runbook is started; a run, which is on its way already, is not. */
function misplaced({ run, runbook }: Args, what: string): Wrong[] {
  if (what === 'start' && run !== null)
    return [['run', `is on its way already: say ${verbs.join(', ')} before it`]];
  if (what !== 'start' && runbook !== null)
    return [['runbook', `says nothing to ${what}: name the run alone`]];
  return [];
}

/** The plan is looked at before anybody has to type anything. */
function confirmed({ plan, confirm, runbook }: Args, what: string): Wrong[] {
  if (what !== 'start' || plan === null) return [];
  if (confirm === null) return [['confirm', MISSING]];
  return confirm === runbook ? [] : [['confirm', `must be ${runbook}, the name of what you start`]];
}

function lost({ loss }: Args): Wrong[] {
  const isTime = loss === null || loss === 'unknown' || lossMs(loss) !== null;
  return isTime ? [] : [['loss', 'must be a time such as 0s, 90s or 4m, or unknown']];
}

/** Down to the second, and in UTC, so that nobody has to guess which hour is meant. */
function restoredTo({ to }: Args): Wrong[] {
  return to === null || momentOf(to) !== null ? [] : [['to', 'must be a moment such as 2026-11-20T14:00Z']];
}

function momentOf(to: string | null): number | null {
  if (to === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z$/.test(to)) return null;
  const ms = Date.parse(to);
  return Number.isNaN(ms) ? null : ms;
}

function lossMs(loss: string | null): number | null {
  return loss === null || loss === 'unknown' ? null : parseDuration(loss);
}

function orderFrom(args: Args): RecoverOrder {
  const { reason, plan } = args;
  const run = args.run ?? '';
  const step = args.step ?? '';
  switch (args.do) {
    case 'approve':
      return { kind: 'approve', run, plan, comment: reason };
    case 'done':
    case 'restored':
      return { kind: 'settle', run, step, how: 'done', note: reason, lossMs: lossMs(args.loss) };
    case 'failed':
      return { kind: 'settle', run, step, how: 'failed', note: reason, lossMs: null };
    case 'skip':
      return { kind: 'skip', run, step, why: reason ?? '' };
    case 'retry':
      return { kind: 'retry', run, step };
    case 'abort':
      return { kind: 'abort', run, why: reason ?? '' };
    case 'status':
      return { kind: 'status', run: args.run };
    case 'report':
      return { kind: 'report', run, isForMachines: args.json };
    default:
      return {
        kind: 'start',
        runbook: args.runbook ?? '',
        isDrill: args.drill,
        why: reason,
        restoreToMs: momentOf(args.to),
        plan,
      };
  }
}
