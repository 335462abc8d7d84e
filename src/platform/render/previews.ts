import { createHash } from 'node:crypto';
import { Failed } from '../../core/failure.ts';
import type { Intent, Preview, Previews, StandingRelease } from '../platform.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import type { Deploy, Service } from './schema.ts';
import { standingOf } from './standing.ts';
import { imageOf, versionOf } from './version.ts';

type Parts = {
  readonly serviceId: string;
  readonly client: Client;
  /** The same for another service. */
  readonly clientFor: (serviceId: string) => Client;
  /** Throws when this kind of service is already known to have none. */
  readonly refuseByKind: () => void;
  readonly nowMs: () => number;
};

/** What it is called outside: by its form alone nothing else can be meant. */
const PreviewId = /^preview-(srv-[a-z0-9]{1,40})$/;

/**
 * Previews of a service that runs an image. Only a service whose parent is this one, by Render's own word read just
 * before, is ever deleted; no other id has the form of a preview's.
 */
export function previewsOf({ serviceId, client, clientFor, refuseByKind, nowMs }: Parts): Previews {
  const isOurs = (service: Service) =>
    service.id !== serviceId && service.serviceDetails?.parentServer?.id === serviceId;

  async function shown(service: Service): Promise<Preview> {
    const deploys = await clientFor(service.id).deploys(5);
    return previewOf(service, deploys, nowMs());
  }
  async function existing(ownerId: string): Promise<readonly Service[]> {
    return (await client.servicesOf(ownerId)).filter(isOurs);
  }

  return {
    async list() {
      refuseByKind();
      const { ownerId } = await client.service();
      return Promise.all((await existing(ownerId)).map(shown));
    },
    async create(intent, { version }) {
      refuseByKind();
      const service = await client.service();
      const { previews } = capabilitiesOf(service);
      const imagePath = imageOf(service, version.name);
      if (previews?.can !== true || imagePath === null) throw unsupported(previews);
      // The name is the only mark that a preview keeps: asked for again, it is there already.
      const name = nameOf(intent);
      const twin = (await existing(service.ownerId)).find((one) => one.name === name);
      if (twin !== undefined) return shown(twin);
      const made = await client.createPreview({ imagePath, name });
      return previewOf({ ...made.service, imagePath: made.service.imagePath ?? imagePath }, [], nowMs());
    },
    async destroy(_intent, previewId) {
      const id = PreviewId.exec(previewId)?.[1];
      if (id === undefined || id === serviceId) throw notOne(previewId);
      if (!isOurs(await client.otherService(id))) throw notOne(previewId);
      await client.deleteService(id);
    },
  };
}

function previewOf(service: Service, deploys: readonly Deploy[], atMs: number): Preview {
  const newest: StandingRelease | undefined = standingOf(service, deploys, atMs).releases[0];
  return {
    id: `preview-${service.id}`,
    version: versionOf({
      id: service.id,
      commit: null,
      image: service.imagePath === undefined ? null : { ref: service.imagePath },
    }),
    health: newest?.health ?? 'starting',
    url: service.serviceDetails?.url ?? null,
    owner: null,
    createdAtMs: service.createdAt === undefined ? null : Date.parse(service.createdAt),
    cost: null,
  };
}

function nameOf({ id }: Intent): string {
  return `slipway-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

function unsupported(previews: ReturnType<typeof capabilitiesOf>['previews']): Failed {
  const message = previews?.can === false ? previews.say : 'Render makes no previews of this service';
  return new Failed({ code: 'unsupported', message, retryAfterMs: null });
}

function notOne(previewId: string): Failed {
  const message = `${previewId} is no preview of this service: only previews can be destroyed`;
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}
