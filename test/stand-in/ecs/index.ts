import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { type Definition, Fleet, IMAGE, isOpen, type Rollout, SERVICE } from './state.ts';

export { CLUSTER, IMAGE, SERVICE } from './state.ts';

export type EcsStandIn = StandIn & { readonly fleet: Fleet };

/**
 * ECS as far as we use it, over its JSON protocol: which operation is in a header. AWS publishes no description of that
 * kind, so that none is held against it; its own client writes the requests and reads the answers.
 */
export async function openEcs(): Promise<EcsStandIn> {
  const fleet = new Fleet();
  fleet.register({
    family: 'shop',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc',
    runtimePlatform: { cpuArchitecture: 'ARM64' },
    containerDefinitions: [
      {
        name: 'web',
        image: `${IMAGE}:first`,
        essential: true,
        environment: [{ name: 'MODE', value: 'fast' }],
        secrets: [
          { name: 'PASSWORD', valueFrom: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:x' },
        ],
        portMappings: [{ containerPort: 3000, protocol: 'tcp' }],
      },
      { name: 'proxy', image: 'registry.example/proxy:7', essential: false },
    ],
    tags: [{ key: 'team', value: 'shops' }],
  });
  const standIn = await openStandIn({
    spec: null,
    basePath: '',
    handle: (call) => handle(fleet, call),
  });
  return { ...standIn, fleet };
}

const JSON_TYPE = 'application/x-amz-json-1.1';
const said = (json: unknown): Answer => ({ status: 200, type: JSON_TYPE, json });
const refused = (type: string, message: string): Answer => ({
  status: 400,
  type: JSON_TYPE,
  json: { __type: type, message },
});

/** `DescribeServices`, of an operation of ECS. */
export function operationOf({ headers }: Call): string {
  return (headers['x-amz-target'] ?? '').split('.')[1] ?? '';
}

function handle(fleet: Fleet, call: Call): Answer {
  const target = call.headers['x-amz-target'] ?? '';
  if (!target.startsWith('AmazonEC2ContainerServiceV20141113.')) return refused('UnknownOperation', target);
  const isSigned = /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/ecs\//.test(
    call.headers['authorization'] ?? '',
  );
  if (!isSigned) return refused('UnrecognizedClientException', 'The security token is invalid.');
  const asked = JSON.parse(call.raw.toString('utf8')) as Asked;
  const answer = answers[operationOf(call)];
  return answer === undefined ? refused('UnknownOperation', target) : answer(fleet, asked);
}

type Asked = Record<string, unknown>;

const answers: Readonly<Record<string, (fleet: Fleet, asked: Asked) => Answer>> = {
  DescribeServices: (fleet, { services }) => {
    const isKnown = (services as string[]).includes(SERVICE);
    return said({ services: isKnown ? [serviceOf(fleet)] : [], failures: [] });
  },
  ListServiceDeployments: ({ rollouts }) =>
    said({ serviceDeployments: rollouts.slice(0, 10).map(({ arn }) => ({ serviceDeploymentArn: arn })) }),
  DescribeServiceDeployments: ({ rollouts, desired }, { serviceDeploymentArns }) => {
    const arns = serviceDeploymentArns as string[];
    const asked = rollouts.filter(({ arn }) => arns.includes(arn));
    return said({ serviceDeployments: asked.map((rollout) => rolloutOf(rollout, desired)), failures: [] });
  },
  DescribeServiceRevisions: ({ rollouts }, { serviceRevisionArns }) => {
    const arns = serviceRevisionArns as string[];
    const asked = rollouts.filter(({ revisionArn }) => arns.includes(revisionArn));
    const json = asked.map(({ revisionArn, definition }) => ({
      serviceRevisionArn: revisionArn,
      taskDefinition: definition.arn,
    }));
    return said({ serviceRevisions: json, failures: [] });
  },
  DescribeTaskDefinition: (fleet, { taskDefinition }) => {
    const found = fleet.byName(String(taskDefinition));
    return found === undefined
      ? refused('ClientException', 'Unable to describe task definition.')
      : said({ taskDefinition: found.json, tags: found.tags });
  },
  ListTaskDefinitions: ({ definitions }) =>
    said({
      taskDefinitionArns: definitions
        .map(({ arn }) => arn)
        .toReversed()
        .slice(0, 10),
    }),
  RegisterTaskDefinition: (fleet, asked) => {
    const { json, tags } = fleet.register(asked);
    return said({ taskDefinition: json, tags });
  },
  UpdateService: (fleet, { taskDefinition }) => {
    const found = fleet.byName(String(taskDefinition));
    if (found === undefined || fleet.inactive.has(found.arn)) {
      return refused('ClientException', 'TaskDefinition is inactive');
    }
    fleet.update(found);
    return said({ service: serviceOf(fleet) });
  },
  StopServiceDeployment: (fleet, { serviceDeploymentArn, stopType }) => {
    const found = fleet.rollouts.find(({ arn }) => arn === serviceDeploymentArn);
    if (found === undefined || !isOpen(found) || stopType !== 'ROLLBACK') {
      return refused('ConflictException', 'The service deployment has ended.');
    }
    fleet.rollBack(found);
    return said({ serviceDeploymentArn });
  },
};

function serviceOf(fleet: Fleet) {
  const definition = fleet.current() as Definition;
  const serving = fleet.serving();
  return {
    serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/shops/shop',
    status: 'ACTIVE',
    taskDefinition: definition.arn,
    desiredCount: fleet.desired,
    runningCount: serving === null ? 0 : fleet.desired,
    deploymentController: { type: fleet.controller },
    deploymentConfiguration: { strategy: fleet.strategy },
    deployments: [],
  };
}

function rolloutOf(rollout: Rollout, desired: number) {
  const { arn, status, reason, stage, createdAtS, source, runningTasks, weight, revisionArn } = rollout;
  const isBack = status.startsWith('ROLLBACK');
  return {
    serviceDeploymentArn: arn,
    status,
    ...(reason === '' ? {} : { statusReason: reason }),
    ...(stage === '' ? {} : { lifecycleStage: stage }),
    createdAt: createdAtS,
    sourceServiceRevisions:
      source === null || status === 'SUCCESSFUL'
        ? []
        : [{ arn: source.revisionArn, requestedTaskCount: desired, runningTaskCount: desired }],
    targetServiceRevision: {
      arn: revisionArn,
      requestedTaskCount: desired,
      runningTaskCount: runningTasks,
      ...(weight === null ? {} : { requestedProductionTrafficWeight: weight }),
    },
    ...(isBack && source !== null ? { rollback: { reason, serviceRevisionArn: source.revisionArn } } : {}),
  };
}
