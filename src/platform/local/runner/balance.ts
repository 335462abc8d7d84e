export type Weight = { readonly id: string; readonly weight: number };

/**
 * Says, one request after another, whose turn it is. After any number of requests everybody has had their exact share
 * give or take less than one request: of those who are behind their share, the one whose next turn is due first goes
 * first (the quota method of J. H. Still, 1979, as earliest-deadline-first scheduling has it).
 * Weights are whole numbers; null when nobody has any.
 */
export function balancer(weights: readonly Weight[]): () => string | null {
  const arms = weights.filter(({ weight }) => weight > 0).map((arm) => ({ ...arm, given: 0 }));
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  let turn = 0;

  return () => {
    turn += 1;
    const chosen = earliest(arms.filter(({ given, weight }) => given * total < turn * weight));
    if (chosen === null) return null;
    chosen.given += 1;
    if (turn === total) {
      turn = 0;
      for (const arm of arms) arm.given = 0;
    }
    return chosen.id;
  };

  function earliest(behind: readonly Arm[]): Arm | null {
    const dueAt = ({ given, weight }: Arm) => Math.ceil(((given + 1) * total) / weight);
    return behind.reduce<Arm | null>(
      (best, arm) => (best === null || dueAt(arm) < dueAt(best) ? arm : best),
      null,
    );
  }
}

type Arm = Weight & { given: number };
