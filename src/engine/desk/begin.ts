import { type Answer, answer } from '../../core/answer.ts';
import { type Deployment, replay } from '../../core/deployment.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import type { Order } from '../../core/order.ts';
import { type Plan, planHash } from '../../core/plan.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { titleOf } from '../../core/titles.ts';
import type { Begun, Put, Signal, Store } from '../../store/store.ts';
import { reviewOf } from '../board/review.ts';
import type { EngineParts } from '../parts.ts';
import { recordSheets } from '../record/sheet.ts';
import { noticesFor } from '../writing.ts';
import { stopOf } from './stop.ts';
import type { Visiting } from './visitor.ts';

const IDS_TRIED_MAX = 5;
/** So many equal orders, one after the other, are told apart by the one before. */
const ALIKE_MAX = 50;

type Planned = Extract<DeploymentEvent, { kind: 'planned' }>;

type Beginning = {
  readonly order: Order;
  /** What it waits for before it starts; null starts it at once. */
  readonly waits: NonNullable<Planned['waits']> | null;
  /** An order of theirs in line, which this one takes the place of. */
  readonly replaces?: { readonly deploymentId: string; readonly why: string };
};

/** What is written when it begins, whatever key and name it gets. */
type Draft = {
  readonly event: Planned;
  readonly deployment: Deployment;
  readonly sheets: readonly Put[];
  readonly replaced: Signal | null;
};

/** Writes a new deployment and rings for it; the answer says where it went. Asked twice with one key, it begins once. */
export async function begin(visiting: Visiting, plan: Plan, beginning: Beginning): Promise<Answer | Refusal> {
  const { parts, visitor } = visiting;
  const { order, waits, replaces } = beginning;
  const event: Planned = {
    kind: 'planned',
    plan,
    hash: planHash(plan),
    order,
    askedAs: visitor.key,
    ...(waits === null ? {} : { waits }),
  };
  const deployment = replay([{ seq: 1, atMs: parts.clock.nowMs(), event }]);
  const draft: Draft = {
    event,
    deployment,
    sheets: await reviewsOf(visiting, order, plan),
    replaced: replaces === undefined ? null : stopOf(visitor, { ...replaces, environment: plan.environment }),
  };
  if (waits === null) return beginAs(visiting, visitor.key, draft);
  // What waits takes no place, so that nothing else would keep a hundred presses from being a hundred orders.
  const intent = `waits/${event.hash}/${waits.untilMs ?? 'now'}`;
  let key = intent;
  for (let tried = 0; tried < ALIKE_MAX; tried++) {
    const begun = await beginAs(visiting, key, draft);
    const [earlier] = isRefusal(begun) ? [] : (begun.deploymentIds ?? []);
    if (earlier === undefined || (await isTheSame(visiting, earlier))) return begun;
    key = `${intent}/after/${earlier}`;
  }
  return beginAs(visiting, visitor.key, draft);
}

/** No glass is broken without a second person's look at it. */
async function reviewsOf(
  visiting: Visiting,
  { service, environment }: Order,
  { breakGlass }: Plan,
): Promise<readonly Put[]> {
  if (breakGlass === undefined) return [];
  const { why, incident } = breakGlass;
  return [await reviewOf(visiting, { action: 'hotfix', scope: { service, environment }, why, incident })];
}

/** An equal order that has ended is another one, unless it was begun by this very delivery. */
async function isTheSame({ parts, visitor }: Visiting, deploymentId: string): Promise<boolean> {
  const entries = await parts.store.journal.read(deploymentId, 0);
  const [first] = entries;
  const isMine = first?.event.kind === 'planned' && first.event.askedAs === visitor.key;
  return isMine || replay(entries).outcome === null;
}

