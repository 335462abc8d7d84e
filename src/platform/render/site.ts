import type { Can, Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { KnownVersion, Setting, Site } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import { readLogs } from './logs.ts';
import { previewsOf } from './previews.ts';
import { restore } from './restore.ts';
import type { Deploy, Service } from './schema.ts';
import { candidatesOf, foundAmong, SKEW_MS } from './search.ts';
import { standingOf, wasLive } from './standing.ts';
import { imageOf, versionOf } from './version.ts';

export type SiteParts = {
  readonly serviceId: string;
  readonly client: Client;
  readonly clientFor: (serviceId: string) => Client;
  readonly nowMs: () => number;
  readonly redact: (text: string) => string;
};

const DEPLOYS = 20;

/** One service of Render: one environment of one of ours. */
export function openSite({ serviceId, client, clientFor, nowMs, redact }: SiteParts): Site {
  /** What kind of service it is does not change: what its kind cannot is refused without asking again. */
  let known: Capabilities | null = null;
  const refuseByKind = (what: 'replace' | 'logs' | 'maintenance' | 'previews') => {
    const can = known?.[what];
    if (can?.can === false && can.why === 'platform') throw unsupported(can.say);
  };

  return {
    async capabilities() {
      known = capabilitiesOf(await client.service());
      return known;
    },
    async versions(limit) {
      const deploys = (await client.deploys(100)).filter(wasLive);
      return onePerVersion(deploys).slice(0, limit);
    },
    async look() {
      const [service, deploys] = await Promise.all([client.service(), client.deploys(DEPLOYS)]);
      const isLiveAmong = deploys.some(({ status }) => status === 'live');
      const older = isLiveAmong ? [] : await client.deploys(1, { status: 'live' });
      return standingOf(service, [...deploys, ...older], nowMs());
    },
    release: async () =>
      Promise.reject(unsupported('Render brings a version up only in the place of another')),
    route: async () => Promise.reject(unsupported('Render gives a service all of its traffic or none')),
    retire: async () =>
      Promise.reject(unsupported('Render takes a version away only by putting another in its place')),
    async replace(_intent, version) {
      refuseByKind('replace');
      const [service, before] = await Promise.all([client.service(), client.deploys(DEPLOYS)]);
      refuseUnless(capabilitiesOf(service).replace);
      const sentAtMs = nowMs();
      const deploy = await client.startDeploy(wantedOf(service, version));
      return { releaseId: deploy?.id ?? (await queuedAs(client, version, sentAtMs, before)) };
    },
    async restore(_intent, back) {
      if (serviceId.startsWith('crn-')) throw unsupported('Render rolls no cron job back');
      return restore(client, back);
    },
    async find(_intent, sought) {
      if (sought.doing === 'release') return { kind: 'absent' };
      return foundAmong(await client.deploysSince(sought.sinceMs - SKEW_MS), sought);
    },
    async maintain(page) {
      refuseByKind('maintenance');
      const service = await client.service();
      refuseUnless(capabilitiesOf(service).maintenance);
      const { enabled = false, uri = '' } = service.serviceDetails?.maintenanceMode ?? {};
      if (enabled !== (page !== null)) await client.setMaintenance({ enabled: page !== null, uri });
    },
    async settings() {
      return (await client.envVars()).map((one) => settingOf(serviceId, one));
    },
    previews: previewsOf({
      serviceId,
      client,
      clientFor,
      nowMs,
      refuseByKind: () => refuseByKind('previews'),
    }),
    async logs(query) {
      refuseByKind('logs');
      const service = await client.service();
      refuseUnless(capabilitiesOf(service).logs);
      return (await readLogs(client, service, query)).map((line) => ({ ...line, text: redact(line.text) }));
    },
    measure: async () => null,
  };
}

/** @throws {Failed} `rejected` for a version without what Render needs to know */
function wantedOf(service: Service, { name, commit }: Version) {
  const imageUrl = imageOf(service, name);
  if (imageUrl !== null) return { imageUrl };
  if (commit !== null) return { commitId: commit };
  const message = `Render builds commits, and nobody said which one ${name} is`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

/**
 * Render answered that it has queued the deploy and did not say which one it is. What was not there before, was started
 * over the API and is of this version, is it. @throws {Failed} `outcome-unknown` until exactly one is to be seen
 */
async function queuedAs(
  client: Client,
  version: Version,
  sentAtMs: number,
  before: readonly Deploy[],
): Promise<string> {
  const seen = new Set(before.map(({ id }) => id));
  const deploys = await client.deploysSince(sentAtMs - SKEW_MS).catch((error: unknown) => {
    if (error instanceof Failed) return [];
    throw error;
  });
  const fresh = candidatesOf(deploys, { doing: 'replace', version, sinceMs: sentAtMs }).filter(
    ({ id }) => !seen.has(id),
  );
  const [only] = fresh;
  if (only !== undefined && fresh.length === 1) return only.id;
  const message = `Render has queued the deploy of ${version.name} and does not show it yet`;
  throw new Failed({ code: 'outcome-unknown', message, retryAfterMs: 5_000 });
}

function onePerVersion(deploys: readonly Deploy[]): KnownVersion[] {
  const newest = new Map<string, KnownVersion>();
  for (const deploy of deploys) {
    const version = versionOf(deploy);
    const note = deploy.commit?.message?.split('\n')[0] ?? null;
    const createdAtMs = deploy.createdAt === undefined ? null : Date.parse(deploy.createdAt);
    if (!newest.has(version.name)) newest.set(version.name, { ...version, note, createdAtMs });
  }
  return [...newest.values()];
}

/** Render does not say which of them are secrets, so that each counts as one. */
function settingOf(serviceId: string, { key, value }: { key: string; value: string }): Setting {
  return { key, isSecret: true, hash: settingHash(serviceId, key, value) };
}

function refuseUnless(can: Can<unknown> | undefined): void {
  if (can?.can === false) throw unsupported(can.say);
}

function unsupported(message: string): Failed {
  return new Failed({ code: 'unsupported', message, retryAfterMs: null });
}
