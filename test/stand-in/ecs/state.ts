export const IMAGE = 'registry.example/shop';
export const CLUSTER = 'shops';
export const SERVICE = 'shop';
const ACCOUNT = 'arn:aws:ecs:eu-central-1:123456789012';

export type Definition = {
  readonly arn: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
};

export type Rollout = {
  readonly arn: string;
  readonly definition: Definition;
  readonly source: Rollout | null;
  readonly createdAtS: number;
  readonly revisionArn: string;
  status: string;
  reason: string;
  stage: string;
  runningTasks: number;
  weight: number | null;
};

/** One service of ECS: three tasks that come up when they are told to. */
export class Fleet {
  readonly definitions: Definition[] = [];
  /** Newest first. */
  readonly rollouts: Rollout[] = [];
  readonly inactive = new Set<string>();
  strategy = 'ROLLING';
  desired = 3;
  controller = 'ECS';
  #made = 0;

  register(asked: Record<string, unknown>): Definition {
    const { tags = [], ...json } = asked;
    const revision = this.definitions.length + 1;
    const arn = `${ACCOUNT}:task-definition/${String(json['family'])}:${revision}`;
    const told = { ...json, taskDefinitionArn: arn, revision, status: 'ACTIVE', registeredAt: 1_700_000_000 };
    const definition = { arn, json: told, tags: tags as Definition['tags'] };
    this.definitions.push(definition);
    return definition;
  }

  byName(name: string): Definition | undefined {
    return this.definitions.find(({ arn }) => arn === name || arn.endsWith(`/${name}`));
  }

  /** What all three tasks run, once whatever was under way has ended. */
  serving(): Rollout | null {
    return this.rollouts.find(({ status }) => status === 'SUCCESSFUL') ?? null;
  }

  current(): Definition | undefined {
    const [newest] = this.rollouts;
    if (newest?.status === 'ROLLBACK_SUCCESSFUL') return newest.source?.definition;
    return newest?.definition ?? this.definitions[0];
  }

  update(definition: Definition): void {
    if (definition === this.current() && this.rollouts[0]?.status !== 'STOPPED') return;
    for (const rollout of this.rollouts) {
      if (isOpen(rollout)) Object.assign(rollout, { status: 'STOPPED', reason: 'another deployment began' });
    }
    this.#made += 1;
    const source = this.serving();
    this.rollouts.unshift({
      arn: `${ACCOUNT}:service-deployment/${CLUSTER}/${SERVICE}/dep${this.#made}`,
      revisionArn: `${ACCOUNT}:service-revision/${CLUSTER}/${SERVICE}/rev${this.#made}`,
      definition,
      source,
      createdAtS: Date.now() / 1_000 + this.#made / 1_000,
      status: 'IN_PROGRESS',
      reason: '',
      stage: 'SCALE_UP',
      runningTasks: 0,
      weight: this.strategy === 'ROLLING' ? null : 0,
    });
  }

  rollBack(rollout: Rollout): void {
    Object.assign(rollout, { status: 'ROLLBACK_IN_PROGRESS', reason: 'somebody asked for it' });
  }

  settle(): void {
    const [newest] = this.rollouts;
    if (newest === undefined || !isOpen(newest)) return;
    const image = JSON.stringify(newest.definition.json);
    const isCrashing = image.includes(':crashing"');
    if (newest.status === 'ROLLBACK_IN_PROGRESS' || isCrashing) {
      newest.status = 'ROLLBACK_SUCCESSFUL';
      newest.reason ||= 'ECS deployment circuit breaker: tasks failed to start';
      newest.runningTasks = 0;
      return;
    }
    Object.assign(newest, { status: 'SUCCESSFUL', stage: '', runningTasks: this.desired });
  }
}

export function isOpen({ status }: Rollout): boolean {
  return /PENDING|IN_PROGRESS|REQUESTED/.test(status);
}
