import type { Deployment } from '../core/deployment.ts';

/** What this process remembers of deployments that wait, so that a look at one need not read all of its journal. */
export type Memory = {
  recall(deploymentId: string): Deployment | null;
  keep(deploymentId: string, deployment: Deployment | null): void;
};

const REMEMBERED_MAX = 2_000;

export function openMemory(): Memory {
  const deployments = new Map<string, Deployment>();
  return {
    recall: (deploymentId) => deployments.get(deploymentId) ?? null,
    keep(deploymentId, deployment) {
      deployments.delete(deploymentId);
      if (deployment === null) return;
      deployments.set(deploymentId, deployment);
      const [oldest] = deployments.keys();
      if (deployments.size > REMEMBERED_MAX && oldest !== undefined) deployments.delete(oldest);
    },
  };
}
