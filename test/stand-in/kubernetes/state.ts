import { runDeployments } from './deployments.ts';
import { countPods, type Fate, runPods, sayReplicaSets } from './pods.ts';
import { runRollouts } from './rollouts.ts';
import { runEndpoints, runGateways } from './routing.ts';
import { Store } from './store.ts';

/** A cluster: what is kept, and the controllers that turn it into what runs. */
export class ClusterState {
  readonly store: Store;
  /** By the tag of an image; what is not named is ready. */
  readonly fates = new Map<string, Fate>();
  /** Left out for a turn: a controller that has fallen behind. */
  readonly asleep = new Set<'deployments' | 'pods' | 'endpoints' | 'gateways' | 'rollouts'>();
  /** How many turns without getting further a Deployment has before its deadline. */
  turnsMax = 1_000;
  gatewayAccepts = true;
  /** Whether every request lets the controllers have a turn first. */
  isRunning = true;
  readonly nowMs: () => number;
  readonly #stuck = new Map<string, { seen: string; turns: number }>();

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    this.store = new Store(nowMs);
  }

  /** Each controller once. */
  turn(): void {
    const runs = (name: 'deployments' | 'pods' | 'endpoints' | 'gateways' | 'rollouts') =>
      !this.asleep.has(name);
    if (runs('deployments')) runDeployments(this.store, this.#stuck, { turnsMax: this.turnsMax });
    if (runs('rollouts')) runRollouts(this.store);
    countPods(this.store);
    if (runs('pods')) runPods(this.store, (tag) => this.fates.get(tag) ?? 'ready');
    sayReplicaSets(this.store);
    if (runs('endpoints')) runEndpoints(this.store);
    if (runs('gateways')) runGateways(this.store, { accepts: this.gatewayAccepts });
  }

  /** Until nothing changes any more, or for so many turns. */
  settle(turns = 40): void {
    for (let turn = 0; turn < turns; turn++) this.turn();
  }
}
