import { type Deployment, evolve } from '../../../src/core/deployment.ts';
import type { DeploymentEvent, Entry } from '../../../src/core/event.ts';
import { Plan, planHash } from '../../../src/core/plan.ts';
import { type Dice, hostileText } from './random-report.ts';

/** A plan with hostile words wherever words from outside can stand. */
export function randomPlan(dice: Dice): Plan {
  const text = () => hostileText(dice);
  const some = <T>(most: number, make: () => T): T[] => Array.from({ length: dice.roll(most + 1) }, make);
  const id = text();
  const step = (kind: 'release' | 'retire') => ({
    kind,
    id: `${kind}.${id}`,
    target: id,
    needs: [],
    deadlineMs: 1_000,
  });
  return Plan.parse({
    purpose: dice.pick(['deploy', 'deploy', 'roll-back']),
    environment: text(),
    strategy: text(),
    requestedBy: dice.pick(['UOURS1', text()]),
    why: dice.pick([null, text()]),
    configuration: text(),
    targets: [
      {
        id,
        service: text(),
        environment: text(),
        platform: text(),
        address: { at: text() },
        version: { name: text(), commit: dice.pick([null, text()]) },
        before: dice.pick([null, { releaseId: text(), version: { name: text(), commit: null } }]),
        undo: { how: text(), leaves: some(3, text) },
        caveats: some(3, text),
        ...(dice.roll(4) === 0
          ? {}
          : {
              changes: {
                commits: some(12, () => ({
                  id: text(),
                  author: text(),
                  account: dice.pick([null, text()]),
                  title: text(),
                })),
                migrations: some(4, text),
                configurationKeys: some(4, text),
                isTruncated: dice.roll(2) === 0,
              },
            }),
      },
    ],
    steps: [
      step('release'),
      {
        kind: 'ask',
        id: `ask.${id}`,
        target: id,
        needs: [],
        question: text(),
        yes: text(),
        deadlineMs: 1_000,
      },
      step('retire'),
    ],
    notMeasured: some(3, text),
    approval: {
      requirements: [{ needed: 1 + dice.roll(3), group: dice.pick([null, text()]) }],
      expiresAfterMs: 3_600_000,
      isAuthorExcluded: dice.roll(2) === 0,
    },
    ...(dice.roll(4) === 0 ? { breakGlass: { by: 'UOURS1', why: text(), incident: text() } } : {}),
  });
}

export type Waited = { readonly deployment: Deployment; readonly entry: Entry };

const AT_MS = 1_795_000_000_000;

/** A deployment that waits, after each of the first things that people, or the world, did to it. */
export function randomWaiting(dice: Dice, most = 10): Waited[] {
  const text = () => hostileText(dice);
  const plan = randomPlan(dice);
  const hash = planHash(plan);
  const next = randomPlan(dice);
  const by = 'UOURS1';
  const events: DeploymentEvent[] = [
    { kind: 'planned', plan, hash, waits: { untilMs: dice.pick([null, AT_MS + 3_600_000]) } },
    { kind: 'approved', by, person: text(), groups: [text()], hash, comment: text() },
    { kind: 'hindered', say: text() },
    { kind: 'approval-void', by, because: text() },
    { kind: 'replanned', plan: next, hash: planHash(next), changes: [text(), text()] },
    { kind: 'queued', behind: text() },
    { kind: 'missed', lateMs: 700_000, because: text() },
    { kind: 'go-on-asked', by, why: text() },
    dice.roll(2) === 0
      ? { kind: 'rejected', by, person: text(), why: text() }
      : { kind: 'abort-asked', by, why: text() },
    { kind: 'finished', outcome: 'stopped', because: text() },
  ];
  const waited: Waited[] = [];
  let deployment: Deployment | null = null;
  for (const [index, event] of events.slice(0, most).entries()) {
    const entry = { seq: index + 1, atMs: AT_MS + index, event };
    deployment = evolve(deployment, entry);
    waited.push({ deployment, entry });
  }
  return waited;
}
