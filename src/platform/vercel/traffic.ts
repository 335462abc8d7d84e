import type { Project, Rolling } from './schema.ts';

/** Who serves production, as far as Vercel says. */
export type Traffic = {
  readonly shares: ReadonlyMap<string, number>;
  /** Why nobody can be sure of it; null where Vercel leaves no doubt. */
  readonly doubt: string | null;
  /** Where the domains are on their way to; what it was taken for is not yet what people get. */
  readonly pendingTo: string | null;
  /** The rolling release that is under way. */
  readonly active: Active | null;
};

export type Active = {
  readonly currentId: string;
  readonly canaryId: string;
  readonly index: number;
  readonly percent: number;
  /** Its own stages: those of the project are only a template for the next one. */
  readonly percents: readonly { readonly index: number; readonly percent: number }[];
};

/**
 * A rolling release that is under way shares the traffic out. Otherwise one deployment has all of it: the target of the
 * project, or, while domains are being moved, the one that they are moved from. An accepted request moves nobody yet.
 */
export function trafficOf(project: Project, rolling: Rolling | null): Traffic {
  const production = project.targets?.['production']?.id ?? null;
  if (rolling === null || rolling.state === 'COMPLETE' || rolling.state === 'ABORTED')
    return movedTo(production, project.lastAliasRequest ?? null);
  const active = activeOf(rolling);
  if (active === null)
    return whole(production, `a rolling release is “${rolling.state}”, and Vercel does not say how far`);
  const shares = new Map([
    [active.canaryId, active.percent],
    [active.currentId, 100 - active.percent],
  ]);
  return { shares, doubt: null, pendingTo: null, active };
}

function movedTo(production: string | null, last: NonNullable<Project['lastAliasRequest']> | null): Traffic {
  switch (last?.jobStatus) {
    case undefined:
    case 'succeeded':
    case 'skipped':
      return whole(production, null);
    case 'pending':
    case 'in-progress':
      return {
        ...whole(last?.fromDeploymentId ?? production, null),
        pendingTo: last?.toDeploymentId ?? null,
      };
    default:
      return whole(production, doubtOf(production, last));
  }
}

/** A move that failed is over once production is neither what it came from nor where it was to go. */
function doubtOf(production: string | null, last: Project['lastAliasRequest']): string | null {
  if (last == null) return null;
  const isOver = production !== last.toDeploymentId && production !== last.fromDeploymentId;
  return isOver ? null : `moving the domains to ${last.toDeploymentId} is “${last.jobStatus}” at Vercel`;
}

function whole(id: string | null, doubt: string | null): Traffic {
  return { shares: new Map(id === null ? [] : [[id, 100]]), doubt, pendingTo: null, active: null };
}

function activeOf({
  state,
  currentDeployment,
  canaryDeployment,
  stages,
  activeStage,
}: Rolling): Active | null {
  if (state !== 'ACTIVE' || currentDeployment == null || canaryDeployment == null || activeStage == null)
    return null;
  const { index, targetPercentage } = activeStage;
  const isShare = targetPercentage >= 0 && targetPercentage <= 100;
  if (!isShare || currentDeployment.id === canaryDeployment.id) return null;
  return {
    currentId: currentDeployment.id,
    canaryId: canaryDeployment.id,
    index,
    percent: targetPercentage,
    percents: (stages ?? []).map((stage) => ({ index: stage.index, percent: stage.targetPercentage })),
  };
}
