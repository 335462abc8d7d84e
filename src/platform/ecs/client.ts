import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { checked, clientSettings } from '../../http/aws/client-settings.ts';
import { named } from '../../http/aws/through-door.ts';
import type { Http } from '../../http/door.ts';
import type { Around } from '../platform.ts';
import type { Address, Settings } from './address.ts';
import { Deployment, Described, Service } from './schema.ts';

export type Opened = { readonly http: Http; readonly settings: Settings; readonly around: Around };

export type Ecs = ReturnType<typeof ecsOf>;

/** As many of the latest as anybody looks at. */
const DEPLOYMENTS = 10;

/** Loaded when it is first used, and one client for what changes something, so that the door knows which is which. */
function loaderOf(opened: Opened, isRead: boolean) {
  const load = async () => {
    const sdk = await import('@aws-sdk/client-ecs');
    const endpoint = opened.settings.endpoints?.ecs;
    return { sdk, client: new sdk.ECSClient(clientSettings(opened, endpoint, isRead)) };
  };
  let loaded: ReturnType<typeof load> | null = null;
  type Loaded = Awaited<ReturnType<typeof load>>;
  return async <T>(what: string, Answer: z.ZodType<T>, ask: (by: Loaded) => Promise<unknown>): Promise<T> => {
    loaded ??= load();
    const by = await loaded;
    return checked(what, isRead, Answer, await named(`ecs ${what}`, isRead, () => ask(by)));
  };
}

type Of = Pick<Address, 'cluster' | 'service'>;

/** ECS as far as we use it, for one service: one call a method, every answer checked. */
export function ecsOf(opened: Opened, of: Of) {
  return { ...questionsOf(opened, of), ...changesOf(opened, of) };
}

function questionsOf(opened: Opened, { cluster, service }: Of) {
  const read = loaderOf(opened, true);
  return {
    /** @throws {Failed} `not-found` where there is none */
    service: async (): Promise<Service> => {
      const answer = await read('DescribeServices', Services, ({ sdk, client }) =>
        client.send(new sdk.DescribeServicesCommand({ cluster, services: [service] })),
      );
      const [found] = answer.services;
      if (found !== undefined) return found;
      const message = `ECS has no service ${service} in the cluster ${cluster}`;
      throw new Failed({ code: 'not-found', message, retryAfterMs: null });
    },
    /** Newest first. */
    deployments: async (): Promise<readonly Deployment[]> => {
      const { serviceDeployments: listed } = await read('ListServiceDeployments', Listed, ({ sdk, client }) =>
        client.send(new sdk.ListServiceDeploymentsCommand({ cluster, service, maxResults: DEPLOYMENTS })),
      );
      if (listed.length === 0) return [];
      const serviceDeploymentArns = listed.map(({ serviceDeploymentArn }) => serviceDeploymentArn);
      const { serviceDeployments } = await read(
        'DescribeServiceDeployments',
        Deployments,
        ({ sdk, client }) =>
          client.send(new sdk.DescribeServiceDeploymentsCommand({ serviceDeploymentArns })),
      );
      return serviceDeployments.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    },
    /** Which task definition each revision of the service runs. */
    revisions: async (arns: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      if (arns.length === 0) return new Map();
      const { serviceRevisions } = await read('DescribeServiceRevisions', Revisions, ({ sdk, client }) =>
        client.send(new sdk.DescribeServiceRevisionsCommand({ serviceRevisionArns: [...arns] })),
      );
      return new Map(
        serviceRevisions.map(({ serviceRevisionArn, taskDefinition }) => [
          serviceRevisionArn,
          taskDefinition,
        ]),
      );
    },
    taskDefinition: (taskDefinition: string): Promise<Described> =>
      read('DescribeTaskDefinition', Described, ({ sdk, client }) =>
        client.send(new sdk.DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
      ),
    /** The latest of a family, newest first. */
    latestOf: async (family: string): Promise<readonly string[]> => {
      const asked = { familyPrefix: family, sort: 'DESC', maxResults: DEPLOYMENTS } as const;
      const { taskDefinitionArns } = await read('ListTaskDefinitions', Arns, ({ sdk, client }) =>
        client.send(new sdk.ListTaskDefinitionsCommand(asked)),
      );
      return taskDefinitionArns;
    },
  };
}

function changesOf(opened: Opened, { cluster, service }: Of) {
  const change = loaderOf(opened, false);
  return {
    register: async (definition: object): Promise<string> => {
      // It is what ECS handed out itself, with another image.
      const { taskDefinition } = await change('RegisterTaskDefinition', Registered, ({ sdk, client }) =>
        client.send(new sdk.RegisterTaskDefinitionCommand(definition as never)),
      );
      return taskDefinition.taskDefinitionArn;
    },
    update: async (taskDefinition: string): Promise<void> => {
      await change('UpdateService', z.object({ service: z.object({}) }), ({ sdk, client }) =>
        client.send(new sdk.UpdateServiceCommand({ cluster, service, taskDefinition })),
      );
    },
    rollBack: async (serviceDeploymentArn: string): Promise<void> => {
      const asked = { serviceDeploymentArn, stopType: 'ROLLBACK' } as const;
      await change('StopServiceDeployment', z.object({}), ({ sdk, client }) =>
        client.send(new sdk.StopServiceDeploymentCommand(asked)),
      );
    },
  };
}

const Services = z.object({ services: z.array(Service) });
const Listed = z.object({
  serviceDeployments: z.array(z.object({ serviceDeploymentArn: z.string() })),
});
const Deployments = z.object({ serviceDeployments: z.array(Deployment) });
const Revisions = z.object({
  serviceRevisions: z.array(z.object({ serviceRevisionArn: z.string(), taskDefinition: z.string() })),
});
const Arns = z.object({ taskDefinitionArns: z.array(z.string()) });
const Registered = z.object({ taskDefinition: z.object({ taskDefinitionArn: z.string().min(1) }) });
