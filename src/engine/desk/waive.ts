import { closest } from '../../core/closest.ts';
import type { DeployOrder } from '../../core/desk.ts';
import { may, permissions } from '../../core/person.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { gateNamed } from '../../gate/index.ts';
import type { DeploySurvey } from './deploy-survey.ts';
import { typedOrder } from './typed-order.ts';
import type { Visiting } from './visitor.ts';

/** Why somebody may not leave out the gates that they name; null where they may, or name none. */
export function refuseWaivers(
  visiting: Visiting,
  order: DeployOrder,
  due: readonly DeploySurvey[],
): Refusal | null {
  if (order.waives.length === 0) return null;
  return (
    refuseWithoutReason(order) ??
    refuseByRole(visiting, order, due) ??
    refuseByGate(order, waivable(due), due)
  );
}

function refuseWithoutReason(order: DeployOrder): Refusal | null {
  if (order.why !== null) return null;
  return refuse('bad-arguments', ['A gate is waived by a person, for a reason, and none was given.'], {
    next: ['Say why with ', code('--reason "…"'), '. It stands in the plan, on the card and on record.'],
  });
}

function refuseByRole(
  { parts, visitor }: Visiting,
  { service, environment }: DeployOrder,
  due: readonly DeploySurvey[],
): Refusal | null {
  const { grants } = parts.catalog();
  const isAllowed = due.every(({ place }) =>
    may(visitor.actor, 'waive', { service: place.service.name, environment }, grants),
  );
  if (isAllowed) return null;
  return refuse('not-allowed', [
    `You may not waive gates of ${service} in ${environment}: that needs the ${permissions.waive.join(' or ')} role there.`,
  ]);
}

/** What is asked at these places and may be left out. */
function waivable(due: readonly DeploySurvey[]): string[] {
  return asked(due).filter((gate) => gateNamed(gate)?.isWaivable !== false);
}

function asked(due: readonly DeploySurvey[]): string[] {
  return [...new Set(due.flatMap(({ place }) => place.target.gates.map(({ gate }) => gate)))];
}

function refuseByGate(
  order: DeployOrder,
  known: readonly string[],
  due: readonly DeploySurvey[],
): Refusal | null {
  const other = order.waives.find((gate) => !known.includes(gate));
  if (other === undefined) return null;
  if (asked(due).includes(other)) {
    return refuse('not-allowed', [code(other), ' cannot be waived: without it nobody knows what runs.']);
  }
  const meant = closest(other, [...known], 3);
  const which =
    known.length === 0
      ? 'No gate that could be waived is asked there.'
      : `These could be waived there: ${known.join(', ')}.`;
  return refuse('not-found', ['No gate named ', code(other), ' is asked there.'], {
    next: [which],
    offers: meant.map((gate) =>
      typedOrder(order, { waives: order.waives.map((each) => (each === other ? gate : each)) }, gate),
    ),
  });
}
