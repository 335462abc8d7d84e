import { z } from 'zod';
import { can } from '../../core/can.ts';
import type { Catalog } from '../../core/catalog.ts';
import type { HomeItem, HomeList, HomeView } from '../../core/home.ts';
import { may, personOf } from '../../core/person.ts';
import type { Offer, Refusal } from '../../core/refusal.ts';
import { Review } from '../../core/review.ts';
import { Scope, sayScope } from '../../core/scope.ts';
import { code, person, strong, time } from '../../core/text.ts';
import { titleOf } from '../../core/titles.ts';
import { sayQuorum } from '../../core/waiting.ts';
import type { Summary } from '../../store/store.ts';
import { obstructions } from '../board/index.ts';
import { preferenceOf } from '../board/preference.ts';
import { waitingFor } from './approval-queue.ts';
import { homeServices } from './home-services.ts';
import { refuseUnlessAllowed } from './place.ts';
import type { Visiting } from './visitor.ts';

const ACTIVE_MAX = 100;
const ENDED_MAX = 100;
const REVIEWS_MAX = 500;
const SHOWN_MAX = 5;
const SERVICES_MAX = 8;
const FAILURES_FOR_MS = 7 * 24 * 3_600_000;

/** What waits for somebody, what goes on and what stands in the way: from the store alone, never from slow platforms. */
export async function home(visiting: Visiting): Promise<HomeView | Refusal> {
  const { parts, visitor } = visiting;
  const catalog = parts.catalog();
  const nowhere = { permission: 'look', service: null, environment: null } as const;
  const refused = refuseUnlessAllowed(catalog, visitor.actor, nowhere);
  if (refused !== null) return refused;
  const { journal, targets: states, board } = parts.store;
  const list = (isActive: boolean, limit: number) =>
    journal.list({ service: null, environment: null, isActive, limit });
  const [nowMs, preference, active, ended, targets, waiting, hanging, reviews] = await Promise.all([
    parts.store.nowMs(),
    preferenceOf(parts.store, visitor.actor.id),
    list(true, ACTIVE_MAX),
    list(false, ENDED_MAX),
    states.all(),
    waitingFor(visiting),
    obstructions(parts),
    board.list({ kind: 'review', isOpen: true, limit: REVIEWS_MAX }),
  ]);
  const isSeen = (summary: Summary) => maySee(visiting, catalog, summary);
  const isMine = ({ deploymentId }: Summary) => waiting.some((each) => each.deploymentId === deploymentId);
  const failed = ended.filter(
    (summary) => isFailure(summary) && nowMs - (summary.endedAtMs ?? 0) < FAILURES_FOR_MS,
  );
  const services = homeServices(visiting, { preference, summaries: [...active, ...ended], targets, nowMs });
  return {
    kind: 'home',
    asOfMs: nowMs,
    approvals: shown(waiting.map(approvalItem)),
    reviews: shown(reviews.flatMap((sheet) => reviewItem(visiting, sheet.id, sheet.body))),
    running: shown(
      active
        .filter((each) => isSeen(each) && !isMine(each))
        .map((summary) => runningItem(visiting, catalog, summary)),
    ),
    standing: shown(hanging.flatMap((each) => standingItem(visiting, catalog, each))),
    failures: shown(failed.filter(isSeen).map(failureItem)),
    services: services.slice(0, SERVICES_MAX),
    moreServices: Math.max(0, services.length - SERVICES_MAX),
    preference,
  };
}

function shown(items: readonly HomeItem[]): HomeList {
  return { items: items.slice(0, SHOWN_MAX), more: Math.max(0, items.length - SHOWN_MAX) };
}

function maySee({ visitor }: Visiting, { grants }: Catalog, { targets, environment }: Summary): boolean {
  return targets.every(({ service }) => may(visitor.actor, 'look', { service, environment }, grants));
}

function isFailure({ outcome }: Summary): boolean {
  return outcome === 'rolled-back' || outcome === 'needs-human';
}

