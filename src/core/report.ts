import type { Chart } from './answer.ts';
import type { Action, Phase } from './can.ts';
import type { Numbers } from './numbers.ts';
import type { StepKind } from './plan.ts';
import type { Offer } from './refusal.ts';
import type { Text } from './text.ts';
import type { Verdict } from './verdict.ts';

/** A deployment as something to tell people, in no medium. Slack, Markdown and JSON are all written from it. */
export type Report = {
  readonly deploymentId: string;
  /** `api v2 → staging`. */
  readonly title: string;
  readonly phase: Phase;
  /** The whole state as one sentence, for notifications and screen readers. */
  readonly sentence: string;
  readonly purpose: 'deploy' | 'roll-back';
  readonly requestedBy: string;
  readonly why: string | null;
  /** Who stopped it; null when nobody did. */
  readonly stoppedBy: string | null;
  readonly strategy: string;
  readonly planHash: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly targets: readonly ReportedTarget[];
  /** Some of them keep the new version although another has failed. */
  readonly isPartial: boolean;
  /** It was found to be bad, and goes back unless a person says otherwise. */
  readonly isTurning: boolean;
  /** Why stopping it is worse than usual, in one sentence without a full stop; null where it is not, and once it has ended. */
  readonly noWayBack: string | null;
  /** The product that was ordered; null for a service by itself. */
  readonly product: string | null;
  /** One line a step, in the order in which they are done. */
  readonly tasks: readonly Task[];
  readonly problem: Problem | null;
  /** Gates that a person has left out, each in one sentence without a full stop. */
  readonly waived: readonly string[];
  readonly notMeasured: readonly string[];
  /** While it waits: for whom or what, and how far that has come. */
  readonly waiting: readonly Text[];
  /** Commands that help now, as buttons; they stand before the actions. */
  readonly offers: readonly Offer[];
  /** Who takes care of its alert; left out where it has none. */
  readonly care?: { readonly say: Text; readonly offers: readonly Offer[] };
  /** What may be asked for now; buttons, in order of importance. */
  readonly actions: readonly Action[];
};

export type ReportedTarget = {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly platform: string;
  readonly version: string;
  readonly commit: string | null;
  readonly before: string | null;
  /** Share of the traffic that the new version was last given, in percent; null before it was given any. */
  readonly trafficPercent: number | null;
  /** The version that serves there once it has ended. Null while it goes on, and where only a person can tell. */
  readonly serves: string | null;
  readonly url: string | null;
  readonly undo: { readonly how: string; readonly leaves: readonly string[] };
  readonly numbers: { readonly before: Numbers | null; readonly after: Numbers | null };
  /** Both versions while they were watched; null where they were not. */
  readonly chart: Chart | null;
};

export type Task = {
  readonly id: string;
  readonly kind: StepKind;
  readonly target: string;
  /** `Give v2 50 % of the traffic`. */
  readonly title: string;
  readonly status: 'waiting' | 'running' | 'done' | 'failed' | 'undoing' | 'undone' | 'skipped';
  /** The newest thing to say about it: progress, result or failure. */
  readonly say: string | null;
  readonly verdict: Verdict | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
};

export type Problem = {
  readonly severity: 1 | 2 | 3 | 4;
  /** What went wrong, in one sentence. */
  readonly cause: string;
  /** What was done about it, or what a person has to do. */
  readonly consequence: string;
  readonly evidence: readonly string[];
};
