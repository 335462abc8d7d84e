import type { Can, Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import type { Back, KnownVersion, Setting, Site } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import type { KnownDeploys } from './known-deploys.ts';
import { readLogs } from './logs.ts';
import { previewsOf } from './previews.ts';
import { replace } from './replace.ts';
import { restore } from './restore.ts';
import type { Deploy } from './schema.ts';
import { foundAmong, SKEW_MS } from './search.ts';
import { standingOf, wasLive } from './standing.ts';
import { versionOf } from './version.ts';

export type SiteParts = {
  /** What we call it: `api/staging`. */
  readonly target: string;
  readonly serviceId: string;
  readonly client: Client;
  readonly clientFor: (serviceId: string) => Client;
  readonly deploys: KnownDeploys;
  readonly nowMs: () => number;
  readonly redact: (text: string) => string;
};

const DEPLOYS = 20;

const never = (say: string) => async () => Promise.reject(unsupported(say));

function byHand(serviceId: string, { releaseId, version }: Omit<Back, 'insteadOf'>): string {
  const page = `https://dashboard.render.com/web/${serviceId}/deploys/${releaseId}`;
  return `Rollback beside ${releaseId} (${version.name}) at ${page}`;
}

/** One service of Render: one environment of one of ours. */
export function openSite({
  target,
  serviceId,
  client,
  clientFor,
  deploys: known,
  nowMs,
  redact,
}: SiteParts): Site {
  /** What kind of service it is does not change: what its kind cannot is refused without asking again. */
  let said: Capabilities | null = null;
  const refuseByKind = (what: 'replace' | 'rollback' | 'logs' | 'maintenance' | 'previews') => {
    const can = said?.[what];
    if (can?.can === false && can.why === 'platform') throw unsupported(can.say);
  };

  return {
    async capabilities() {
      said = capabilitiesOf(await client.service());
      return said;
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
    byHand: (back) => byHand(serviceId, back),
    release: never('Render brings a version up only in the place of another'),
    route: never('Render gives a service all of its traffic or none'),
    retire: never('Render takes a version away only by putting another in its place'),
    async replace(intent, version) {
      refuseByKind('replace');
      const releaseId = await replace(client, version, nowMs);
      known.note(releaseId, intent.id);
      return { releaseId };
    },
    async restore(intent, back) {
      refuseByKind('rollback');
      const made = await restore(client, back);
      known.note(made.releaseId, intent.id);
      return made;
    },
    async find(intent, sought) {
      if (sought.doing === 'release') return { kind: 'absent' };
      const deploys = await client.deploysSince(sought.sinceMs - SKEW_MS);
      return foundAmong(
        deploys.filter(({ id }) => !known.isOfAnother(id, intent.id)),
        sought,
      );
    },
    async maintain(page) {
      refuseByKind('maintenance');
      const service = await client.service();
      refuseUnless(capabilitiesOf(service).maintenance);
      const { enabled = false, uri = '' } = service.serviceDetails?.maintenanceMode ?? {};
      if (enabled !== (page !== null)) await client.setMaintenance({ enabled: page !== null, uri });
    },
    async settings() {
      return (await client.envVars()).map((one) => settingOf(target, one));
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
function settingOf(target: string, { key, value }: { key: string; value: string }): Setting {
  return { key, isSecret: true, hash: settingHash(target, key, value) };
}

function refuseUnless(can: Can<unknown> | undefined): void {
  if (can?.can === false) throw unsupported(can.say);
}

function unsupported(message: string): Failed {
  return new Failed({ code: 'unsupported', message, retryAfterMs: null });
}
