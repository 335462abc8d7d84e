import { closest } from '../../core/closest.ts';
import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import { path } from '../../http/path.ts';
import type { Around, Found, Intent, LogLine, LogQuery, Setting, Site, Sought } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import { countersOf } from './analytics.ts';
import type { Book } from './book.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Api } from './client.ts';
import { learn, type Memory } from './learn.ts';
import { markerOf } from './marker.ts';
import type { NamedVersion } from './names.ts';
import { BoundVersion, type WorkerDeployment } from './schema.ts';
import { standingOf } from './standing.ts';
import { without, withShares, withStaged } from './table.ts';
import { linesOf, TelemetryAnswer, telemetryQuery } from './telemetry.ts';
import { openWorker, type Place } from './worker.ts';

/** How often a query of logs that goes on is asked for again. */
const LOOKS_MAX = 8;
const LOOK_EVERY_MS = 500;

/** One Worker. Releases are its versions, and what serves is the first deployment of its list. */
export function openSite(place: Place, api: Api, book: Book, memory: Memory, around: Around): Site {
  const { account, worker, url } = place;
  const nowMs = () => around.clock.nowMs();
  const { deployments, table, deploy } = openWorker(place, api);

  async function chosen(name: string): Promise<NamedVersion> {
    return pick(worker, name, await book.deployable(api));
  }

  return {
    capabilities: async () => capabilitiesOf(await learn(place, api, memory, nowMs(), deployments)),
    versions: async (limit) =>
      (await book.deployable(api)).slice(0, limit).map(({ name, commit, note, createdAtMs }) => ({
        name,
        commit,
        note,
        createdAtMs,
      })),
    async look() {
      const list = await deployments();
      await book.learn(api, list[0]?.versions.map(({ version_id }) => version_id) ?? []);
      return standingOf(list, (id) => book.nameOf(id), { atMs: nowMs(), url });
    },
    byHand: ({ releaseId }) => `npx wrangler versions deploy ${releaseId}@100% --name ${worker} -y`,
    async release(intent, version) {
      const { id, name } = await chosen(version.name);
      const now = await table();
      const wanted = withStaged(now, id, name);
      if (wanted !== now) await deploy(intent, wanted);
      return { releaseId: id };
    },
    async route(intent, shares) {
      await deploy(intent, withShares(await table(), shares));
    },
    async retire(intent, releaseId) {
      const now = await table();
      const wanted = without(now, releaseId);
      if (wanted !== now) await deploy(intent, wanted);
    },
    async replace(intent, version) {
      const { id } = await chosen(version.name);
      await deploy(intent, [{ versionId: id, percent: 100 }]);
      return { releaseId: id };
    },
    async restore(intent, { releaseId, version }) {
      const kept = await book.deployable(api);
      if (kept.every(({ id }) => id !== releaseId)) throw gone(version, releaseId);
      await deploy(intent, [{ versionId: releaseId, percent: 100 }]);
      return { releaseId };
    },
    find: async (intent, sought) => findIn(await deployments(), intent, sought),
    settings: () => settingsOf(place, api, deployments),
    async logs(query) {
      const known = memory.get(worker)?.logs;
      if (known?.can === false)
        throw new Failed({ code: 'unsupported', message: known.say, retryAfterMs: null });
      return logsOf(place, api, book, query, around);
    },
    async measure(versionId) {
      if (memory.get(worker)?.metrics.can === false) return null;
      return countersOf(api, { account, worker, versionId }, nowMs());
    },
  };
}

/** @throws {Failed} `not-found`, with the closest name. */
function pick(worker: string, name: string, versions: readonly NamedVersion[]): NamedVersion {
  const found = versions.find((version) => version.name === name);
  if (found !== undefined) return found;
  const [near] = closest(
    name,
    versions.map((version) => version.name),
    1,
  );
  const hint = near === undefined ? 'upload it first' : `did you mean ${near}?`;
  const message = `${worker} has no version ${name} that can be deployed: ${hint}`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}

function gone({ name }: Version, releaseId: string): Failed {
  const message = `${name} (${releaseId}) cannot be deployed again: Cloudflare keeps the last hundred versions, and none that a change of its bindings has cut off. Upload it again`;
  return new Failed({ code: 'not-found', message, retryAfterMs: null });
}

/** A deployment is found by the message that it carries; which of its versions it was to bring follows from what was done. */
function findIn(list: readonly WorkerDeployment[], { id }: Intent, { doing }: Sought): Found {
  const marker = markerOf(id);
  const made = list.find(({ annotations }) => annotations?.['workers/message'] === marker);
  if (made === undefined) return { kind: 'absent' };
  const byShare = made.versions.toSorted((a, b) => a.percentage - b.percentage);
  const brought = doing === 'release' ? byShare.at(0) : byShare.at(-1);
  return brought === undefined
    ? { kind: 'ambiguous', say: `the deployment ${made.id} carries ${marker} and names no version` }
    : { kind: 'found', releaseId: brought.version_id };
}

/** What is bound to the version that has most of the traffic. Of secrets only names are told, and resources have no value. */
async function settingsOf(
  { target, account, worker }: Place,
  api: Api,
  deployments: () => Promise<readonly WorkerDeployment[]>,
): Promise<readonly Setting[]> {
  const [serving] = await deployments();
  const main = serving?.versions.toSorted((a, b) => b.percentage - a.percentage)[0];
  if (main === undefined) return [];
  const { resources } = await api.call(
    {
      method: 'GET',
      path: path`/accounts/${account}/workers/scripts/${worker}/versions/${main.version_id}`,
    },
    BoundVersion,
  );
  return (resources.bindings ?? []).map(({ name, type, text }) => ({
    key: name,
    isSecret: type.startsWith('secret'),
    hash:
      type === 'plain_text' && text !== undefined
        ? settingHash(target.split('/')[0] ?? target, name, text)
        : null,
  }));
}

async function logsOf(
  { account, worker }: Place,
  api: Api,
  book: Book,
  query: LogQuery,
  around: Around,
): Promise<readonly LogLine[]> {
  const json = telemetryQuery(worker, query, around.clock.nowMs());
  for (let looks = 1; ; looks++) {
    const { run, events } = await api.call(
      {
        method: 'POST',
        path: path`/accounts/${account}/workers/observability/telemetry/query`,
        body: { json },
        isRead: true,
      },
      TelemetryAnswer,
    );
    if (run?.status !== 'STARTED' || looks === LOOKS_MAX) {
      const nameOf = (id: string | null) => (id === null ? '' : book.nameOf(id).name);
      return linesOf(events?.events ?? [], query, nameOf, around.redact);
    }
    await around.clock.sleep(LOOK_EVERY_MS);
  }
}
