import { z } from 'zod';
import { Condition, Deployment } from '../schema.ts';

/** The fields of an Argo Rollout that we read (argoproj.io/v1alpha1, manifests/crds/rollout-crd.yaml). */
const Step = z.looseObject({
  setWeight: z.int().min(0).max(100).optional(),
  pause: z.object({ duration: z.union([z.string(), z.int()]).optional() }).optional(),
  setCanaryScale: z.object({ replicas: z.int().optional(), weight: z.int().optional() }).optional(),
});
export type RolloutStep = z.infer<typeof Step>;

const Weight = z.object({ weight: z.int() });

export const Rollout = z.object({
  metadata: Deployment.shape.metadata,
  spec: z.object({
    replicas: z.int().nonnegative().optional(),
    paused: z.boolean().optional(),
    revisionHistoryLimit: z.int().optional(),
    selector: Deployment.shape.spec.shape.selector,
    template: Deployment.shape.spec.shape.template,
    strategy: z.object({
      canary: z
        .object({ steps: z.array(Step).optional(), trafficRouting: z.looseObject({}).optional() })
        .optional(),
      blueGreen: z.object({ autoPromotionEnabled: z.boolean().optional() }).optional(),
    }),
  }),
  status: z
    .object({
      phase: z.string().optional(),
      message: z.string().optional(),
      abort: z.boolean().optional(),
      observedGeneration: z.string().optional(),
      stableRS: z.string().optional(),
      currentPodHash: z.string().optional(),
      currentStepIndex: z.int().optional(),
      replicas: z.int().optional(),
      updatedReplicas: z.int().optional(),
      availableReplicas: z.int().optional(),
      pauseConditions: z.array(z.object({ reason: z.string() })).nullish(),
      conditions: z.array(Condition).optional(),
      canary: z.object({ weights: z.object({ canary: Weight, stable: Weight }).nullish() }).optional(),
    })
    .optional(),
});
export type Rollout = z.infer<typeof Rollout>;
