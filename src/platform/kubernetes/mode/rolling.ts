import type { Capabilities } from '../../../core/capability.ts';
import type { Site, Standing } from '../../platform.ts';
import { word } from '../../shell.ts';
import type { AddressOf } from '../address.ts';
import { percentsOf } from '../apportion.ts';
import { knownImage } from '../by-hand.ts';
import { changing } from '../changing.ts';
import { common, leaves } from '../common-capabilities.ts';
import { type DeploymentState, ownedIn, readDeployment, readyOf, standingOf } from '../deployment.ts';
import { madeByIntent } from '../generations.ts';
import { imageOf } from '../image.ts';
import { releaseIdOf } from '../marks.ts';
import { imagePatch, templatePatch } from '../patches.ts';
import type { Place } from '../place.ts';
import { questions } from '../questions.ts';
import { notFound, rejected, unsupported } from '../refusals.ts';
import { containerIn } from '../template.ts';

const NO_STAGING =
  'One Deployment replaces its pods in place; a second version beside the first needs a second Deployment.';
const NO_TRAFFIC = 'One Deployment has one version, and while it is replaced nobody can say who gets which.';

/** One Deployment whose pods are replaced a few at a time. */
export function rollingSite(address: AddressOf<'rolling'>, place: Place): Site {
  const { cluster } = place;
  const name = address.deployment;
  const read = () => readDeployment(cluster, name, address);
  const never = (say: string) => () => Promise.reject(unsupported(say));

  return {
    capabilities: async () => capabilitiesOf(await read(), name),
    ...questions(address, place, async () => [ownedIn(await read())]),
    async look(): Promise<Standing> {
      const state = await read();
      const percents = percentsOf(readyOf(state));
      const byRelease = new Map(
        state.generations.map(({ releaseId }, index) => [releaseId, percents[index] ?? 0]),
      );
      const releases = standingOf(state, (releaseId) => byRelease.get(releaseId) ?? 0);
      return { atMs: place.clock.nowMs(), frontDoor: address.url ?? null, releases };
    },
    byHand: ({ version }) => {
      const image = knownImage(address.image, version.name);
      const change = word(`${address.container ?? '*'}=${image}`);
      return image === null ? null : `kubectl -n ${address.namespace} set image deployment/${name} ${change}`;
    },
    release: never(NO_STAGING),
    route: never(NO_TRAFFIC),
    retire: never(NO_STAGING),
    async replace(intent, version) {
      const image = imageOf(address.image, version.name);
      return changing(async () => {
        const state = await read();
        const made = madeByIntent(state.generations, intent.id, releaseIdOf(intent));
        if (made !== undefined) return { releaseId: made.releaseId };
        refuseStill(state, name);
        const { deployment } = state;
        const container = containerIn(deployment.spec.template, address.container, `Deployment ${name}`).name;
        await cluster.patchDeployment(name, imagePatch(deployment, { intent, version, image, container }));
        return { releaseId: releaseIdOf(intent) };
      });
    },
    async restore(intent, back) {
      return changing(async () => {
        const state = await read();
        const { deployment, generations } = state;
        const made = generations.find(({ intentId }) => intentId === intent.id);
        if (made !== undefined) return { releaseId: made.releaseId };
        refuseStill(state, name);
        const kept = generations.find(({ releaseId }) => releaseId === back.releaseId);
        if (kept === undefined) throw notFound(sayGone(back.version.name, deployment));
        await cluster.patchDeployment(name, templatePatch(deployment, intent, kept));
        return { releaseId: kept.releaseId };
      });
    },
  };
}

/** @throws {Failed} `rejected` where a new template would not become pods. */
function refuseStill({ deployment }: DeploymentState, name: string): void {
  const still = whyStill(deployment, name);
  if (still !== null) throw rejected(still);
}

function whyStill({ metadata: _, spec }: DeploymentState['deployment'], name: string): string | null {
  if (spec.paused === true) {
    return `The Deployment ${name} is paused, so nothing in it changes until somebody types kubectl rollout resume deployment/${name}.`;
  }
  if (spec.replicas > 0) return null;
  return `The Deployment ${name} is scaled to 0, so no pod would run until somebody types kubectl scale deployment/${name} --replicas=1.`;
}

function sayGone(version: string, { spec }: DeploymentState['deployment']): string {
  const limit = spec.revisionHistoryLimit ?? 10;
  return `the ReplicaSet of ${version} is not kept any more (revisionHistoryLimit is ${limit}): deploy ${version} anew`;
}

function capabilitiesOf({ deployment }: DeploymentState, name: string): Capabilities {
  const still = whyStill(deployment, name);
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  return {
    ...common,
    staged: { can: false, why: 'platform', say: NO_STAGING },
    replace:
      still === null
        ? {
            can: true,
            how: {
              how: 'the cluster brings new pods up and takes old ones away a few at a time: people meet both versions meanwhile',
              canCancel: true,
            },
            caveats: [
              'a rollout that fails keeps old pods serving and stays as it is until it is taken back',
            ],
          }
        : { can: false, why: 'not-configured', say: still },
    traffic: { can: false, why: 'platform', say: NO_TRAFFIC },
    rollback:
      limit > 0
        ? {
            can: true,
            how: {
              kind: 'reapply',
              how: 'write the template of the ReplicaSet before into the Deployment again, and let it replace the pods',
              horizon: `the last ${limit} ReplicaSets (revisionHistoryLimit)`,
              leaves,
            },
            caveats: [],
          }
        : {
            can: false,
            why: 'not-configured',
            say: `The Deployment ${name} keeps no ReplicaSet to go back to; set its revisionHistoryLimit above 0.`,
          },
  };
}
