/** What the stand-in keeps, as far as it looks into it: the rest of an object passes through untouched. */
export type Labels = Record<string, string>;

export type Meta = {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Labels;
  annotations?: Labels;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller: boolean }[];
};

export type Template = {
  metadata: { labels: Labels; annotations?: Labels };
  spec: {
    containers: {
      name: string;
      image: string;
      env?: object[];
      envFrom?: object[];
      resources?: object;
    }[];
  };
};

export type Condition = { type: string; status: string; reason?: string; message?: string };

export type Kubernetes = {
  apiVersion: string;
  kind: string;
  metadata: Meta;
};

export type Deployment = Kubernetes & {
  spec: {
    replicas: number;
    paused?: boolean;
    revisionHistoryLimit: number;
    progressDeadlineSeconds: number;
    selector: { matchLabels: Labels };
    template: Template;
  };
  status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
};

export type ReplicaSet = Kubernetes & {
  spec: { replicas: number; selector: { matchLabels: Labels }; template: Template };
  status: {
    replicas: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
  };
};

export type ContainerStatus = {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  restartCount: number;
  state?: object;
  lastState?: object;
};

export type Pod = Kubernetes & {
  spec: Template['spec'];
  status: { phase: string; conditions: Condition[]; containerStatuses: ContainerStatus[] };
};

export type Service = Kubernetes & {
  spec: { selector?: Labels; ports: { port: number; protocol: string }[] };
};

export type EndpointSlice = Kubernetes & {
  addressType: string;
  endpoints: {
    addresses: string[];
    conditions: { ready: boolean };
    targetRef: { kind: string; name: string };
  }[];
  ports: { port: number; protocol: string }[];
};

export type HttpRoute = Kubernetes & {
  spec: {
    parentRefs: { name: string }[];
    rules: {
      matches?: object[];
      backendRefs: { name: string; port: number; weight?: number; kind?: string }[];
    }[];
  };
  status: {
    parents: {
      controllerName: string;
      parentRef: { name: string };
      conditions: (Condition & { observedGeneration: number; lastTransitionTime: string })[];
    }[];
  };
};

export type Step = {
  setWeight?: number;
  pause?: { duration?: string | number };
  setCanaryScale?: { replicas?: number };
};

export type Rollout = Kubernetes & {
  spec: {
    replicas: number;
    revisionHistoryLimit?: number;
    paused?: boolean;
    selector: { matchLabels: Labels };
    template: Template;
    strategy: { canary?: { steps?: Step[]; trafficRouting?: object }; blueGreen?: object };
  };
  status: {
    phase?: string;
    message?: string;
    abort?: boolean;
    promoteFull?: boolean;
    observedGeneration?: string;
    stableRS?: string;
    currentPodHash?: string;
    currentStepIndex?: number;
    controllerPause?: boolean;
    pauseConditions?: { reason: string; startTime: string }[] | null;
    canary?: { weights?: { canary: { weight: number }; stable: { weight: number } } };
  };
};

export type Config = Kubernetes & { data: Labels };
export type Autoscaler = Kubernetes & {
  spec: { maxReplicas: number; scaleTargetRef: { kind: string; name: string } };
};

/** Whether an object with these labels is selected by those. */
export function isSelected(labels: Labels | undefined, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}
