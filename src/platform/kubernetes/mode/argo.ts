import type { Capabilities } from '../../../core/capability.ts';
import type { Version } from '../../../core/plan.ts';
import type { Intent, Site, Standing } from '../../platform.ts';
import { oneCommand, word } from '../../shell.ts';
import type { AddressOf } from '../address.ts';
import { capabilitiesOfRollout } from '../argo/capabilities.ts';
import { rolloutImagePatch } from '../argo/changes.ts';
import { checkRolloutShares, goTo, putBack } from '../argo/moves.ts';
import {
  isUnderWay,
  type RolloutState,
  readRollout,
  stableOf,
  standingOfRollout,
  wantedOf,
} from '../argo/standing.ts';
import { knownImage } from '../by-hand.ts';
import { changing, conflict } from '../changing.ts';
import { madeByIntent, type Owned } from '../generations.ts';
import { imageOf } from '../image.ts';
import { releaseIdOf } from '../marks.ts';
import type { Place } from '../place.ts';
import { questions } from '../questions.ts';
import { notFound, unsupported } from '../refusals.ts';
import { containerIn } from '../template.ts';

/**
 * The image, and then all of the steps at once. A promotion counts only from when the controller has seen the image:
 * `promote --full` changes nothing while it still takes the stable version for the wanted one
 * (argo-rollouts `pkg/kubectl-argo-rollouts/cmd/promote/promote.go`). So that is waited for, and at last whether it came
 * to be: `status` ends with an error where the Rollout is not healthy in time, and the line can be typed again
 * (https://kubernetes.io/docs/reference/kubectl/generated/kubectl_wait/,
 * https://argoproj.github.io/argo-rollouts/generated/kubectl-argo-rollouts/kubectl-argo-rollouts_status/).
 */
function setAndPromote(namespace: string, rollout: string, change: string): string | null {
  const kubectl = `kubectl -n ${word(namespace)}`;
  const argo = `kubectl argo rollouts -n ${word(namespace)}`;
  const object = word(`rollouts.argoproj.io/${rollout}`);
  const generation = `"$(${kubectl} get ${object} -o jsonpath='{.metadata.generation}')"`;
  const seen = `--for=jsonpath='{.status.observedGeneration}'=${generation} --timeout=1m`;
  return oneCommand([
    `${argo} set image ${word(rollout)} ${word(change)}`,
    `&& ${kubectl} wait ${object} ${seen}`,
    `&& ${argo} promote ${word(rollout)} --full`,
    `&& ${argo} status ${word(rollout)} --timeout 5m`,
  ]);
}

/** A Rollout of Argo: its controller divides the traffic, and we tell it when to go on. */
export function argoSite(address: AddressOf<'argo'>, place: Place): Site {
  const { cluster } = place;
  const name = address.rollout;
  const read = () => readRollout(cluster, name, address);
  const gate = openGate(read, name);
  const { insist } = gate;
  const bringUp = (what: 'staged' | 'replace') => async (intent: Intent, version: Version) => {
    insist(what);
    const image = imageOf(address.image, version.name);
    return changing(async () => {
      const state = await read();
      const made = madeByIntent(state.generations, intent.id, releaseIdOf(intent));
      if (made !== undefined) return { releaseId: made.releaseId };
      insist(what, state);
      const container = containerIn(state.rollout.spec.template, address.container, `Rollout ${name}`).name;
      await cluster.patchRollout(name, rolloutImagePatch(state.rollout, intent, version, image, container));
      return { releaseId: releaseIdOf(intent) };
    });
  };

  return {
    capabilities: gate.capabilities,
    ...questions(address, place, async () => [ownedIn(await read())]),
    async look(): Promise<Standing> {
      const releases = standingOfRollout(await read());
      return { atMs: place.clock.nowMs(), frontDoor: address.url ?? null, releases };
    },
    byHand: ({ version }) => {
      const image = knownImage(address.image, version.name);
      if (image === null) return null;
      return setAndPromote(address.namespace, name, `${address.container ?? '*'}=${image}`);
    },
    release: bringUp('staged'),
    replace: bringUp('replace'),
    async route(intent, shares) {
      insist('traffic');
      checkRolloutShares(shares);
      await changing(async () => {
        const state = await read();
        insist('traffic', state);
        await goTo(name, state, shares, intent, place);
      });
    },
    async retire(intent, releaseId) {
      insist('staged');
      await changing(async () => {
        const state = await read();
        const release = standingOfRollout(state).find((each) => each.releaseId === releaseId);
        // What was stable before is the controller's to take away.
        const isOnItsWay = isUnderWay(state) && wantedOf(state)?.releaseId === releaseId;
        if (release === undefined) return;
        if (release.trafficPercent > 0)
          throw conflict(`${releaseId} still gets traffic: it is not taken away from under people`);
        const stable = stableOf(state);
        if (isOnItsWay && stable !== undefined) await putBack(name, state, stable, intent, place);
      });
    },
    async restore(intent, back) {
      return changing(async () => {
        const state = await read();
        const done = state.generations.find(({ intentId }) => intentId === intent.id);
        if (done !== undefined) return { releaseId: done.releaseId };
        const kept = state.generations.find(({ releaseId }) => releaseId === back.releaseId);
        if (kept === undefined)
          throw notFound(`the ReplicaSet of ${back.version.name} is not kept any more: deploy it anew`);
        await putBack(name, state, kept, intent, place);
        return { releaseId: kept.releaseId };
      });
    },
  };
}

function ownedIn({ rollout, generations, pods }: RolloutState): Owned {
  return { template: rollout.spec.template, generations, pods };
}

type Led = 'staged' | 'traffic' | 'replace';

/** Refuses what the Rollout cannot: what it said last without a call, and what it says now before anything is changed. */
function openGate(read: () => Promise<RolloutState>, name: string) {
  const cannot = new Map<Led, string>();
  return {
    async capabilities(): Promise<Capabilities> {
      const said = capabilitiesOfRollout((await read()).rollout, name);
      for (const what of ['staged', 'traffic', 'replace'] as const) {
        const can = said[what];
        if (can === undefined || can.can) cannot.delete(what);
        else cannot.set(what, can.say);
      }
      return said;
    },
    insist(what: Led, state?: RolloutState): void {
      const now = state === undefined ? undefined : capabilitiesOfRollout(state.rollout, name)[what];
      const say = now === undefined ? cannot.get(what) : now.can ? undefined : now.say;
      if (say !== undefined) throw unsupported(say);
    },
  };
}
