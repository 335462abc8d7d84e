import { replay, stateOf } from '../../core/deployment.ts';
import type { DeployOrder } from '../../core/desk.ts';
import { isSameVersion, type Version } from '../../core/plan.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { rollbackHoldOf } from '../../core/rollback-hold.ts';
import { code, duration, sentence, type Text, time } from '../../core/text.ts';
import type { Store } from '../../store/store.ts';
import { type Place, refuseUnlessAllowed } from './place.ts';
import { typedOrder } from './typed-order.ts';
import type { Visiting } from './visitor.ts';

/** So long a version that took itself back is not let through again by mere asking. */
const WITHIN_MS = 24 * 3_600_000;
const DEPLOYMENTS_MAX = 50;

type TakenBack = { readonly deploymentId: string; readonly atMs: number; readonly because: string };

/** When this very version was last taken back there because it failed; null where it has served since, or long ago. */
async function lastTakenBack(
  { journal }: Pick<Store, 'journal'>,
  place: Place,
  version: Version,
  nowMs: number,
): Promise<TakenBack | null> {
  const at = { service: place.service.name, environment: place.environment.name };
  const summaries = await journal.list({ ...at, isActive: false, limit: DEPLOYMENTS_MAX });
  const lately = summaries.filter(({ endedAtMs, targets }) => {
    const isMeant = targets.some(({ id, version: name }) => id === place.id && name === version.name);
    return isMeant && endedAtMs !== null && endedAtMs > nowMs - WITHIN_MS;
  });
  for (const { deploymentId, outcome, endedAtMs } of lately) {
    if (outcome === 'deployed') return null;
    const because =
      outcome === 'rolled-back' ? await whyTakenBack(journal, deploymentId, place, version) : null;
    if (because !== null) return { deploymentId, atMs: endedAtMs ?? nowMs, because };
  }
  return null;
}

/** Null where somebody changed their mind, where it stayed at this place, or where it was another version after all. */
async function whyTakenBack(
  journal: Store['journal'],
  deploymentId: string,
  { id }: Place,
  version: Version,
): Promise<string | null> {
  const deployment = replay(await journal.read(deploymentId, 0));
  const { plan, spared, failedStep } = deployment;
  const target = plan.targets.find((each) => each.id === id);
  const hold = rollbackHoldOf(deploymentId, deployment);
  if (target === undefined || hold === null || spared.has(id)) return null;
  if (!isSameVersion(target.version, version)) return null;
  const failure = failedStep === null ? null : stateOf(deployment, failedStep).failure;
  return failure?.message ?? hold.because;
}

/**
 * The same version to the same place, within a day of its having been taken back there because it failed: nobody does
 * that without noticing. Whoever insists says so, and why; in a protected place it takes who answers for it.
 */
export async function refuseTakenBack(
  { parts, visitor }: Visiting,
  place: Place,
  version: Version,
  order: DeployOrder,
): Promise<Refusal | null> {
  if (order.breakGlass !== null) return null;
  const nowMs = await parts.store.nowMs();
  const before = await lastTakenBack(parts.store, place, version, nowMs);
  if (before === null) return null;
  if (order.again && order.why !== null) {
    return place.environment.isProtected
      ? refuseUnlessAllowed(parts.catalog(), await parts.directory.look(visitor.actor, 'fresh'), {
          permission: 'overrule',
          service: place.service.name,
          environment: place.environment.name,
        })
      : null;
  }
  const { deploymentId, atMs, because } = before;
  const what: Text = [
    `${place.service.name} ${version.name} was taken back in ${place.environment.name} ${duration(nowMs - atMs)} ago by `,
    code(deploymentId),
    `: ${sentence(because)} Until `,
    time(atMs + WITHIN_MS),
    ' it is not deployed there again by mere asking.',
  ];
  const insisted = typedOrder({ ...order, again: true, why: order.why ?? 'why', plan: null }, {}, '');
  const who = place.environment.isProtected ? ', as somebody who may overrule' : '';
  return refuse('target-held', what, {
    next: [
      'Deploy a version that puts it right; or, to deploy it all the same, type ',
      code(`/${insisted.command} ${insisted.text}`),
      `${who}, with your reason.`,
    ],
    offers: [{ label: `Show ${deploymentId}`, command: 'deploy-status', text: deploymentId }],
  });
}
