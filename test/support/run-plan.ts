import { expect } from 'vitest';
import { type Act, conclude, decide, type Result } from '../../src/core/decide.ts';
import { type Deployment, replay } from '../../src/core/deployment.ts';
import { type DeploymentEvent, type Entry, Left } from '../../src/core/event.ts';
import type { Failure } from '../../src/core/failure.ts';
import { type Plan, planHash } from '../../src/core/plan.ts';

export const rejected: Failure = { code: 'rejected', message: 'no', retryAfterMs: null };
export const hiccup: Failure = { code: 'unavailable', message: 'later', retryAfterMs: 10 };

export type World = Map<string, { versions: Set<string>; newTrafficPercent: number }>;

export function planned(plan: Plan): Entry {
  return { seq: 1, atMs: 0, event: { kind: 'planned', plan, hash: planHash(plan) } };
}

/** Carries a plan out in a world of its own, every step meeting its fate, until it ends or waits for a person. */
export function runToTheEnd(
  plan: Plan,
  fate: (act: Act) => Failure | null,
  abortAt = Number.POSITIVE_INFINITY,
  decision: DeploymentEvent | null = null,
) {
  const world: World = new Map(
    plan.targets.map(({ id, before }) => [
      id,
      { versions: new Set(before === null ? [] : ['old']), newTrafficPercent: 0 },
    ]),
  );
  const events: Entry[] = [planned(plan)];
  const write = (event: DeploymentEvent) =>
    events.push({ seq: events.length + 1, atMs: events.length, event });
  for (let turn = 0; turn < 2_000; turn++) {
    if (turn === abortAt && replay(events).outcome === null)
      write({ kind: 'abort-asked', by: 'U9', why: null });
    const deployment = replay(events);
    const next = decide(deployment);
    if (next.kind === 'end') return { world, deployment, events };
    if (next.kind === 'hold' && decision === null) return { world, deployment, events };
    if (next.kind === 'hold' && decision !== null) write(decision);
    if (next.kind === 'record') for (const event of next.events) write(event);
    if (next.kind === 'act') {
      expect(next.acts.length).toBeGreaterThan(0);
      for (const act of next.acts) write(attempt(deployment, act, fate(act), world));
    }
  }
  throw new Error('never ended');
}

/** A failing forward step has changed the world all the same: the worse case. A failing undo has not. */
function attempt(deployment: Deployment, act: Act, failure: Failure | null, world: World): DeploymentEvent {
  if (failure === null || act.direction === 'forward') apply(deployment.plan, act, world);
  const result: Result =
    failure === null ? { kind: 'done', left: Left.parse({}) } : { kind: 'failed', failure };
  return conclude(deployment, act, result);
}

function apply(plan: Plan, { step, direction }: Act, world: World): void {
  const place = world.get(step.target)!;
  const isForward = direction === 'forward';
  if (step.kind === 'release') isForward ? place.versions.add('new') : place.versions.delete('new');
  if (step.kind === 'retire') isForward ? place.versions.delete('old') : place.versions.add('old');
  if (step.kind === 'route') place.newTrafficPercent = isForward ? step.trafficPercent : 0;
  if (step.kind !== 'replace') return;
  const isFirst = plan.targets.find(({ id }) => id === step.target)?.before === null;
  place.newTrafficPercent = isForward ? 100 : 0;
  place.versions.clear();
  if (isForward || !isFirst) place.versions.add(isForward ? 'new' : 'old');
}
