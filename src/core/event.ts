import { z } from 'zod';
import { Failure } from './failure.ts';
import { Numbers } from './numbers.ts';
import { Plan } from './plan.ts';
import { Verdict } from './verdict.ts';

export const Outcome = z.enum(['deployed', 'rolled-back', 'stopped', 'needs-human']);
/** `stopped` ended before anything was changed; `rolled-back` took back what had been. */
export type Outcome = z.infer<typeof Outcome>;

/** What a step leaves behind for the steps after it, for its undo and for the report. */
export const Left = z.object({
  releaseId: z.string().nullable().default(null),
  url: z.string().nullable().default(null),
  verdict: Verdict.nullable().default(null),
  /** Of the new version, over the step. */
  numbers: Numbers.nullable().default(null),
  /** Of the version before it, over the same stretch of time. */
  numbersBefore: Numbers.nullable().default(null),
});
export type Left = z.infer<typeof Left>;

/** Totals of one release at one moment. JSON has no Infinity: the last bucket's limit is null. */
export const CountersAt = z.object({
  atMs: z.number(),
  requests: z.number().nonnegative(),
  errors: z.number().nonnegative(),
  latencyBuckets: z.array(z.object({ upToMs: z.number().nullable(), count: z.number().nonnegative() })),
});
export type CountersAt = z.infer<typeof CountersAt>;

export const Baseline = z.object({ after: CountersAt.nullable(), before: CountersAt.nullable() });
/** What was counted when watching began: of the new version, and of the one before it. */
export type Baseline = z.infer<typeof Baseline>;

const step = z.string();
const effect = z.string();

/** The journal of a deployment: what we are about to do, written before we do it, and how it went. */
export const DeploymentEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('planned'), plan: Plan, hash: z.string() }),
  z.object({ kind: z.literal('step-started'), step }),
  /** Committed before the platform is called: from here on it may have happened. */
  z.object({ kind: z.literal('effect-sent'), step, effect }),
  z.object({
    kind: z.literal('effect-settled'),
    step,
    effect,
    /** `absent` and `refused` promise that nothing was changed. */
    how: z.enum(['confirmed', 'found', 'absent', 'refused']),
    releaseId: z.string().nullable(),
  }),
  z.object({ kind: z.literal('effect-unknown'), step, effect, because: z.string() }),
  /** For people: how far a running step is. Changes nothing. */
  z.object({
    kind: z.literal('progressed'),
    step,
    say: z.string(),
    /** Of the new version so far, and of the one before it. */
    numbers: Numbers.nullable(),
    numbersBefore: Numbers.nullable().default(null),
  }),
  z.object({ kind: z.literal('marked'), step, baseline: Baseline }),
  z.object({ kind: z.literal('step-succeeded'), step, left: Left }),
  z.object({ kind: z.literal('step-failed'), step, failure: Failure }),
  z.object({ kind: z.literal('stumbled'), step, failure: Failure }),
  z.object({ kind: z.literal('undo-started'), step }),
  z.object({ kind: z.literal('undo-succeeded'), step, left: Left }),
  z.object({ kind: z.literal('undo-failed'), step, failure: Failure }),
  z.object({ kind: z.literal('abort-asked'), by: z.string(), why: z.string().nullable() }),
  z.object({ kind: z.literal('finished'), outcome: Outcome, because: z.string() }),
]);
export type DeploymentEvent = z.infer<typeof DeploymentEvent>;

export type StepEvent = Extract<DeploymentEvent, { step: string }>;

/** Written by a newer version of the program: kept, shown as such, and never acted upon. */
export type ForeignEvent = { readonly kind: 'foreign'; readonly named: string };

/** One line of a journal. `seq` counts from one without gaps; `atMs` is the database's clock. */
export type Entry = {
  readonly seq: number;
  readonly atMs: number;
  readonly event: DeploymentEvent | ForeignEvent;
};

/** Reads one stored event; what this version does not know becomes a ForeignEvent, never an error. */
export function readEvent(stored: unknown): DeploymentEvent | ForeignEvent {
  const known = DeploymentEvent.safeParse(stored);
  if (known.success) return known.data;
  const named = z.object({ kind: z.string() }).safeParse(stored);
  return { kind: 'foreign', named: named.success ? named.data.kind : 'unreadable' };
}
