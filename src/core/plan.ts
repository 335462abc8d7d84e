import { z } from 'zod';
import { ApprovalRule } from './approval.ts';
import { hashOf } from './canonical.ts';
import { FlagState } from './flag.ts';
import { DatastoreAt, IntegrityQuery, Phase, PlannedMigrations } from './migration.ts';
import { Waiver } from './waiver.ts';
import { Watch } from './watch.ts';

/** One version of a service as people name it, and the commit it was built from where that is known. */
export const Version = z.object({ name: z.string(), commit: z.string().nullable() });
export type Version = z.infer<typeof Version>;

/** A commit tells more than a name: platforms that keep no names tell a version by its commit alone. */
export function isSameVersion(one: Version, other: Version): boolean {
  if (one.commit !== null && other.commit !== null) return one.commit === other.commit;
  return one.name === other.name;
}

/** When to call what was watched good, bad or unknown. Null leaves a measure out. */
export const Criteria = z.object({
  errorPercentMax: z.number().min(0).max(100).nullable(),
  latencyP95MsMax: z.number().positive().nullable(),
  memoryMbMax: z.number().positive().nullable(),
  /** With fewer requests than this nothing is concluded. */
  requestsMin: z.number().int().positive(),
});
export type Criteria = z.infer<typeof Criteria>;

const Common = { id: z.string(), target: z.string(), needs: z.array(z.string()) };

/** Everything that a deployment can do, to one target, after the steps that it needs. */
export const Step = z.discriminatedUnion('kind', [
  /** Ask a question that must be answered with yes. */
  z.object({
    ...Common,
    kind: z.literal('check'),
    gate: z.string(),
    /** What the gate asks for there; left out where it needs to be told nothing. */
    settings: z.record(z.string(), z.json()).optional(),
    deadlineMs: z.number().positive(),
  }),
  /** Bring the new version up, without traffic, until it is healthy. */
  z.object({ ...Common, kind: z.literal('release'), deadlineMs: z.number().positive() }),
  /** Bring the new version up in the place of the one before it, until it is healthy and has all the traffic. */
  z.object({ ...Common, kind: z.literal('replace'), deadlineMs: z.number().positive() }),
  /** Give the new version this share of the traffic; the version before it keeps the rest. */
  z.object({
    ...Common,
    kind: z.literal('route'),
    trafficPercent: z.number().min(0).max(100),
    deadlineMs: z.number().positive(),
  }),
  /** Turn a feature flag on for this share of those who are asked for it. */
  z.object({
    ...Common,
    kind: z.literal('flag'),
    key: z.string(),
    /** The name of the flag service. */
    at: z.string(),
    /** What the flag service calls the environment. */
    environment: z.string(),
    rolloutPercent: z.number().min(0).max(100),
    /** How it stood when the plan was drawn, which is what it is set back to. */
    before: FlagState,
    deadlineMs: z.number().positive(),
  }),
  /** Watch the new version under its traffic. */
  z.object({
    ...Common,
    kind: z.literal('observe'),
    criteria: Criteria,
    /** How it is judged; left out in plans of versions that knew nothing but criteria. */
    watch: Watch.optional(),
    durationMs: z.number().positive(),
    /** Still unknown by then goes the safe way. */
    deadlineMs: z.number().positive(),
  }),
  /** A person decides that it goes on. */
  z.object({
    ...Common,
    kind: z.literal('ask'),
    /** What they are asked, as one question. */
    question: z.string(),
    /** On the button. */
    yes: z.string(),
    /** Unanswered by then goes the safe way. */
    deadlineMs: z.number().positive(),
  }),
  /** Keep the version before it, ready to take over again, for so long or until a person says that it may go. */
  z.object({ ...Common, kind: z.literal('keep'), durationMs: z.number().positive() }),
  /** Take the version before it away. */
  z.object({ ...Common, kind: z.literal('retire'), deadlineMs: z.number().positive() }),
  /** Mark this moment of the database, so that a person can put all of it back to it. */
  z.object({
    ...Common,
    kind: z.literal('protect'),
    /** Whose platform keeps moments of its own accord; left out: the database marks one. */
    datastore: DatastoreAt.optional(),
    deadlineMs: z.number().positive(),
  }),
  /** Run these migrations, each once, in this order, and no other words than those that were shown. */
  z.object({
    ...Common,
    kind: z.literal('migrate'),
    phase: Phase,
    migrations: z.array(z.object({ id: z.string(), checksum: z.string() })),
    lockTimeoutMs: z.number().positive(),
    /** For each statement. */
    statementTimeoutMs: z.number().positive(),
    /** Nobody else may write meanwhile. */
    isReadOnly: z.boolean(),
    /** How long it may wait for somebody else's migrations to end. */
    deadlineMs: z.number().positive(),
  }),
  /** Ask the database whether anything is wrong with what is in it. */
  z.object({
    ...Common,
    kind: z.literal('verify-data'),
    queries: z.array(IntegrityQuery),
    deadlineMs: z.number().positive(),
  }),
]);
export type Step = z.infer<typeof Step>;
export type StepKind = Step['kind'];

