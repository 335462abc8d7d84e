import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plans } from '../../test/support/plans.ts';
import { hiccup, planned, rejected, runToTheEnd } from '../../test/support/run-plan.ts';
import { decide } from './decide.ts';
import { evolve, replay } from './deployment.ts';
import { Left } from './event.ts';
import { hasUndo, planHash } from './plan.ts';

test('whichever step fails, the old version ends up with all the traffic', () => {
  fc.assert(
    fc.property(plans, fc.nat(), (plan, seed) => {
      const failing = plan.steps[seed % plan.steps.length]!.id;
      const run = runToTheEnd(plan, ({ step, direction }) =>
        direction === 'forward' && step.id === failing ? rejected : null,
      );
      for (const { id, before } of plan.targets) {
        expect(run.world.get(id)).toEqual({
          versions: new Set(before === null ? [] : ['old']),
          newTrafficPercent: 0,
        });
      }
      expect(run.deployment.outcome).not.toBe('deployed');
      expect(run.deployment.outcome).not.toBe('needs-human');
    }),
  );
});

test('nothing new is begun after a failure', () => {
  fc.assert(
    fc.property(plans, fc.nat(), (plan, seed) => {
      const failing = plan.steps[seed % plan.steps.length]!.id;
      const { events } = runToTheEnd(plan, ({ step, direction }) =>
        direction === 'forward' && step.id === failing ? rejected : null,
      );
      const failedAt = events.findIndex(({ event }) => event.kind === 'step-failed');
      expect(events.slice(failedAt).filter(({ event }) => event.kind === 'step-started')).toEqual([]);
    }),
  );
});

test('no step is begun before every step that it needs is done', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { events } = runToTheEnd(plan, () => null);
      const done = new Set<string>();
      for (const { event } of events) {
        if (event.kind === 'step-succeeded') done.add(event.step);
        if (event.kind !== 'step-started') continue;
        const { needs } = plan.steps.find(({ id }) => id === event.step)!;
        expect(needs.filter((need) => !done.has(need))).toEqual([]);
      }
    }),
  );
});

test('a step is taken back only after everything that was built upon it', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const last = plan.steps.at(-1)!.id;
      const { events } = runToTheEnd(plan, ({ step, direction }) =>
        direction === 'forward' && step.id === last ? rejected : null,
      );
      const order = events.flatMap(({ event }) => (event.kind === 'undo-started' ? [event.step] : []));
      for (const [index, id] of order.entries()) {
        const { needs } = plan.steps.find((step) => step.id === id)!;
        expect(needs.filter((need) => order.slice(0, index).includes(need))).toEqual([]);
      }
    }),
  );
});

test('whatever stumbles however often, a deployment always ends', () => {
  const misfortunes = fc.oneof(fc.constant(always), fc.infiniteStream(fc.boolean()));
  fc.assert(
    fc.property(plans, misfortunes, (plan, misfortune) => {
      const { deployment } = runToTheEnd(plan, () => (misfortune.next().value ? hiccup : null));
      expect(['deployed', 'rolled-back', 'stopped', 'needs-human']).toContain(deployment.outcome);
    }),
  );
});

test('a plan that nothing disturbs ends deployed, with every step done', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const { deployment } = runToTheEnd(plan, () => null);
      expect(deployment.outcome).toBe('deployed');
      expect([...deployment.steps.values()].every(({ status }) => status === 'done')).toBe(true);
    }),
  );
});

test('an abort at any moment takes back everything, and says so', () => {
  fc.assert(
    fc.property(plans, fc.nat({ max: 30 }), (plan, turn) => {
      const { deployment, world } = runToTheEnd(plan, () => null, turn);
      if (deployment.outcome === 'deployed') return; // It had ended before.
      expect(deployment.abort).toEqual({ by: 'U9', why: null });
      for (const { id } of plan.targets) expect(world.get(id)!.newTrafficPercent).toBe(0);
    }),
  );
});

test('an undo that fails for good calls a person, after everything else that can be taken back was', () => {
  fc.assert(
    fc.property(plans, fc.nat(), (plan, seed) => {
      const undoable = plan.steps.filter(hasUndo);
      const stuck = undoable[seed % undoable.length]!.id;
      const last = plan.steps.at(-1)!.id;
      const { deployment, events } = runToTheEnd(plan, ({ step, direction }) => {
        if (direction === 'forward') return step.id === last ? rejected : null;
        return step.id === stuck ? rejected : null;
      });
      const wasTried = events.some(({ event }) => event.kind === 'undo-failed');
      fc.pre(wasTried); // A step side by side with the last one may not have been reached.
      expect(deployment.outcome).toBe('needs-human');
      expect(deployment.because).toContain('could not be taken back');
    }),
  );
});

test('a step cannot succeed before it was begun', () => {
  const [plan] = fc.sample(plans, 1);
  const deployment = replay([planned(plan!)]);
  const step = plan!.steps[0]!.id;
  expect(() =>
    evolve(deployment, { seq: 2, atMs: 0, event: { kind: 'step-succeeded', step, left: Left.parse({}) } }),
  ).toThrow('illegal for step');
});

test('what a newer version wrote is kept and never acted upon', () => {
  const [plan] = fc.sample(plans, 1);
  const deployment = replay([
    planned(plan!),
    { seq: 2, atMs: 1, event: { kind: 'foreign', named: 'teleported' } },
  ]);
  expect(decide(deployment)).toEqual({ kind: 'leave' });
});

test('any change to a plan changes its hash', () => {
  fc.assert(
    fc.property(plans, fc.nat(), (plan, seed) => {
      const paths = leaves(plan);
      const changed = structuredClone(plan);
      change(changed, paths[seed % paths.length]!);
      expect(planHash(changed)).not.toBe(planHash(plan));
    }),
  );
});

const always = { next: () => ({ value: true }) };
type Path = readonly (string | number)[];

function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}

function change(value: object, path: Path): void {
  const parent = path
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>(
      (at, key) => at[key] as Record<string | number, unknown>,
      value as Record<string, unknown>,
    );
  const key = path.at(-1)!;
  const before = parent[key];
  parent[key] = typeof before === 'number' ? before + 1 : `${String(before)}!`;
}
