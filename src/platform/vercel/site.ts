import type { Can, Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import { isSameVersion, type Version } from '../../core/plan.ts';
import type { Found, Intent, KnownVersion, LogLine, LogQuery, Site, Sought } from '../platform.ts';
import { readEvents } from './build-log.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import { restore, retire, route } from './move.ts';
import { previewsOf } from './previews.ts';
import { existing, readStanding, readTraffic } from './read.ts';
import { build, findRelease, findRestored } from './release.ts';
import type { Deployment } from './schema.ts';
import { settingsOf } from './settings.ts';
import { subjectOf, versionOf } from './version.ts';

export type SiteParts = {
  /** What we call it: `web/production`. */
  readonly target: string;
  readonly client: Client;
  /** Builds that are being asked for at this moment, by the name of the call. */
  readonly underway: Map<string, Promise<{ readonly releaseId: string }>>;
  readonly nowMs: () => number;
  readonly redact: (text: string) => string;
};

const EVENTS_MAX = 2_000;
/** How a project is set up changes seldom: what it could not do just now is refused without asking again. */
const REMEMBERED_MS = 10_000;

/** The production of one project of Vercel: one environment of one service. */
export function openSite({ target, client, underway, nowMs, redact }: SiteParts): Site {
  let known: { readonly said: Capabilities; readonly atMs: number } | null = null;
  const refuseKnown = (what: 'staged' | 'replace' | 'rollback' | 'traffic' | 'previews') => {
    if (known === null || nowMs() - known.atMs > REMEMBERED_MS) return;
    refuseUnless(known.said[what]);
  };

  async function begin(what: 'staged' | 'replace', intent: Intent, version: Version) {
    const project = await client.project();
    // Read anew: where domains are assigned by themselves, what was to be staged would serve everybody.
    refuseUnless(capabilitiesOf(project)[what]);
    const { id } = await build(client, project, intent, version, { target: 'production', nowMs: nowMs() });
    return { releaseId: id };
  }

  /** The same call twice at once is one call: until the first has been answered nobody could find it by its mark. */
  function make(what: 'staged' | 'replace', intent: Intent, version: Version) {
    const made =
      underway.get(intent.id) ?? begin(what, intent, version).finally(() => underway.delete(intent.id));
    underway.set(intent.id, made);
    return made;
  }

  return {
    async capabilities() {
      const project = await client.project();
      const said = capabilitiesOf(project);
      known = { said, atMs: nowMs() };
      return said;
    },
    async versions(limit) {
      const deployments = await client.deployments({ target: 'production' });
      return onePerVersion(deployments.filter(({ readyState }) => readyState === 'READY')).slice(0, limit);
    },
    look: () => readStanding(client, nowMs),
    byHand: ({ releaseId }) => `vercel rollback ${releaseId}`,
    async release(intent, version) {
      refuseKnown('staged');
      return make('staged', intent, version);
    },
    async route(_intent, shares) {
      refuseKnown('traffic');
      await route(client, shares);
    },
    async retire(_intent, releaseId) {
      refuseKnown('staged');
      await retire(client, releaseId);
    },
    async replace(intent, version) {
      refuseKnown('replace');
      return make('replace', intent, version);
    },
    async restore(_intent, back) {
      refuseKnown('rollback');
      return restore(client, back);
    },
    find: (intent, sought) =>
      sought.doing === 'restore' ? restored(client, sought) : findRelease(client, intent, sought),
    settings: async () => settingsOf(target, await client.environment()),
    previews: previewsOf(client, nowMs),
    async logs(query) {
      return (await logsOf(client, query)).map((line) => ({ ...line, text: redact(line.text) }));
    },
    measure: async () => null,
  };
}

async function restored(client: Client, sought: Sought): Promise<Found> {
  const project = await client.project();
  const id = project.lastAliasRequest?.toDeploymentId ?? null;
  const target = id === null ? null : await existing(client, id);
  const isSame = target !== null && isSameVersion(versionOf(target), sought.version);
  return findRestored(project, target, sought, isSame);
}

/** Of one release, or of what serves. */
async function logsOf(
  client: Client,
  { releaseId, sinceMs, linesMax, contains, level }: LogQuery,
): Promise<LogLine[]> {
  const ids = releaseId === null ? [...(await readTraffic(client)).traffic.shares.keys()] : [releaseId];
  const lines: LogLine[] = [];
  for (const id of ids) {
    const deployment = await existing(client, id);
    if (deployment === null) continue;
    lines.push(...readEvents(await client.buildEvents(id, EVENTS_MAX), versionOf(deployment).name));
  }
  return lines
    .filter(
      (line) =>
        line.atMs >= sinceMs &&
        (contains === null || line.text.includes(contains)) &&
        (level === null || line.level === level),
    )
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-linesMax);
}

function onePerVersion(deployments: readonly Deployment[]): KnownVersion[] {
  const newest = new Map<string, KnownVersion>();
  for (const deployment of deployments) {
    const version = versionOf(deployment);
    if (newest.has(version.name)) continue;
    newest.set(version.name, { ...version, note: subjectOf(deployment), createdAtMs: deployment.createdAt });
  }
  return [...newest.values()];
}

function refuseUnless(can: Can<unknown> | undefined): void {
  if (can?.can !== false) return;
  throw new Failed({ code: 'unsupported', message: can.say, retryAfterMs: null });
}
