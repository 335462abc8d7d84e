import { z } from 'zod';
import type { Capabilities } from '../../src/core/capability.ts';
import { Failed } from '../../src/core/failure.ts';
import type { Http } from '../../src/http/door.ts';
import { path } from '../../src/http/path.ts';
import type {
  Around,
  Health,
  Platform,
  Site,
  Standing,
  StandingRelease,
} from '../../src/platform/platform.ts';

/** The adapter of a platform that does not exist; it is here so that the suite is held against somebody honest. */
const Address = z.strictObject({ service: z.string().regex(/^[a-z]{1,20}$/) });
const Deploy = z.object({
  id: z.string(),
  version: z.string(),
  status: z.string(),
  marker: z.string().nullable(),
});
type Deploy = z.infer<typeof Deploy>;

const SETTLE_MS = 100;
export const LIMIT = { perMinute: 300, reserved: 30 } as const;
const no = (say: string) => ({ can: false, why: 'platform', say }) as const;

const capabilities: Capabilities = {
  staged: no('Pretend keeps one version at a time.'),
  replace: { can: true, how: { how: 'Pretend swaps it in one go', canCancel: true }, caveats: [] },
  traffic: no('Pretend gives everything to one version.'),
  rollback: {
    can: true,
    how: { kind: 'start-kept-artefact', how: 'starts it again', horizon: 'the last ten', leaves: [] },
    caveats: [],
  },
  logs: no('Pretend keeps no logs.'),
  metrics: no('Pretend counts nothing.'),
  maintenance: no('Pretend has no such page.'),
  once: { kind: 'key', settleMs: SETTLE_MS },
};

export function openPretend(url: string, around: Around): Platform {
  const http = around.door({ baseUrl: url, limit: LIMIT });
  return {
    id: 'pretend',
    summary: 'Replaces one version by another, in memory',
    Address,
    site: ({ address }, urgency) =>
      siteOf(urgency === 'urgent' ? http.urgent : http, Address.parse(address).service, around),
    close: async () => undefined,
  };
}

function siteOf(http: Http, service: string, { clock }: Around): Site {
  const deploys = () => http.get(path`/services/${service}/deploys`, z.array(Deploy));
  const start = async (body: object) => {
    const { id } = await http.post(path`/services/${service}/deploys`, body, Deploy);
    return { releaseId: id };
  };
  const unsupported = async (): Promise<never> => {
    throw new Failed({ code: 'unsupported', message: 'Pretend cannot do that', retryAfterMs: null });
  };
  return {
    capabilities: async () => capabilities,
    versions: (limit) => http.get('/versions', Versions, { limit }),
    look: async () => standing(await deploys(), clock.nowMs()),
    release: unsupported,
    route: unsupported,
    retire: unsupported,
    replace: (intent, { name }) => start({ version: name, marker: intent.id }),
    async restore(intent, back) {
      const all = await deploys();
      for (const { id } of all.filter(({ status }) => healthOf(status) === 'starting')) {
        await http.post(path`/deploys/${id}/cancel`, undefined, Deploy);
      }
      const isServing = all.some(({ id, status }) => id === back.releaseId && healthOf(status) === 'healthy');
      if (isServing) return { releaseId: back.releaseId };
      return start({ version: back.version.name, marker: intent.id, from: back.releaseId });
    },
    async find(intent) {
      const ours = (await deploys()).find(({ marker }) => marker === intent.id);
      return ours === undefined ? { kind: 'absent' } : { kind: 'found', releaseId: ours.id };
    },
    maintain: unsupported,
    logs: unsupported,
    measure: async () => null,
  };
}

const Versions = z.array(
  z
    .object({ name: z.string() })
    .transform(({ name }) => ({ name, commit: null, note: null, createdAtMs: null })),
);

const words = new Map<string, Health>([
  ['queued', 'starting'],
  ['building', 'starting'],
  ['live', 'healthy'],
  ['replaced', 'gone'],
  ['failed', 'gone'],
  ['cancelled', 'gone'],
]);
const healthOf = (status: string): Health => words.get(status) ?? 'unknown';

function standing(deploys: readonly Deploy[], atMs: number): Standing {
  const releases = deploys.map(
    ({ id, version, status, marker }): StandingRelease => ({
      releaseId: id,
      version: { name: version, commit: null },
      trafficPercent: healthOf(status) === 'healthy' ? 100 : 0,
      health: healthOf(status),
      say: status,
      url: null,
      intentId: marker,
    }),
  );
  return { atMs, frontDoor: null, releases };
}
