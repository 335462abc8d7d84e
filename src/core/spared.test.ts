import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plans } from '../../test/support/plans.ts';
import { rejected, runToTheEnd } from '../../test/support/run-plan.ts';
import type { Act } from './decide.ts';
import type { DeploymentEvent } from './event.ts';
import type { Plan } from './plan.ts';
import { phaseOf, reportOf } from './report-of.ts';
import { isUndecided } from './spared.ts';

const products = plans
  .filter(({ targets }) => targets.length > 1)
  .map((plan): Plan => ({ ...plan, purpose: 'deploy', product: 'shop', onFailure: 'ask' }));
const goOn: DeploymentEvent = { kind: 'go-on-asked', by: 'U9', why: null };
const stop: DeploymentEvent = { kind: 'abort-asked', by: 'U9', why: null };

const failing = (plan: Plan, seed: number) => {
  const id = plan.steps[seed % plan.steps.length]!.id;
  return ({ step, direction }: Act) => (direction === 'forward' && step.id === id ? rejected : null);
};
const never = Number.POSITIVE_INFINITY;

/** What has to be so at a target: all new, or all as it was. */
function isNew({ world }: ReturnType<typeof runToTheEnd>, id: string): boolean {
  const place = world.get(id)!;
  return place.newTrafficPercent === 100 && place.versions.has('new');
}

function isOld({ world }: ReturnType<typeof runToTheEnd>, { id, before }: Plan['targets'][number]): boolean {
  const { versions, newTrafficPercent } = world.get(id)!;
  const isThere = before === null ? versions.size === 0 : versions.has('old') && versions.size === 1;
  return isThere && newTrafficPercent === 0;
}

test('what is finished stays, what was under way goes back, and nothing is left in between', () => {
  let asked = 0;
  fc.assert(
    fc.property(products, fc.nat(), (plan, seed) => {
      const run = runToTheEnd(plan, failing(plan, seed));
      const { deployment } = run;
      for (const target of plan.targets) {
        if (deployment.spared.has(target.id)) expect(isNew(run, target.id)).toBe(true);
        else expect(isOld(run, target)).toBe(true);
      }
      if (deployment.outcome !== null) return;
      asked += 1;
      expect(isUndecided(deployment)).toBe(true);
      expect(phaseOf(deployment)).toBe('held');
      expect(reportOf('d-1', deployment).actions).toEqual(expect.arrayContaining(['abort', 'goOn']));
    }),
  );
  // A policy that never comes to a question asks nobody.
  expect(asked).toBeGreaterThan(5);
});

test('going on ends it with each target told as it is; stopping takes back everything', () => {
  fc.assert(
    fc.property(products, fc.nat(), (plan, seed) => {
      const left = runToTheEnd(plan, failing(plan, seed), never, goOn);
      expect(left.deployment.outcome).toMatch(/rolled-back|stopped/);
      for (const { id, serves } of reportOf('d-1', left.deployment).targets) {
        const target = plan.targets.find((each) => each.id === id)!;
        expect(serves).toBe(isNew(left, id) ? target.version.name : (target.before?.version.name ?? null));
      }
      const back = runToTheEnd(plan, failing(plan, seed), never, stop);
      expect(back.deployment.outcome).toMatch(/rolled-back|stopped/);
      for (const target of plan.targets) expect(isOld(back, target)).toBe(true);
    }),
  );
});

test('without the policy nobody is asked', () => {
  fc.assert(
    fc.property(plans, fc.nat(), (plan, seed) => {
      const { deployment } = runToTheEnd(plan, failing(plan, seed));
      expect(deployment.outcome).not.toBeNull();
      expect(deployment.spared.size).toBe(0);
    }),
  );
});