async function beginAs(
  { parts, visitor }: Visiting,
  orderKey: string,
  { event, deployment, sheets, replaced }: Draft,
): Promise<Answer | Refusal> {
  const { plan } = event;
  for (let tried = 0; tried < IDS_TRIED_MAX; tried++) {
    const deploymentId = drawId(parts);
    const begun = await parts.store.journal.begin({
      deploymentId,
      orderKey,
      askedAs: visitor.key,
      environment: plan.environment,
      requestedBy: visitor.actor.id,
      targets: plan.targets.map(({ id, service, version }) => ({ id, service, version: version.name })),
      event,
      isWaiting: event.waits !== undefined,
      notices: await noticesFor(parts, deploymentId, null, deployment, [event]),
      sheets: [...sheets, ...recordSheets(parts, deploymentId, deployment)],
      ...(replaced === null ? {} : { replaces: replaced }),
    });
    if (begun.kind === 'begun') {
      parts.bell.ring(deploymentId, 0);
      if (replaced !== null) parts.bell.ring(replaced.deploymentId, 0);
    }
    if (begun.kind !== 'id-taken') return said(begun, deploymentId, deployment);
  }
  return refuse('unavailable', ['No free name could be drawn for the deployment.'], { next: ['Try again.'] });
}

function said(
  begun: Exclude<Begun, { kind: 'id-taken' }>,
  newId: string,
  deployment: Deployment,
): Answer | Refusal {
  switch (begun.kind) {
    case 'busy':
      return refuseBusy(begun.target, begun.deploymentId);
    case 'held':
      return refuseHeld(begun.target, begun.deploymentId);
    case 'not-in-line':
      return refuseNotInLine(begun.deploymentId);
    default: {
      const deploymentId = begun.kind === 'begun' ? newId : begun.deploymentId;
      const title = titleOf(deployment);
      const state = stateOf(deployment);
      return answer(
        `${state}: ${title}, ${deploymentId}.`,
        [{ kind: 'text', text: [`${state}: ${title} · `, code(deploymentId)] }],
        { deploymentIds: [deploymentId] },
      );
    }
  }
}

function stateOf({ plan, people }: Deployment): string {
  if (people.isStarted) return 'Queued';
  if (plan.approval !== undefined) return 'Waits for approval';
  return people.untilMs === null ? 'Waits in line' : 'Scheduled';
}

/** What this very request began before a crash took its answer along; null when it began nothing. */
export async function begunBefore({ parts, visitor }: Visiting): Promise<Answer | Refusal | null> {
  const { journal } = parts.store;
  const deploymentId = await journal.begunBy(visitor.key);
  if (deploymentId === null) return null;
  const deployment = replay(await journal.read(deploymentId, 0));
  return said({ kind: 'repeated', deploymentId }, deploymentId, deployment);
}

/** Only who waits there can be replaced, by whoever placed it. */
export function refuseNotInLine(deploymentId: string): Refusal {
  return refuse('not-allowed', [code(deploymentId), ' is no order of yours that still waits there.'], {
    next: ['Nothing was changed.'],
  });
}

/** Something is on its way there: one deployment at a time. */
export function refuseBusy(target: string, deploymentId: string): Refusal {
  return refuse('target-busy', [`${target} is being deployed to by `, code(deploymentId), '.'], {
    next: ['Wait until it has ended, or press Stop on its card.'],
    offers: [{ label: `Show ${deploymentId}`, command: 'deploy-status', text: deploymentId }],
  });
}

function refuseHeld(target: string, deploymentId: string): Refusal {
  const because = [`${target} is held: `, code(deploymentId)];
  return refuse('target-held', [...because, ' ended there in a state that a person has to look at.'], {
    next: ['Put right what is wrong there, then press Resolved on its card.'],
    offers: [{ label: `Show ${deploymentId}`, command: 'deploy-status', text: deploymentId }],
  });
}

/** Why one of ours has the place now: it is on its way there, or ended so that a person has to look. */
export async function refuseTaken({ targets, journal }: Store, target: string): Promise<Refusal | null> {
  const state = (await targets.all()).find(({ id }) => id === target);
  const taker = state?.takenBy ?? null;
  if (taker === null) return null;
  const summary = await journal.find(taker);
  return (summary?.outcome ?? null) === null ? refuseBusy(target, taker) : refuseHeld(target, taker);
}

// 32 letters without those that are mistaken for one another: no i, l, o, u.
const ID_LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 8;

function drawId({ random }: EngineParts): string {
  const letters = Array.from(
    { length: ID_LENGTH },
    () => ID_LETTERS[Math.floor(random() * ID_LETTERS.length)],
  );
  return `d-${letters.join('')}`;
}
