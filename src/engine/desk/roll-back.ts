import { answer, type Part, type Reply } from '../../core/answer.ts';
import type { RollBackOrder } from '../../core/desk.ts';
import { DeploymentId } from '../../core/names.ts';
import type { Order } from '../../core/order.ts';
import { type Plan, planHash } from '../../core/plan.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { code, strong, time } from '../../core/text.ts';
import { taskTitle } from '../../core/titles.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import { drawOrder } from '../draw-order.ts';
import { begin, refuseBusy } from './begin.ts';
import { type Reading, readPlace, servingOf } from './ground.ts';
import { type History, historyOf, lastGood } from './history.ts';
import { findPlace, type Place } from './place.ts';
import { chooseVersion } from './version.ts';
import type { Visiting } from './visitor.ts';

const HASH_LETTERS = 12;
const ACTIVE_MAX = 100;

/** Shows what would be put back; with the hash of what was shown, puts it back. */
export async function rollBack(visiting: Visiting, order: RollBackOrder): Promise<Reply> {
  const place = findPlace(visiting, {
    ...order,
    permission: 'roll-back',
    offer: (service, environment) =>
      typed({ ...order, service, environment, plan: null }, `${service} in ${environment}`),
  });
  if (isRefusal(place)) return place;
  const moving = await movingAt(visiting, place);
  if (moving !== null) return refuseBusy(place.id, moving);
  const reading = await readPlace(place);
  if (isRefusal(reading)) return reading;
  const history = await historyOf(visiting.parts.store, place);
  const version = await chooseTarget(visiting, place, reading, history, order);
  if (isRefusal(version)) return version;
  const asked = orderOf(visiting, place, version, order);
  const plan = await drawOrder(visiting.parts, asked, place, reading, null);
  if (isRefusal(plan)) return plan;
  const hash = planHash(plan).slice(0, HASH_LETTERS);
  if (order.plan === null) return preview(order, plan, hash, history);
  if (order.plan === hash) return begin(visiting, plan, { order: asked, waits: null });
  return {
    ...refuse('plan-changed', ['What would be done is no longer what you were shown. Nothing was changed.'], {
      next: ['Look at it again.'],
      offers: [typed({ ...order, plan: null }, 'Show what would be done now')],
    }),
  };
}

/** What is on its way there is stopped, not rolled back: what ran before it is not history yet. */
async function movingAt({ parts }: Visiting, { service, environment }: Place): Promise<string | null> {
  const active = await parts.store.journal.list({
    service: service.name,
    environment: environment.name,
    isActive: true,
    limit: ACTIVE_MAX,
  });
  return active.find(({ isWaiting }) => !isWaiting)?.deploymentId ?? null;
}

async function chooseTarget(
  visiting: Visiting,
  place: Place,
  reading: Reading,
  history: History,
  order: RollBackOrder,
): Promise<KnownVersion | Refusal> {
  const running = servingOf(reading.standing);
  const wanted = await wantedVersion(visiting, place, history, order, running[0]?.version.name ?? null);
  if (typeof wanted !== 'string') return wanted;
  const version = chooseVersion(order.service, reading.versions, wanted, (to) =>
    typed({ ...order, to, plan: null }, to),
  );
  if (isRefusal(version)) return version;
  const isThere =
    running.length === 1 && running[0]?.version.name === version.name && running[0].health === 'healthy';
  if (!isThere) return version;
  return refuse(
    'already-running',
    [`${order.service} ${version.name} already serves all of ${order.environment}.`],
    {
      next: ['Nothing to do.'],
    },
  );
}

/** The version that was named, the one of the deployment that was named, or what ran well before. */
async function wantedVersion(
  { parts }: Visiting,
  place: Place,
  history: History,
  order: RollBackOrder,
  running: string | null,
): Promise<string | Refusal> {
  if (order.to === null) return lastGood(history, running) ?? nothingBefore(place);
  if (!DeploymentId.safeParse(order.to).success) return order.to;
  const summary = await parts.store.journal.find(order.to);
  const target = summary?.targets.find(({ id }) => id === place.id);
  return (
    target?.version ??
    refuse('not-found', ['There is no deployment ', code(order.to), ` of ${place.id}.`], {
      next: ['See ', code(`/deploy-status ${place.service.name}`), '.'],
    })
  );
}

function nothingBefore(place: Place): Refusal {
  const { service, environment } = place;
  return refuse('nothing-to-do', [`Nothing of ours ran at ${place.id} before what runs now.`], {
    next: [
      'Name a version: ',
      code(`/deploy-rollback ${service.name} --env ${environment.name} --to <version>`),
    ],
  });
}

function orderOf({ visitor }: Visiting, place: Place, version: KnownVersion, order: RollBackOrder): Order {
  return {
    purpose: 'roll-back',
    service: place.service.name,
    environment: place.environment.name,
    version: { name: version.name, commit: version.commit },
    strategy: 'all-at-once',
    pace: { trafficPercents: null, observeMs: null },
    requestedBy: visitor.actor.id,
    why: order.why,
    isAutomatic: false,
  };
}

function preview(order: RollBackOrder, plan: Plan, hash: string, history: History): Reply {
  const [target] = plan.targets;
  const from = target?.before?.version.name ?? 'nothing';
  const to = target?.version.name ?? '';
  const lastServed = history.find(({ version, outcome }) => version === to && outcome === 'deployed');
  const parts: Part[] = [
    { kind: 'text', text: [strong(`${order.service} in ${order.environment}: ${from} → ${to}`)] },
    {
      kind: 'facts',
      facts: [
        { name: 'What is done', value: [plan.steps.map((step) => taskTitle(step, target)).join(' → ')] },
        {
          name: `${to} was last deployed`,
          value:
            lastServed === undefined
              ? ['not by Slipway']
              : [time(lastServed.startedAtMs), ` (${lastServed.deploymentId})`],
        },
        { name: 'Would not come back', value: [target?.undo.leaves.join('; ') || 'nothing that is known'] },
        { name: 'Plan', value: [code(hash)] },
      ],
    },
  ];
  const button: Offer = {
    ...typed({ ...order, to, plan: hash }, `Roll back ${order.service} to ${to}`),
    isDangerous: true,
    confirm: {
      title: `Roll back ${order.service}?`,
      text: `${order.service} in ${order.environment} goes from ${from} back to ${to}.`,
    },
  };
  const sentence = `This would roll back ${order.service} in ${order.environment} from ${from} to ${to}. Nothing has been changed yet.`;
  return answer(sentence, [...parts, { kind: 'note', text: ['Nothing has been changed yet.'] }], {
    title: `Roll back ${order.service}?`,
    offers: [button],
  });
}

function typed(order: RollBackOrder, label: string): Offer {
  const words = [
    order.service,
    `--env ${order.environment}`,
    order.to === null ? null : `--to ${order.to}`,
    order.why === null ? null : `--reason "${order.why.replaceAll('"', "'")}"`,
    order.plan === null ? null : `--plan ${order.plan}`,
  ];
  return { label, command: 'deploy-rollback', text: words.filter((word) => word !== null).join(' ') };
}
