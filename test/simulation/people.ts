import type { Reply } from '../../src/core/answer.ts';
import { type Desk, usual } from '../../src/core/desk.ts';
import type { Ground } from '../../src/core/draw-plan.ts';
import type { DeploymentEvent } from '../../src/core/event.ts';
import type { RecoverOrder } from '../../src/core/recover-order.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Store } from '../../src/store/store.ts';
import { member } from '../support/members.ts';
import type { Node } from './node.ts';
import { putRight } from './people-migrate.ts';
import { started } from './people-recover.ts';
import { switched } from './switching.ts';
import type { Reaction } from './watching.ts';
import type { World } from './world.ts';

/** What people ask for. Everything but `group` goes over the desk; a group is a plan over several targets. */
export type Asked =
  | {
      readonly kind: 'deploy';
      readonly by: string;
      readonly service: string;
      readonly ref: string;
      readonly again: boolean;
    }
  /** With what it does to the database looked at and said yes to; null runs what contracts. */
  | {
      readonly kind: 'migrate';
      readonly by: string;
      readonly service: string;
      readonly ref: string | null;
    }
  | {
      readonly kind: 'approve' | 'reject';
      readonly by: string;
      readonly deploymentId: string;
      readonly plan: string;
    }
  | { readonly kind: 'kill' | 'switch-on'; readonly by: string; readonly flag: string }
  | { readonly kind: 'recover'; readonly by: string; readonly runbook: string }
  | { readonly kind: 'recover-say'; readonly by: string; readonly order: RecoverOrder }
  | { readonly kind: 'go-on'; readonly by: string; readonly deploymentId: string }
  | { readonly kind: 'roll-back'; readonly by: string; readonly service: string; readonly to: string | null }
  | {
      readonly kind: 'group';
      readonly by: string;
      readonly services: readonly {
        readonly service: string;
        readonly ref: string;
        readonly waits: boolean;
      }[];
    }
  | { readonly kind: 'abort'; readonly by: string; readonly deploymentId: string }
  | { readonly kind: 'resolve'; readonly by: string; readonly deploymentId: string }
  | {
      readonly kind: 'answer';
      readonly by: string;
      readonly deploymentId: string;
      readonly how: Reaction['how'];
      /** Told apart from every other press by this. */
      readonly why: string;
    };

type Inside = { readonly engine: Engine; readonly store: Store; readonly node: Node };

const as = { command: 'deploy-staging', verb: null, isEnvironmentNamed: false, isStrategyFixed: false };

export async function carryOut(world: World, inside: Inside, key: string, asked: Asked): Promise<void> {
  const { environment } = world;
  const desk = inside.engine.deskFor({ actor: member(asked.by), channel: 'C1', key });
  switch (asked.kind) {
    case 'deploy': {
      const { service, ref, again } = asked;
      const reply = await desk.deploy({ ...usual, as, service, environment, ref, again });
      return world.replied(key, reply);
    }
    case 'roll-back': {
      const order = { service: asked.service, environment, to: asked.to, why: null };
      const preview = await desk.rollBack({ ...order, plan: null });
      const words = preview.kind === 'answer' ? (preview.offers?.[0]?.text ?? '') : '';
      const plan = /--plan (\S+)/.exec(words)?.[1] ?? null;
      const to = /--to (\S+)/.exec(words)?.[1] ?? asked.to;
      return world.replied(key, plan === null ? preview : await desk.rollBack({ ...order, to, plan }));
    }
    case 'migrate':
      return world.replied(key, await migrated(desk, environment, asked));
    case 'approve':
    case 'reject': {
      const { deploymentId: deployment, plan } = asked;
      const rejectBecause = asked.kind === 'reject' ? 'not now' : null;
      return world.replied(key, await desk.approve({ deployment, plan, comment: null, rejectBecause }));
    }
    case 'kill':
    case 'switch-on':
      return world.replied(key, await switched(desk, asked));
    case 'recover':
      return world.replied(key, await started(desk, asked));
    case 'recover-say':
      return world.replied(key, await desk.recover(asked.order));
    case 'go-on':
      return world.replied(key, await desk.goOn(asked.deploymentId, null));
    case 'group':
      return beginGroup(world, inside, key, asked);
    case 'abort':
      return world.replied(key, await desk.abort(asked.deploymentId, null));
    case 'resolve':
      putRight(world, asked.deploymentId);
      return world.replied(key, await desk.resolve(asked.deploymentId, null));
    case 'answer':
      return world.replied(key, await answered(desk, asked));
  }
}

