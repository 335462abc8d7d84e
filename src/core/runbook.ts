import { z } from 'zod';
import { ApprovalRule } from './approval.ts';
import { hashOf } from './canonical.ts';
import { Scope } from './scope.ts';

/** What people call the parts of a recovery, in the order in which they usually come. */
export const runbookPhases = ['assess', 'provision', 'restore', 'deploy', 'verify', 'redirect'] as const;

const Common = {
  /** What people type: a-z, 0-9 and -. */
  name: z.string(),
  phase: z.enum(runbookPhases),
  /** Longer than this, and it is late: the run halts and asks. */
  withinMs: z.number().int().positive(),
  /** Steps of the same runbook that have to be settled first. */
  needs: z.array(z.string()),
  /** Whether a drill carries it out too. What is not marked is left alone by every drill. */
  isDrillSafe: z.boolean(),
  /** How it would be taken back, for people. */
  undo: z.string().nullable(),
};

/** Whose people it is about: who starts a run has to be allowed to recover there. */
const Place = { service: z.string(), environment: z.string() };

/** One step: something that the program does by itself, or something that a person does and says so. */
export const RunbookStep = z.discriminatedUnion('kind', [
  z.strictObject({
    ...Common,
    kind: z.literal('manual'),
    instruction: z.string(),
    /** Ids of people and user groups who may say how it went. Empty: whoever may recover. */
    owners: z.array(z.string()),
  }),
  /** Deploys the last good version of a service. */
  z.strictObject({
    ...Common,
    kind: z.literal('deploy'),
    service: z.string(),
    environment: z.string(),
    /** The environment whose last good version is meant. */
    from: z.string(),
  }),
  /** Asks the gates of a service, and its platform whether it is healthy. */
  z.strictObject({ ...Common, kind: z.literal('verify'), service: z.string(), environment: z.string() }),
  z.strictObject({ ...Common, kind: z.literal('freeze'), scope: Scope }),
  z.strictObject({ ...Common, kind: z.literal('announce'), text: z.string() }),
  /** Shares traffic out anew at a router, by the names of its arms. */
  z.strictObject({
    ...Common,
    ...Place,
    kind: z.literal('redirect'),
    platform: z.string(),
    /** What the router takes. */
    address: z.json(),
    shares: z.record(z.string(), z.number().min(0).max(100)),
  }),
  /** Points a name of DNS somewhere else. */
  z.strictObject({
    ...Common,
    ...Place,
    kind: z.literal('redirect-dns'),
    platform: z.string(),
    /** Which record. */
    address: z.json(),
    content: z.string(),
  }),
  /** Gives all the traffic of a service that runs on several arms to one of them, whatever runs there. */
  z.strictObject({ ...Common, ...Place, kind: z.literal('failover'), to: z.string() }),
  /** Puts a datastore back to what it was at a moment. */
  z.strictObject({
    ...Common,
    ...Place,
    kind: z.literal('restore'),
    platform: z.string(),
    /** Which datastore. */
    address: z.json(),
  }),
]);
export type RunbookStep = z.infer<typeof RunbookStep>;

/** Steps that send people somewhere else. */
export type RedirectStep = Extract<RunbookStep, { kind: 'redirect' | 'redirect-dns' | 'failover' }>;

export function isRedirect(step: RunbookStep): step is RedirectStep {
  return step.kind === 'redirect' || step.kind === 'redirect-dns' || step.kind === 'failover';
}

/** What is to be done when a place is lost, written while it was not. */
export const Runbook = z.strictObject({
  name: z.string(),
  summary: z.string(),
  /** How long it may take until people are served again. */
  rtoMs: z.number().int().positive(),
  /** How much of what was written may be lost, as time before the disaster; null: nothing was promised. */
  rpoMs: z.number().int().nonnegative().nullable(),
  approval: ApprovalRule,
  /** Where the card stands. */
  channel: z.string(),
  /** Where those hear of it who only wait. */
  announce: z.string(),
  /** Ids of people and user groups who are called when nobody answers. */
  escalate: z.array(z.string()),
  /** Whether a run gets a channel of its own where the workspace lets it. */
  hasOwnChannel: z.boolean(),
  /** The runbook that leads back; it is planned, approved and run by itself. */
  failBack: z.string().nullable(),
  steps: z.array(RunbookStep).min(1),
});
export type Runbook = z.infer<typeof Runbook>;

/**
 * What was chosen for a step before anybody approved it: the version that it deploys, the moment that it restores to, or
 * where people were sent then, which it may change and nothing else. Null: none was known.
 */
export const Chosen = z.strictObject({ step: z.string(), version: z.string().nullable() });
export type Chosen = z.infer<typeof Chosen>;

/** Everything that people say yes to. */
export type RunPlan = {
  readonly runbook: Runbook;
  /** The configuration that it was drawn from, by hash. */
  readonly configuration: string;
  readonly isDrill: boolean;
  readonly requestedBy: string;
  readonly why: string | null;
  readonly chosen: readonly Chosen[];
};

export function runPlanHash({ runbook, configuration, isDrill, requestedBy, why, chosen }: RunPlan): string {
  return hashOf('slipway/run/v1', { runbook, configuration, isDrill, requestedBy, why, chosen });
}

/** Whether a step is carried out at all. */
export function isCarriedOut({ isDrillSafe }: RunbookStep, isDrill: boolean): boolean {
  return !isDrill || isDrillSafe;
}

/** Every scope that a run touches, each once: what it deploys to, restores, redirects and freezes, never what it only looks at. */
export function touchedBy({ steps }: Runbook, isDrill: boolean): Scope[] {
  const scopes = steps
    .filter((step) => isCarriedOut(step, isDrill))
    .flatMap((step): Scope[] => {
      if (step.kind === 'freeze') return [step.scope];
      const isTouching = step.kind === 'deploy' || step.kind === 'restore' || isRedirect(step);
      return isTouching ? [{ service: step.service, environment: step.environment }] : [];
    });
  return [...new Map(scopes.map((scope) => [`${scope.service}/${scope.environment}`, scope])).values()];
}

/** Every scope that a run looks at or touches: who starts it has to be allowed to in all of them. */
export function reachOf(runbook: Runbook): Scope[] {
  const looked = runbook.steps.flatMap((step): Scope[] =>
    step.kind === 'verify' ? [{ service: step.service, environment: step.environment }] : [],
  );
  const all = [...touchedBy(runbook, false), ...looked];
  return [...new Map(all.map((scope) => [`${scope.service}/${scope.environment}`, scope])).values()];
}

/** How long it takes when every step takes as long as it may: the longest way through what needs what. */
export function longestMs({ steps }: Runbook, isDrill: boolean): number {
  const ends = new Map<string, number>();
  for (const step of steps) {
    const begins = Math.max(0, ...step.needs.map((need) => ends.get(need) ?? 0));
    ends.set(step.name, begins + (isCarriedOut(step, isDrill) ? step.withinMs : 0));
  }
  return Math.max(0, ...ends.values());
}
