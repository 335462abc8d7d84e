import { areSwitchesThrough } from './judge-switches.ts';
import { areRunsOver } from './recovering.ts';
import type { World } from './world.ts';

/** Whatever was sent has landed by then. */
const QUIET_FOR_MS = 15_000;

/** At rest: nothing more will come, everything has ended, been told and answered, and stayed so for a while. */
export function watchForRest(
  world: World,
  lastOrderAtMs: number,
  isAllDelivered: () => boolean,
): () => boolean {
  const { scheduler, history, database, random } = world;
  let isAtRest = false;
  let quietSinceMs: number | null = null;
  const resolving = new Set<string>();
  const look = async () => {
    const { rows } = await database.store.outbox.backlog();
    const isEnded = [...history.begins.keys()].every((id) => history.ends.has(id));
    const isHandled = [...history.accepted].every((key) => history.handled.has(key));
    for (const [deploymentId, { outcome }] of history.ends) {
      if (outcome !== 'needs-human' || resolving.has(deploymentId)) continue;
      resolving.add(deploymentId);
      if (!random.chance(0.5)) continue;
      const press = () =>
        world.deliver(`resolve-${deploymentId}`, { kind: 'resolve', by: 'U1', deploymentId });
      scheduler.after(random.between(2_000, 14_000), `U1 resolves ${deploymentId}`, press);
    }
    const isQuiet =
      rows === 0 &&
      isEnded &&
      isHandled &&
      areSwitchesThrough(history) &&
      areRunsOver(history) &&
      isAllDelivered();
    quietSinceMs = isQuiet ? (quietSinceMs ?? scheduler.nowMs()) : null;
    const isPast = scheduler.nowMs() > lastOrderAtMs;
    isAtRest = isPast && quietSinceMs !== null && scheduler.nowMs() - quietSinceMs >= QUIET_FOR_MS;
    scheduler.after(1_000, 'is everything at rest?', () => void look());
  };
  scheduler.after(3_100, 'is everything at rest?', () => void look());
  return () => isAtRest;
}
