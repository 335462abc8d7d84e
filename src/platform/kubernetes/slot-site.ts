import type { Capabilities } from '../../core/capability.ts';
import type { Intent, Share, Site, Standing } from '../platform.ts';
import { changing, conflict } from './changing.ts';
import { type DeploymentState, type Naming, ownedIn, readyOf, standingOf } from './deployment.ts';
import { madeByIntent } from './generations.ts';
import { imageOf } from './image.ts';
import { releaseIdOf } from './marks.ts';
import { imagePatch, replicasPatch } from './patches.ts';
import type { Place } from './place.ts';
import { questions } from './questions.ts';
import { checkShares, notFound, rejected } from './refusals.ts';
import {
  idleOf,
  isEmpty,
  nameOf,
  podsFor,
  readSlots,
  type Slots,
  serves,
  standingOfSlots,
  type Traffic,
} from './slots.ts';
import { containerIn } from './template.ts';

/** Whatever divides traffic between two Deployments. */
export type Divider = {
  readonly names: readonly [string, string];
  readonly stepPercent: number;
  readonly frontDoor: string | null;
  /** Pods of a version that is brought up. */
  readonly replicas: number | undefined;
  capabilities(slots: Slots): Promise<Capabilities>;
  read(slots: Slots): Promise<Traffic>;
  /** @throws {Failed} `unsupported` where it is known that traffic cannot be divided; calls nobody */
  insist?(): void;
  /** Makes sure that what is about to come up gets no traffic. */
  shelter?(slots: Slots, traffic: Traffic, idle: DeploymentState): Promise<void>;
  /** @param percents of the first and of the second, which add up to 100 or to 0 */
  divide(slots: Slots, percents: readonly [number, number]): Promise<void>;
  /** What a person would type to give all of it to this one; null where that is not known. Calls nobody. */
  byHand(slot: DeploymentState): string | null;
};

/** A service at two Deployments that take turns. */
export function slotSite(naming: Naming, divider: Divider, place: Place): Site {
  const { cluster } = place;
  /** As they were seen last: where a release stands is told by that, without a call. */
  let known: Slots | null = null;
  const read = async () => {
    known = await readSlots(cluster, divider.names, naming);
    return known;
  };
  const both = async () => {
    const slots = await read();
    return { slots, traffic: await divider.read(slots) };
  };

  const servingFirst = async () => {
    const { slots, traffic } = await both();
    return slots.toSorted((a, b) => Number(serves(b, traffic)) - Number(serves(a, traffic))).map(ownedIn);
  };

  return {
    capabilities: async () => divider.capabilities(await read()),
    ...questions(naming, place, async () => (await read()).map(ownedIn), servingFirst),
    async look(): Promise<Standing> {
      const { slots, traffic } = await both();
      const releases = standingOfSlots(slots, traffic);
      return { atMs: place.clock.nowMs(), frontDoor: divider.frontDoor, releases };
    },
    byHand({ releaseId }) {
      const slot = known?.find((each) => wantedIn(each) === releaseId);
      return slot === undefined ? null : divider.byHand(slot);
    },
    async release(intent, version) {
      const image = imageOf(naming.image, version.name);
      return changing(async () => {
        const { slots, traffic } = await both();
        const made = madeIn(slots, intent);
        if (made !== undefined) return { releaseId: made };
        const idle = idleOf(slots, traffic);
        const { deployment } = idle;
        const name = nameOf(idle);
        if (deployment.spec.paused === true) {
          throw rejected(
            `the Deployment ${name} is paused, so nothing would come up: kubectl rollout resume deployment/${name}`,
          );
        }
        const container = containerIn(deployment.spec.template, naming.container, `Deployment ${name}`).name;
        await divider.shelter?.(slots, traffic, idle);
        const replicas = podsFor(idle, slots, divider.replicas);
        const said = { intent, version, image, container, replicas };
        await cluster.patchDeployment(name, imagePatch(deployment, said));
        return { releaseId: releaseIdOf(intent) };
      });
    },
    async route(_intent, shares) {
      divider.insist?.();
      checkShares(shares, divider.stepPercent);
      await changing(async () => {
        const { slots, traffic } = await both();
        await divider.divide(slots, percentsFor(slots, traffic, shares, place.isUrgent));
      });
    },
    async retire(_intent, releaseId) {
      await changing(async () => {
        const { slots, traffic } = await both();
        const slot = slots.find((each) => wantedIn(each) === releaseId);
        if (slot === undefined || isEmpty(slot)) return;
        if (serves(slot, traffic))
          throw conflict(`${releaseId} still gets traffic: it is not taken away from under people`);
        await cluster.patchDeployment(
          nameOf(slot),
          replicasPatch(slot.deployment, 0, slot.deployment.spec.replicas),
        );
      });
    },
  };
}

function madeIn(slots: Slots, intent: Intent): string | undefined {
  const generations = slots.flatMap((slot) => slot.generations);
  return madeByIntent(generations, intent.id, releaseIdOf(intent))?.releaseId;
}

function wantedIn({ generations }: DeploymentState): string | undefined {
  return generations.find(({ isWanted }) => isWanted)?.releaseId;
}

/** @throws {Failed} `not-found` for what does not stand there, `conflict` for what could not serve anybody */
function percentsFor(
  slots: Slots,
  traffic: Traffic,
  shares: readonly Share[],
  isUrgent: boolean,
): [number, number] {
  const percents: [number, number] = [0, 0];
  for (const { releaseId, trafficPercent } of shares) {
    if (trafficPercent === 0) continue;
    const at = slots.findIndex((slot) => wantedIn(slot) === releaseId && !isEmpty(slot));
    const slot = slots[at];
    if (slot === undefined)
      throw notFound(`${releaseId} does not stand at ${slots.map(nameOf).join(' or ')}`);
    refuseSick(slot, traffic, releaseId, isUrgent);
    percents[at === 0 ? 0 : 1] = trafficPercent;
  }
  return percents;
}

/**
 * What does not serve yet has to be whole first; what serves keeps what it can carry. Whoever takes something back is
 * content with one pod that answers.
 */
function refuseSick(slot: DeploymentState, traffic: Traffic, releaseId: string, isUrgent: boolean): void {
  const release = standingOf(slot, traffic.percentOf).find((each) => each.releaseId === releaseId);
  const answers =
    isUrgent && readyOf(slot).some((ready, index) => ready > 0 && slot.generations[index]?.isWanted);
  const mayServe = release?.health === 'healthy' || (release?.trafficPercent ?? 0) > 0 || answers;
  if (!mayServe) throw conflict(`${releaseId} cannot take traffic: ${release?.say ?? 'it is not there'}`);
}
