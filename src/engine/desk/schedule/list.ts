import { answer, type Reply } from '../../../core/answer.ts';
import { sayWhen } from '../../../core/calendar/say-moment.ts';
import { type Deployment, replay } from '../../../core/deployment.ts';
import type { SchedulesQuestion } from '../../../core/desk.ts';
import { may } from '../../../core/person.ts';
import { titleOf } from '../../../core/titles.ts';
import { isScheduled, sayQuorum } from '../../../core/waiting.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { zoneOf } from './when.ts';

export type Scheduled = {
  readonly deploymentId: string;
  readonly deployment: Deployment;
  readonly untilMs: number;
};

const LOOKED_AT_MAX = 500;
const ROWS_MAX = 50;

/** Everything that is to start later, soonest first. */
export async function schedules(visiting: Visiting, question: SchedulesQuestion): Promise<Reply> {
  const { parts, visitor } = visiting;
  const refused = refuseUnlessAllowed(parts.catalog(), visitor.actor, { permission: 'look', ...question });
  if (refused !== null) return refused;
  const { grants } = parts.catalog();
  const mine = (await allScheduled(visiting, question)).filter(({ deployment }) =>
    deployment.plan.targets.every((place) => may(visitor.actor, 'look', place, grants)),
  );
  if (mine.length === 0) return answer(NOTHING, [{ kind: 'text', text: [NOTHING] }]);
  const nowMs = await parts.store.nowMs();
  const zone = zoneOf(visiting, { words: '', zone: null });
  const count = `${mine.length} ${mine.length === 1 ? 'deployment is' : 'deployments are'} scheduled.`;
  return answer(
    count,
    [
      {
        kind: 'table',
        caption: 'Scheduled deployments',
        columns: ['Deployment', 'What', 'When', 'Asked for by', 'State'],
        rows: mine
          .slice(0, ROWS_MAX)
          .map(({ deploymentId, deployment, untilMs }) => [
            deploymentId,
            titleOf(deployment),
            sayWhen(untilMs, zone, nowMs),
            deployment.plan.requestedBy,
            stateOf(deployment),
          ]),
      },
      ...(mine.length > ROWS_MAX
        ? [{ kind: 'note' as const, text: [`${mine.length - ROWS_MAX} more: name a service`] }]
        : []),
    ],
    {
      title: 'Scheduled deployments',
      isShareable: true,
      deploymentIds: mine.map((each) => each.deploymentId),
    },
  );
}

const NOTHING = 'Nothing is scheduled.';

function stateOf(deployment: Deployment): string {
  if (deployment.people.isMissed) return 'missed: shall it still start?';
  return deployment.people.hindrance ?? (sayQuorum(deployment) || 'waits for its time');
}

export async function allScheduled(
  { parts }: Visiting,
  { service, environment }: SchedulesQuestion,
): Promise<Scheduled[]> {
  const { journal } = parts.store;
  const active = await journal.list({ service, environment, isActive: true, limit: LOOKED_AT_MAX });
  const found = await Promise.all(
    active
      .filter(({ isWaiting }) => isWaiting)
      .map(async ({ deploymentId }) => {
        const deployment = replay(await journal.read(deploymentId, 0));
        const { untilMs } = deployment.people;
        return isScheduled(deployment) && untilMs !== null ? [{ deploymentId, deployment, untilMs }] : [];
      }),
  );
  return found.flat().toSorted((a, b) => a.untilMs - b.untilMs);
}