function approvalItem({
  deploymentId,
  deployment,
}: Awaited<ReturnType<typeof waitingFor>>[number]): HomeItem {
  return {
    text: [strong(titleOf(deployment)), ', asked for by ', person(deployment.plan.requestedBy)],
    note: [code(deploymentId), ` · ${sayQuorum(deployment)} Asked for `, time(deployment.people.askedAtMs)],
    offers: [{ label: 'Look at the plan', command: 'deploy-approve', text: deploymentId }],
    deploymentId,
  };
}

/** Nobody reviews themselves. */
function reviewItem({ parts, visitor }: Visiting, id: string, body: unknown): HomeItem[] {
  const { grants, people } = parts.catalog();
  const { data: review } = Review.safeParse(body);
  if (review === undefined || review.closed !== null) return [];
  const mayReview = may(visitor.actor, 'review', review.scope, grants);
  if (!mayReview || personOf(visitor.actor.id, people) === review.person) return [];
  return [
    {
      text: [strong(`${review.action} of ${sayScope(review.scope)}`), ' by ', person(review.by)],
      note: [code(id), ` · ${review.incident} · due `, time(review.dueAtMs)],
      offers: [{ label: 'Review…', command: 'deploy-emergency', text: `review ${id}` }],
      deploymentId: null,
    },
  ];
}

function runningItem({ visitor }: Visiting, { grants }: Catalog, summary: Summary): HomeItem {
  const { deploymentId, targets, environment, requestedBy, startedAtMs, isWaiting } = summary;
  const mayStop = targets.every(({ service }) =>
    may(visitor.actor, 'stop', { service, environment }, grants),
  );
  const isStoppable = mayStop && can('abort', isWaiting ? 'waiting' : 'moving');
  return {
    text: [strong(whatOf(summary)), isWaiting ? ' waits' : ' is on its way'],
    note: [code(deploymentId), ' · asked for by ', person(requestedBy), ', ', time(startedAtMs)],
    offers: [details(deploymentId), ...(isStoppable ? [stop(summary)] : [])],
    deploymentId,
  };
}

function failureItem(summary: Summary): HomeItem {
  const { deploymentId, outcome, requestedBy, endedAtMs } = summary;
  const how = outcome === 'needs-human' ? ' needs a person' : ' was rolled back';
  return {
    text: [strong(whatOf(summary)), how],
    note: [code(deploymentId), ' · asked for by ', person(requestedBy), ', ended ', time(endedAtMs ?? 0)],
    offers: [details(deploymentId)],
    deploymentId,
  };
}

function whatOf({ targets, environment }: Summary): string {
  return `${targets.map(({ service, version }) => `${service} ${version}`).join(', ')} → ${environment}`;
}

function details(deploymentId: string): Offer {
  return { label: 'Details', command: 'deploy-status', text: deploymentId };
}

function stop(summary: Summary): Offer {
  return {
    label: 'Stop',
    command: 'deploy-canary',
    text: `abort ${summary.deploymentId}`,
    isDangerous: true,
    confirm: {
      title: 'Stop this deployment?',
      text: `${whatOf(summary)} is stopped, and what it did is taken back.`,
    },
  };
}

const Placed = z.looseObject({ scope: Scope });

/** What reaches one place alone is shown to those who may see that place. */
function standingItem(
  { visitor }: Visiting,
  { grants }: Catalog,
  { sheet, said }: Awaited<ReturnType<typeof obstructions>>[number],
): HomeItem[] {
  const scope = Placed.safeParse(sheet.body).data?.scope ?? { service: null, environment: null };
  if (!may(visitor.actor, 'look', scope, grants)) return [];
  const text = [
    said?.sentence ?? `The ${sheet.kind} ${sheet.id} cannot be read: it stands in everybody's way.`,
  ];
  const offers = (said?.offers ?? []).slice(0, 2);
  return [{ text, note: [code(sheet.id), ' · since ', time(sheet.createdAtMs)], offers, deploymentId: null }];
}
