import type { Capabilities } from '../../core/capability.ts';
import type { Counters, Found, Intent, KnownVersion, Site, Standing } from '../platform.ts';
import { capabilities } from './capabilities.ts';
import type { Keeper } from './keeper.ts';
import { type Answer, BEGIN_WITHIN_MS } from './protocol.ts';
import { readService, type ServiceVersion, versionNamed } from './services-folder.ts';

export type SiteOptions = {
  readonly service: string;
  readonly environment: string;
  readonly servicesFolder: string;
  readonly keeper: Keeper;
  readonly nowMs: () => number;
};

/** Ending a release waits for its requests, then for its process. */
const RETIRE_DEADLINE_MS = 15_000;

/** One service in one environment of this machine. */
export function openSite({ service, environment, servicesFolder, keeper, nowMs }: SiteOptions): Site {
  const place = { service, environment };
  const order = () => ({ ...place, notAfterMs: nowMs() + BEGIN_WITHIN_MS });

  return {
    capabilities: async (): Promise<Capabilities> => capabilities,
    async versions(limit) {
      const { versions } = await readService(servicesFolder, service);
      return versions.slice(0, limit).map(known);
    },
    look: (): Promise<Standing> => keeper.call('look', () => place),
    async release({ id }: Intent, version) {
      const { name, commit } = versionNamed(
        service,
        await readService(servicesFolder, service),
        version.name,
      );
      return keeper.call('release', () => ({ ...order(), intentId: id, version: { name, commit } }));
    },
    async route(_intent, shares) {
      await keeper.call('route', () => ({ ...order(), shares: [...shares] }));
    },
    async retire(_intent, releaseId) {
      await keeper.call('retire', () => ({ ...order(), releaseId }), RETIRE_DEADLINE_MS);
    },
    async maintain(page) {
      await keeper.call('maintain', () => ({ ...order(), page }));
    },
    async find({ id }: Intent): Promise<Found> {
      const { releaseId } = await keeper.call('find', () => ({ ...place, intentId: id }));
      return releaseId === null ? { kind: 'absent' } : { kind: 'found', releaseId };
    },
    async logs(query) {
      return (await keeper.call('logs', () => ({ ...place, ...query }))).lines;
    },
    async measure(releaseId) {
      const { counters } = await keeper.call('measure', () => ({ ...place, releaseId }));
      return counters === null ? null : countersOf(counters);
    },
  };
}

function known({ name, commit, note, createdAt }: ServiceVersion): KnownVersion {
  return { name, commit, note, createdAtMs: createdAt === null ? null : Date.parse(createdAt) };
}

/** JSON has no infinity: the open end travels as null. */
function countersOf(counters: NonNullable<Answer<'measure'>['counters']>): Counters {
  const latencyBuckets = counters.latencyBuckets.map(({ upToMs, count }) => ({
    upToMs: upToMs ?? Number.POSITIVE_INFINITY,
    count,
  }));
  return { ...counters, latencyBuckets };
}
