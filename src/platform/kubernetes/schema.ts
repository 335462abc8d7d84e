import { z } from 'zod';

/** The fields of the API's answers that we read (Kubernetes v1.35, apps/v1, v1, discovery.k8s.io/v1). */

const Labels = z.record(z.string(), z.string());
export type Labels = z.infer<typeof Labels>;

const Meta = z.object({
  name: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  creationTimestamp: z.iso.datetime().optional(),
  labels: Labels.optional(),
  annotations: Labels.optional(),
  ownerReferences: z.array(z.object({ uid: z.string() })).optional(),
});

/** All that lies in a template is kept whole, because what is put back has to be whole. */
const ConfigRef = z.looseObject({ name: z.string(), key: z.string() });
const EnvVariable = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .looseObject({ configMapKeyRef: ConfigRef.optional(), secretKeyRef: ConfigRef.optional() })
    .optional(),
});
const EnvSource = z.looseObject({
  prefix: z.string().optional(),
  configMapRef: z.looseObject({ name: z.string() }).optional(),
  secretRef: z.looseObject({ name: z.string() }).optional(),
});

export const Template = z.looseObject({
  metadata: z.looseObject({ labels: Labels.optional(), annotations: Labels.optional() }),
  spec: z.looseObject({
    containers: z
      .array(
        z.looseObject({
          name: z.string(),
          image: z.string(),
          env: z.array(EnvVariable).optional(),
          envFrom: z.array(EnvSource).optional(),
        }),
      )
      .min(1),
  }),
});
export type Template = z.infer<typeof Template>;
export type Container = Template['spec']['containers'][number];

/** `status` is a word of the platform: anything but `True` and `False` is neither. */
export const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});
export type Condition = z.infer<typeof Condition>;

const Selector = z.object({
  matchLabels: Labels.optional(),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
});
export type Selector = z.infer<typeof Selector>;

const Count = z.int().nonnegative();

export const Deployment = z.object({
  metadata: Meta.extend({ generation: z.int().positive() }),
  spec: z.object({
    replicas: Count,
    paused: z.boolean().optional(),
    revisionHistoryLimit: Count.optional(),
    selector: Selector,
    template: Template,
  }),
  status: z.object({
    observedGeneration: Count.optional(),
    replicas: Count.optional(),
    updatedReplicas: Count.optional(),
    readyReplicas: Count.optional(),
    availableReplicas: Count.optional(),
    conditions: z.array(Condition).optional(),
  }),
});
export type Deployment = z.infer<typeof Deployment>;

export const ReplicaSet = z.object({
  metadata: Meta,
  spec: z.object({ replicas: Count.optional(), template: Template }),
  status: z.object({
    replicas: Count.optional(),
    readyReplicas: Count.optional(),
    availableReplicas: Count.optional(),
  }),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

const ContainerState = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  terminated: z
    .object({ exitCode: z.int(), reason: z.string().optional(), message: z.string().optional() })
    .optional(),
});
const ContainerStatus = z.object({
  name: z.string(),
  restartCount: Count,
  state: ContainerState.optional(),
  lastState: ContainerState.optional(),
});

export const Pod = z.object({
  metadata: Meta.extend({ deletionTimestamp: z.string().optional() }),
  status: z.object({
    phase: z.string().optional(),
    conditions: z.array(Condition).optional(),
    initContainerStatuses: z.array(ContainerStatus).optional(),
    containerStatuses: z.array(ContainerStatus).optional(),
  }),
});
export type Pod = z.infer<typeof Pod>;

/** Of `metrics.k8s.io/v1beta1`, which metrics-server answers where there is one. */
export const PodMetrics = z.object({
  metadata: z.object({ name: z.string() }),
  timestamp: z.iso.datetime({ offset: true }),
  containers: z.array(z.object({ name: z.string(), usage: Labels })),
});
export type PodMetrics = z.infer<typeof PodMetrics>;

export const Service = z.object({
  metadata: Meta,
  spec: z.object({ selector: Labels.optional() }),
});
export type Service = z.infer<typeof Service>;

export const EndpointSlice = z.object({
  metadata: Meta,
  endpoints: z
    .array(
      z.object({
        conditions: z.object({ ready: z.boolean().optional() }).optional(),
        targetRef: z.object({ kind: z.string().optional(), name: z.string().optional() }).optional(),
      }),
    )
    .nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

export const Autoscaler = z.object({
  metadata: Meta,
  spec: z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }) }),
});
export type Autoscaler = z.infer<typeof Autoscaler>;

export const ConfigMap = z.object({ metadata: Meta, data: Labels.optional() });
export type ConfigMap = z.infer<typeof ConfigMap>;
/** Values in base64. */
export const Secret = z.object({ metadata: Meta, data: Labels.optional() });
export type Secret = z.infer<typeof Secret>;

/** Kept whole: a merge patch replaces the list of rules, so that all of it has to be sent back. */
const BackendRef = z.looseObject({
  kind: z.string().optional(),
  name: z.string(),
  weight: z.int().min(0).max(1_000_000).optional(),
});
const Rule = z.looseObject({ backendRefs: z.array(BackendRef).optional() });
export const HttpRoute = z.object({
  metadata: Meta.extend({ generation: z.int().positive() }),
  spec: z.object({ rules: z.array(Rule).optional() }),
  status: z
    .object({
      parents: z
        .array(
          z.object({
            conditions: z.array(Condition.extend({ observedGeneration: Count.optional() })).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});
export type HttpRoute = z.infer<typeof HttpRoute>;
