import type { Act } from '../../core/decide.ts';
import { stateOf } from '../../core/deployment.ts';
import { Left } from '../../core/event.ts';
import { Failed, type Failure } from '../../core/failure.ts';
import type { PlannedTarget, Step } from '../../core/plan.ts';
import type { StepState } from '../../core/step-state.ts';
import type { Site } from '../../platform/platform.ts';
import type { Hold } from '../hold.ts';
import type { EngineParts } from '../parts.ts';
import { pollAfter } from '../patience.ts';

/** One step that is being carried out or taken back, with all that it takes. */
export type Scene<S extends Step = Step> = {
  readonly parts: EngineParts;
  readonly hold: Hold;
  readonly step: S;
  readonly direction: Act['direction'];
  readonly target: PlannedTarget;
  readonly site: Site;
  state(): StepState;
  /** By the database's clock. */
  nowMs(): number;
};

/** A step that has only so long. */
export type TimedStep = Exclude<Step, { kind: 'keep' }>;

/**
 * What came of one attempt. What the world refuses is thrown as `Failed`. `asOf` is for what people may change with a
 * word: the entry of the journal up to which everything was known; what they have said since is heard first.
 */
export type Performed =
  | (Done & { readonly asOf?: number })
  | { readonly kind: 'failed'; readonly failure: Failure; readonly asOf: number }
  | { readonly kind: 'wait'; readonly ms: number };

export type Done = { readonly kind: 'done'; readonly left: Left };

export function done(left: Partial<Left> = {}): Done {
  return { kind: 'done', left: Left.parse(left) };
}

export function wait(ms: number): Performed {
  return { kind: 'wait', ms };
}

/** Somebody else wrote to the journal meanwhile: decide again before doing anything. */
export const lookAgain: Performed = { kind: 'wait', ms: 0 };

export function sceneOf(
  parts: EngineParts,
  hold: Hold,
  { step, direction }: Act,
  nowMs: () => number,
): Scene {
  const target = hold.now().plan.targets.find(({ id }) => id === step.target);
  if (target === undefined) throw new Error(`step ${step.id} is for a target that is not in the plan`);
  return {
    parts,
    hold,
    step,
    direction,
    target,
    site: parts.siteOf(target, isUrgent(hold, direction) ? 'urgent' : 'usual'),
    state: () => stateOf(hold.now(), step.id),
    nowMs,
  };
}

/** Taking back, and going back, come before everything else that we ask of a platform. */
function isUrgent(hold: Hold, direction: Act['direction']): boolean {
  return direction === 'backward' || hold.now().plan.purpose === 'roll-back';
}

/** Milliseconds since this step, in its direction, was begun. */
export function elapsedMs({ state, direction, nowMs }: Scene): number {
  const { startedAtMs, undoStartedAtMs } = state();
  return nowMs() - ((direction === 'forward' ? startedAtMs : undoStartedAtMs) ?? nowMs());
}

/** Looks again soon, or gives up when the step has had its time. @throws {Failed} `too-late` */
export function waitOrGiveUp(
  scene: Scene<TimedStep>,
  stillMissing: string,
  evidence?: readonly string[],
): Performed {
  const elapsed = elapsedMs(scene);
  if (elapsed <= scene.step.deadlineMs) return wait(pollAfter(elapsed));
  throw new Failed({
    code: 'too-late',
    message: `${stillMissing} within ${Math.round(scene.step.deadlineMs / 1_000)} s`,
    retryAfterMs: null,
    ...(evidence === undefined ? {} : { evidence: [...evidence] }),
  });
}
