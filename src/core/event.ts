import { z } from 'zod';
import { Judgement } from './analysis/judgement.ts';
import { Failure } from './failure.ts';
import { Numbers } from './numbers.ts';
import { Order } from './order.ts';
import { Plan } from './plan.ts';
import { SourceEvidence, TurnAnswer } from './turn.ts';
import { Verdict } from './verdict.ts';
import { Vigil } from './vigil.ts';

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
/** The press or the line that it was said with: what is delivered again has had its say. */
const askedAs = z.string().optional();
const effect = z.string();

/** The journal of a deployment: what we are about to do, written before we do it, and how it went. */
export const DeploymentEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('planned'),
    plan: Plan,
    hash: z.string(),
    /** What it was drawn from, so that it can be drawn again. */
    order: Order.optional(),
    /** The delivery that asked for it. */
    askedAs,
    /** Left out where it starts at once. */
    waits: z
      .object({
        /** Not before this moment; null: as soon as it may. */
        untilMs: z.number().nullable(),
        /** In line from the beginning, in the place of an order that it replaces: behind this one. */
        behind: z.string().optional(),
      })
      .optional(),
  }),
  /** Drawn again, and not the same any more: what was approved was another plan. */
  z.object({ kind: z.literal('replanned'), plan: Plan, hash: z.string(), changes: z.array(z.string()) }),
  z.object({
    kind: z.literal('approved'),
    by: z.string(),
    person: z.string(),
    groups: z.array(z.string()),
    hash: z.string(),
    comment: z.string().nullable(),
  }),
  z.object({ kind: z.literal('rejected'), by: z.string(), person: z.string(), why: z.string() }),
  /** Somebody's yes does not count any more. */
  z.object({ kind: z.literal('approval-void'), by: z.string(), because: z.string() }),
  /** Something stands in the way of the start. */
  z.object({
    kind: z.literal('hindered'),
    say: z.string(),
    /** A person took the place for themselves: when they let it go, a person is asked whether this shall still start. */
    isAsked: z.boolean().optional(),
  }),
  /** Its time came and it could not be started, or it is not sure that it is still wanted: a person is asked. */
  z.object({
    kind: z.literal('missed'),
    lateMs: z.number(),
    /** Left out where nobody was there when its time came. */
    because: z.string().optional(),
  }),
  z.object({ kind: z.literal('reminded') }),
  /** Another time for its start. */
  z.object({ kind: z.literal('moved'), untilMs: z.number(), by: z.string() }),
  /** It stands in line for its targets. */
  z.object({ kind: z.literal('queued'), behind: z.string() }),
  /** From here on its targets are its own. */
  z.object({ kind: z.literal('started') }),
  /** Nothing new is begun until somebody lets it go on; what is being watched is still watched. */
  z.object({ kind: z.literal('hold-asked'), by: z.string(), why: z.string().nullable(), askedAs }),
  z.object({ kind: z.literal('go-on-asked'), by: z.string(), why: z.string().nullable(), askedAs }),
  /** A person's yes to a step that asks. */
  z.object({ kind: z.literal('answered'), step: z.string(), by: z.string() }),
  /** A person goes on without waiting for the end of what is watched or kept; null: of everything still to come. */
  z.object({
    kind: z.literal('hurried'),
    step: z.string().nullable(),
    by: z.string(),
    why: z.string().nullable(),
  }),
  /** What a person says to a version that is about to be taken back. */
  z.object({
    kind: z.literal('turn-answered'),
    step,
    how: TurnAnswer,
    by: z.string(),
    why: z.string().nullable(),
    /** The delivery that said so; left out by versions that did not keep it. */
    askedAs,
  }),
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
  /** What is normal here, by source, as it was learnt before the new version had any traffic. */
  z.object({ kind: z.literal('calibrated'), step, calibrations: z.record(z.string(), z.unknown()) }),
  /** What was concluded, and all the evidence so far, so that a restart loses none of it. */
  z.object({
    kind: z.literal('judged'),
    step,
    judgement: Judgement,
    evidence: z.record(z.string(), SourceEvidence),
    /** A person has said that it was a false alarm: nothing goes back for what was seen before. */
    isDismissed: z.literal(true).optional(),
    /** For how long nobody was there to look, since it is watched: all of it together. */
    unwatchedMs: z.number().nonnegative().optional(),
    /** Null: nothing new to tell people. */
    say: z.string().nullable(),
    numbers: Numbers.nullable(),
    numbersBefore: Numbers.nullable(),
  }),
  /** It was found to be bad, and goes back at that moment unless a person says otherwise. */
  z.object({ kind: z.literal('turning'), step, judgement: Judgement, untilMs: z.number() }),
  /** A look at a version that stands where it is while a person is waited for: decides nothing. */
  z.object({
    kind: z.literal('vigil'),
    target: z.string(),
    vigil: Vigil,
    /** In what it is clearly worse than it was, in one sentence without a full stop, which is said aloud; null: in nothing. */
    worse: z.string().nullable(),
  }),
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

/** What people do to a deployment from outside. */
export type PeopleEvent = Extract<
  DeploymentEvent,
  {
    kind:
      | 'approved'
      | 'rejected'
      | 'approval-void'
      | 'hindered'
      | 'missed'
      | 'reminded'
      | 'moved'
      | 'queued'
      | 'started'
      | 'replanned'
      | 'hold-asked'
      | 'go-on-asked'
      | 'answered'
      | 'hurried'
      | 'turn-answered';
  }
>;

export type StepEvent = Exclude<Extract<DeploymentEvent, { step: string }>, PeopleEvent>;

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
