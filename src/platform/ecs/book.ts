import { Failed } from '../../core/failure.ts';
import type { Intent } from '../platform.ts';
import type { Ecs } from './client.ts';
import { intentOf } from './definition.ts';
import type { Deployment, Described, Service } from './schema.ts';

/** What the names in deployments stand for. */
export type Book = {
  /** The task definition that a revision of the service runs. */
  readonly revisions: ReadonlyMap<string, string>;
  definition(arn: string): Described;
};

/** A revision and a task definition never change, so that each is asked for once. */
export function openBook(ecs: Ecs) {
  const revisions = new Map<string, string>();
  const definitions = new Map<string, Described>();

  async function learn(arns: readonly string[]): Promise<void> {
    const fresh = [...new Set(arns)].filter((arn) => !definitions.has(arn));
    await Promise.all(fresh.map(async (arn) => definitions.set(arn, await ecs.taskDefinition(arn))));
  }

  return {
    async read(service: Service, deployments: readonly Deployment[]): Promise<Book> {
      const named = deployments.flatMap(
        ({ targetServiceRevision: target, sourceServiceRevisions: sources }) => [
          ...(target === undefined ? [] : [target.arn]),
          ...sources.map(({ arn }) => arn),
        ],
      );
      const fresh = [...new Set(named)].filter((arn) => !revisions.has(arn));
      for (let at = 0; at < fresh.length; at += ASKED_AT_ONCE) {
        for (const [arn, one] of await ecs.revisions(fresh.slice(at, at + ASKED_AT_ONCE)))
          revisions.set(arn, one);
      }
      const ofService = service.deployments.map(({ taskDefinition }) => taskDefinition);
      const ofRevisions = named.flatMap((arn) => revisions.get(arn) ?? []);
      await learn([service.taskDefinition, ...ofService, ...ofRevisions]);
      return {
        revisions,
        definition(arn) {
          const known = definitions.get(arn);
          if (known !== undefined) return known;
          const message = `ECS names the task definition ${arn.slice(0, 120)} and does not describe it`;
          throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
        },
      };
    },
    /** What this very intent has registered already, among the latest of the same family. */
    async carrying(intent: Intent, { taskDefinition }: Described): Promise<string | null> {
      const latest = await ecs.latestOf(taskDefinition.family);
      await learn(latest);
      return latest.find((arn) => intentOf(definitions.get(arn) ?? NOTHING) === intent.id) ?? null;
    },
  };
}

const ASKED_AT_ONCE = 20;
const NOTHING: Described = {
  taskDefinition: { taskDefinitionArn: 'none', family: 'none', revision: 1, containerDefinitions: [] },
  tags: [],
};
