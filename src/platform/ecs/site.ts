import { Failed } from '../../core/failure.ts';
import type { Found, Intent, KnownVersion, Setting, Site, Sought } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import { word } from '../shell.ts';
import type { Address } from './address.ts';
import type { Alone } from './alone.ts';
import { type Book, openBook } from './book.ts';
import { capabilitiesOf, noLogs, noStaging, noTraffic } from './capabilities.ts';
import type { Ecs } from './client.ts';
import { intentOf, nextOf, shortName, versionOf } from './definition.ts';
import type { Deployment, Service } from './schema.ts';
import { isUnderWay, type Names, standingOf } from './standing.ts';

export type SiteParts = {
  readonly serviceId: string;
  readonly region: string;
  readonly address: Address;
  readonly ecs: Ecs;
  readonly alone: Alone;
  readonly nowMs: () => number;
};

/** How far AWS's clock and the database's may be apart without a deployment being overlooked. */
const SKEW_MS = 120_000;

/** One service of ECS. */
export function openSite({ serviceId, region, address, ecs, alone, nowMs }: SiteParts): Site {
  const book = openBook(ecs);
  const unsupported = async (message: string): Promise<never> => {
    throw new Failed({ code: 'unsupported', message, retryAfterMs: null });
  };
  const namesOf = (found: Book) => ({
    taskDefinitionOf: (arn: string) => found.revisions.get(arn) ?? null,
    versionOf: (arn: string) => versionOf(found.definition(arn), address),
    intentOf: (arn: string) => intentOf(found.definition(arn)),
  });

  async function see() {
    const [service, deployments] = await Promise.all([ecs.service(), ecs.deployments()]);
    return { service, deployments, found: await book.read(service, deployments) };
  }

  return {
    capabilities: async () => capabilitiesOf(await ecs.service()),
    async versions(limit) {
      const { service, deployments, found } = await see();
      return knownVersions(service, deployments, namesOf(found)).slice(0, limit);
    },
    async look() {
      const { service, deployments, found } = await see();
      return standingOf(service, deployments, namesOf(found), address.url ?? null, nowMs());
    },
    // https://docs.aws.amazon.com/cli/latest/reference/ecs/update-service.html
    byHand: ({ releaseId }) =>
      `aws ecs update-service --region ${region} --cluster ${address.cluster} --service ${address.service} --task-definition ${word(releaseId)}`,
    release: () => unsupported(noStaging),
    route: () => unsupported(noTraffic),
    retire: () => unsupported(noStaging),
    async replace(intent, version) {
      const service = await ecs.service();
      const { replace } = capabilitiesOf(service);
      if (replace?.can === false) return unsupported(replace.say);
      const now = await ecs.taskDefinition(service.taskDefinition);
      const next = nextOf(now, address, intent, version);
      // Two at once would not see what the other one registers.
      const made = await alone(async () => (await book.carrying(intent, now)) ?? ecs.register(next));
      // Said twice it is the same: ECS begins nothing for a task definition that it runs already.
      if (made !== service.taskDefinition) await ecs.update(made);
      return { releaseId: shortName(made) };
    },
    async restore(_intent, back) {
      const { service, deployments, found } = await see();
      const [newest] = deployments;
      if (newest !== undefined && isUnderWay(newest)) {
        const came = newest.sourceServiceRevisions.map(({ arn }) => found.revisions.get(arn) ?? '');
        const isFromThere = came.some((arn) => shortName(arn) === back.releaseId);
        if (isFromThere && (await rollsBack(ecs, newest))) return { releaseId: back.releaseId };
      }
      if (shortName(service.taskDefinition) !== back.releaseId) await ecs.update(back.releaseId);
      return { releaseId: back.releaseId };
    },
    async find(intent, sought) {
      if (sought.doing === 'release') return { kind: 'absent' };
      const { service, deployments, found } = await see();
      if (sought.doing === 'restore') return foundBack(deployments, namesOf(found), sought);
      return foundNew(service, deployments, namesOf(found), intent);
    },
    settings: () => settingsOf(serviceId, address, ecs),
    logs: () => unsupported(noLogs),
    measure: async () => null,
  };
}

async function settingsOf(serviceId: string, address: Address, ecs: Ecs): Promise<Setting[]> {
  const { taskDefinition } = await ecs.service();
  const { containerDefinitions } = (await ecs.taskDefinition(taskDefinition)).taskDefinition;
  const container = containerDefinitions.find(({ name }) => name === address.container);
  const plain = (container?.environment ?? []).map(
    ({ name, value = '' }): Setting => ({
      key: name,
      isSecret: false,
      hash: settingHash(serviceId, name, value),
    }),
  );
  const secret = (container?.secrets ?? []).map(
    ({ name }): Setting => ({ key: name, isSecret: true, hash: null }),
  );
  return [...plain, ...secret];
}

/** False when it ended in between, so that there is nothing to roll back any more. */
async function rollsBack(ecs: Ecs, deployment: Deployment): Promise<boolean> {
  const { status = '' } = deployment;
  if (/^(?:ROLLBACK|STOP)_/.test(status)) return true;
  return ecs.rollBack(deployment.serviceDeploymentArn).then(
    () => true,
    (error: unknown) => {
      const code = error instanceof Failed ? error.failure.code : null;
      if (code === 'conflict' || code === 'rejected' || code === 'not-found') return false;
      throw error;
    },
  );
}

/** One that was registered and given to nobody is no release yet: the same call goes on with it. */
function foundNew(service: Service, deployments: readonly Deployment[], names: Names, { id }: Intent): Found {
  const targets = deployments.map(({ targetServiceRevision: target }) =>
    names.taskDefinitionOf(target?.arn ?? ''),
  );
  const all = [service.taskDefinition, ...targets.flatMap((arn) => arn ?? [])];
  const made = all.find((arn) => names.intentOf(arn) === id);
  return made === undefined ? { kind: 'absent' } : { kind: 'found', releaseId: shortName(made) };
}

/** A going back carries no mark: it is the newest deployment, and goes to the version, or is rolled back to it. */
function foundBack(deployments: readonly Deployment[], names: Names, { version, sinceMs }: Sought): Found {
  const [newest] = deployments;
  if (newest === undefined) return { kind: 'absent' };
  const isRolledBack = /^(?:ROLLBACK|STOP)_/.test(newest.status ?? '');
  const isSince = newest.createdAt.getTime() >= sinceMs - SKEW_MS;
  const target = isSince ? [newest.targetServiceRevision?.arn ?? ''] : [];
  const arns = isRolledBack ? newest.sourceServiceRevisions.map(({ arn }) => arn) : target;
  const back = arns
    .flatMap((arn) => names.taskDefinitionOf(arn) ?? [])
    .find((arn) => names.versionOf(arn).name === version.name);
  return back === undefined ? { kind: 'absent' } : { kind: 'found', releaseId: shortName(back) };
}

function knownVersions(service: Service, deployments: readonly Deployment[], names: Names): KnownVersion[] {
  const newest = new Map<string, KnownVersion>();
  const note = (arn: string | null, createdAtMs: number | null) => {
    if (arn === null) return;
    const version = names.versionOf(arn);
    if (!newest.has(version.name))
      newest.set(version.name, { ...version, note: shortName(arn), createdAtMs });
  };
  for (const { targetServiceRevision: target, createdAt } of deployments) {
    note(names.taskDefinitionOf(target?.arn ?? ''), createdAt.getTime());
  }
  note(service.taskDefinition, null);
  return [...newest.values()];
}
