import { sayWhen } from '../../../core/calendar/say-moment.ts';
import { personOf } from '../../../core/person.ts';
import { strong, type Text } from '../../../core/text.ts';
import { titleOf } from '../../../core/titles.ts';
import { obstaclesFor } from '../../board/index.ts';
import type { Visiting } from '../visitor.ts';
import { allScheduled } from './list.ts';

export type Slot = {
  readonly service: string;
  readonly environment: string;
  readonly atMs: number;
  readonly zone: string;
  readonly nowMs: number;
  /** One that is itself no conflict; null while it does not exist yet. */
  readonly except: string | null;
};

/** What will stand in the way there and then, and what else is to start there; a line each. */
export async function conflictsAt(visiting: Visiting, slot: Slot): Promise<Text[]> {
  const { parts, visitor } = visiting;
  const { service, environment, atMs } = slot;
  const obstacles = await obstaclesFor(parts, {
    service,
    environment,
    person: personOf(visitor.actor.id, parts.catalog().people),
    what: 'start',
    isAutomatic: true,
    nowMs: atMs,
  });
  const others = (await allScheduled(visiting, { service, environment })).filter(
    ({ deploymentId }) => deploymentId !== slot.except,
  );
  return [
    ...obstacles.map(({ say }): Text => [strong('In the way then: '), ...say]),
    ...others.map(
      ({ deploymentId, deployment, untilMs }): Text => [
        strong('Also scheduled there: '),
        `${titleOf(deployment)} (${deploymentId}), ${sayWhen(untilMs, slot.zone, slot.nowMs)}`,
      ],
    ),
  ];
}