/** Shown first where people have to see it; what is pressed then carries the plan that was shown. */
async function migrated(
  desk: Desk,
  environment: string,
  { service, ref }: Extract<Asked, { kind: 'migrate' }>,
): Promise<Reply> {
  const strategy = ref === null ? 'contract' : null;
  const order = {
    ...usual,
    as,
    service,
    environment,
    ref,
    strategy,
    again: true,
    queue: true,
    why: 'because',
  };
  const shown = await desk.deploy(order);
  if (shown.kind !== 'answer') return shown;
  const plan = shown.offers
    ?.map(({ text }) => /--plan (\S+)/.exec(text)?.[1])
    .find((each) => each !== undefined);
  return plan === undefined || (shown.deploymentIds ?? []).length > 0
    ? shown
    : desk.deploy({ ...order, plan });
}

function answered(
  desk: Desk,
  { deploymentId, how, why }: Extract<Asked, { kind: 'answer' }>,
): Promise<Reply> {
  switch (how) {
    case 'confirm':
      return desk.confirm(deploymentId);
    case 'promote':
    case 'promote-all':
      return desk.promote(deploymentId, { isAll: how === 'promote-all', why });
    case 'abort':
      return desk.abort(deploymentId, why);
    default:
      return desk.turn(deploymentId, { how, why });
  }
}

/** A plan over several targets, drawn and begun with the program's own parts. */
async function beginGroup(
  world: World,
  { store, node }: Inside,
  key: string,
  { by, services }: Extract<Asked, { kind: 'group' }>,
): Promise<void> {
  const { production, environment, catalog, random } = world;
  const grounds: Ground[] = [];
  for (const { service, ref, waits } of services) {
    const id = `${service}/${environment}`;
    const site = world.platform.siteFrom(node, id);
    const [standing, capabilities] = await Promise.all([site.look(), site.capabilities()]);
    const [serving, ...others] = standing.releases.filter(({ trafficPercent }) => trafficPercent > 0);
    const target = catalog.services.find(({ name }) => name === service)?.targets[0];
    const strategy = production.strategies.find(({ id: name }) => name === target?.strategy);
    if (others.length > 0 || target === undefined || strategy === undefined) return;
    grounds.push({
      target: {
        id,
        service,
        environment,
        platform: target.platform,
        address: { service },
        version: { name: ref, commit: null },
        before: serving === undefined ? null : { releaseId: serving.releaseId, version: serving.version },
        undo: { how: 'as it came', leaves: [] },
        caveats: [],
      },
      strategy,
      capabilities,
      pace: target.pace,
      criteria: target.criteria,
      gatesBefore: [],
      gatesAfter: [{ gate: 'serves-version', settings: {} }],
      needs: waits ? grounds.slice(-1).map(({ target: earlier }) => earlier.id) : [],
    });
  }
  const terms = { purpose: 'deploy', environment, requestedBy: by, why: null, configuration: 'c1' } as const;
  const plan = production.drawPlan(terms, grounds);
  if ('code' in plan) return;
  const event: DeploymentEvent = { kind: 'planned', plan, hash: production.planHash(plan) };
  const deploymentId = `d-${Array.from({ length: 8 }, () => random.pick([...'0123456789abcdef'])).join('')}`;
  const deployment = production.replay([{ seq: 1, atMs: 0, event }]);
  const begun = await store.journal.begin({
    deploymentId,
    orderKey: key,
    environment,
    requestedBy: by,
    targets: plan.targets.map(({ id, service, version }) => ({ id, service, version: version.name })),
    event,
    notices: production.noticesOf(deploymentId, null, deployment, [event]),
  });
  if (begun.kind === 'begun') world.ring(deploymentId, 0);
}
