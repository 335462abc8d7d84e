/**
 * Which call made which deploy, as far as this process has been told by Render itself. Render keeps no mark of ours, so
 * that this is all there is to tell two calls for one commit apart; after a restart nothing of it is left.
 */
export type KnownDeploys = {
  note(deployId: string, intentId: string): void;
  /** Whether it is known to have been made by another call than this one. */
  isOfAnother(deployId: string, intentId: string): boolean;
};

const KEPT = 1_000;

export function openKnownDeploys(): KnownDeploys {
  const intents = new Map<string, string>();
  return {
    note(deployId, intentId) {
      intents.set(deployId, intentId);
      const [oldest] = intents.keys();
      if (intents.size > KEPT && oldest !== undefined) intents.delete(oldest);
    },
    isOfAnother(deployId, intentId) {
      const known = intents.get(deployId);
      return known !== undefined && known !== intentId;
    },
  };
}