/** What a new version brings, against what really runs. */
export const Changes = z.object({
  commits: z.array(
    z.object({ id: z.string(), author: z.string(), account: z.string().nullable(), title: z.string() }),
  ),
  migrations: z.array(z.string()),
  configurationKeys: z.array(z.string()),
  /** The lists go on, and nobody has seen the rest. */
  isTruncated: z.boolean(),
});
export type Changes = z.infer<typeof Changes>;

/** Approvals and freezes are skipped, and nothing else; a second person reviews it afterwards. */
export const BreakGlass = z.object({ by: z.string(), why: z.string(), incident: z.string() });
export type BreakGlass = z.infer<typeof BreakGlass>;

/** What one target runs now, what it shall run, and how it would be taken back. */
export const PlannedTarget = z.object({
  id: z.string(),
  service: z.string(),
  environment: z.string(),
  platform: z.string(),
  /** The platform's own address of this service; opaque to everyone but its adapter. */
  address: z.json(),
  version: Version,
  /** What runs before, read from the platform itself; null where nothing runs yet. */
  before: z.object({ releaseId: z.string(), version: Version }).nullable(),
  /** The release of the wanted version that the platform may still keep: it is brought back rather than made anew. */
  kept: z.string().optional(),
  /** How it would be taken back, in one sentence, and what would not come back. */
  undo: z.object({
    how: z.string(),
    leaves: z.array(z.string()),
    /** What a person would type to do it without us. */
    byHand: z.string().optional(),
  }),
  caveats: z.array(z.string()),
  /** What is done to its database; left out where it has none, or nothing has to be. */
  migrations: PlannedMigrations.optional(),
  /** What differs from what runs now; left out where nobody could say. */
  changes: Changes.optional(),
});
export type PlannedTarget = z.infer<typeof PlannedTarget>;

/** What will be done: a graph of steps. Everything that matters is in here, so that its hash binds all of it. */
export const Plan = z.object({
  purpose: z.enum(['deploy', 'roll-back']),
  environment: z.string(),
  /** Several services under one name; left out for a service by itself. */
  product: z.string().optional(),
  /** What is finished stays when another target fails, until a person decides. Left out: everything goes back. */
  onFailure: z.literal('ask').optional(),
  strategy: z.string(),
  requestedBy: z.string(),
  why: z.string().nullable(),
  /** The configuration that it was drawn from, by hash. */
  configuration: z.string(),
  targets: z.array(PlannedTarget).min(1),
  steps: z.array(Step),
  /** What this plan will not measure or prove, said before anyone relies on it. */
  notMeasured: z.array(z.string()),
  /** Who has to say yes first; left out where nobody has to. */
  approval: ApprovalRule.optional(),
  /** Left out of every plan but those that skip approvals and freezes. */
  breakGlass: BreakGlass.optional(),
  /** Gates that are left out; their steps are not in the plan. Left out where every gate is asked. */
  waived: z.array(Waiver).optional(),
});
export type Plan = z.infer<typeof Plan>;

export function planHash(plan: Plan): string {
  return hashOf('slipway/plan/v1', plan);
}

const touching: ReadonlySet<StepKind> = new Set(['release', 'replace', 'route', 'flag', 'retire', 'migrate']);

/** Whether taking a step back means doing something. Looking and asking change nothing. */
export function hasUndo(step: Step): boolean {
  return touching.has(step.kind);
}

/** `release.api/staging`, `route-50.api/staging`: what a step is called in the journal. */
export function stepName(step: Step): string {
  switch (step.kind) {
    case 'route':
      return `route ${step.trafficPercent} %`;
    case 'flag':
      return `flag ${step.key} ${step.rolloutPercent} %`;
    case 'check':
      return `check ${step.gate}`;
    case 'migrate':
      return `migrate (${step.phase})`;
    default:
      return step.kind;
  }
}
