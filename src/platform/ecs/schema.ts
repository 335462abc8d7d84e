import { z } from 'zod';

/**
 * The fields of the answers that we read, as AWS's client hands them out (API references of ECS and of Elastic Load
 * Balancing). Words that they choose from are read as they come and given a meaning elsewhere.
 */
const Count = z.number().int().nonnegative().default(0);

export const Service = z.object({
  serviceArn: z.string().min(1),
  status: z.string(),
  taskDefinition: z.string().min(1),
  desiredCount: Count,
  runningCount: Count,
  deploymentController: z.object({ type: z.string() }).optional(),
  deploymentConfiguration: z.object({ strategy: z.string().optional() }).optional(),
  deployments: z
    .array(
      z.object({
        status: z.string().optional(),
        taskDefinition: z.string().min(1),
        rolloutState: z.string().optional(),
        rolloutStateReason: z.string().optional(),
      }),
    )
    .default([]),
});
export type Service = z.infer<typeof Service>;

const Revision = z.object({
  arn: z.string().min(1),
  requestedTaskCount: Count,
  runningTaskCount: Count,
  /** Only where ECS itself shifts the traffic. */
  requestedProductionTrafficWeight: z.number().min(0).max(100).optional(),
});
export type Revision = z.infer<typeof Revision>;

export const Deployment = z.object({
  serviceDeploymentArn: z.string().min(1),
  status: z.string().optional(),
  statusReason: z.string().optional(),
  lifecycleStage: z.string().optional(),
  createdAt: z.date(),
  finishedAt: z.date().optional(),
  sourceServiceRevisions: z.array(Revision).default([]),
  targetServiceRevision: Revision.optional(),
  rollback: z.object({ reason: z.string().optional(), serviceRevisionArn: z.string().optional() }).optional(),
});
export type Deployment = z.infer<typeof Deployment>;

const Tag = z.object({ key: z.string(), value: z.string().default('') });

/** Everything else of it is copied as it is into the next revision: nothing in it may be left out by reading it. */
export const TaskDefinition = z.looseObject({
  taskDefinitionArn: z.string().min(1),
  family: z.string().min(1),
  revision: z.number().int().positive(),
  containerDefinitions: z.array(
    z.looseObject({
      name: z.string(),
      image: z.string(),
      environment: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
      secrets: z.array(z.looseObject({ name: z.string() })).optional(),
    }),
  ),
});
export type TaskDefinition = z.infer<typeof TaskDefinition>;

export const Described = z.object({ taskDefinition: TaskDefinition, tags: z.array(Tag).default([]) });
export type Described = z.infer<typeof Described>;

/** One action of a rule; those that we do not read are sent back as they are. */
export const Action = z.looseObject({
  Type: z.string(),
  TargetGroupArn: z.string().optional(),
  ForwardConfig: z
    .looseObject({
      TargetGroups: z
        .array(
          z.object({
            TargetGroupArn: z.string().min(1),
            Weight: z.number().int().min(0).max(999).optional(),
          }),
        )
        .default([]),
      TargetGroupStickinessConfig: z.looseObject({ Enabled: z.boolean().optional() }).optional(),
    })
    .optional(),
});
export type Action = z.infer<typeof Action>;

export const Rule = z.object({
  RuleArn: z.string().min(1),
  IsDefault: z.boolean().optional(),
  Actions: z.array(Action).min(1),
});
export type Rule = z.infer<typeof Rule>;

export const TargetHealth = z.array(
  z.object({
    TargetHealth: z.object({ State: z.string().optional(), Reason: z.string().optional() }).optional(),
  }),
);
export type TargetHealth = z.infer<typeof TargetHealth>;
