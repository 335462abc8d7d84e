import { Failed } from '../../core/failure.ts';
import type { KnownVersion, Site } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import { word } from '../shell.ts';
import { type Address, USUAL_SOCKET } from './address.ts';
import { capabilitiesOf, noStaging, noTraffic } from './capabilities.ts';
import type { Client } from './client.ts';
import { nameFor } from './container.ts';
import { containersOf } from './containers.ts';
import { readLogs } from './logs.ts';
import { isReached, isUntouched, LABEL, nameOf, standingOf, versionOf } from './standing.ts';
import { openTurn, surplusOf, type TurnParts } from './turn.ts';

export type SiteParts = TurnParts & {
  readonly serviceId: string;
  readonly socket: string;
  readonly nowMs: () => number;
};

/** One service that is one container at a time. */
export function openSite(parts: SiteParts): Site {
  const { serviceId, socket, address, client, nowMs, redact } = parts;
  const { replace, restore } = openTurn(parts);
  const containers = () => containersOf(client, address);
  const unsupported = async (message: string): Promise<never> => {
    throw new Failed({ code: 'unsupported', message, retryAfterMs: null });
  };

  return {
    async capabilities() {
      // What is there is only something to know beside it: who cannot be asked is asked again by whoever looks.
      const all = await containers().catch(nobody);
      return capabilitiesOf(address, surplusOf(all, address).length);
    },
    versions: async (limit) => (await knownImages(client, address)).slice(0, limit),
    look: async () => standingOf(await containers(), address, nowMs()),
    byHand: ({ releaseId }) => startAgain(socket, address, releaseId),
    release: () => unsupported(noStaging),
    route: () => unsupported(noTraffic),
    retire: () => unsupported(noStaging),
    replace,
    restore,
    async find(intent, { doing, version }) {
      if (doing === 'release') return { kind: 'absent' };
      const made = await client.container(nameFor(address, intent));
      if (made !== null && !isUntouched(made)) return { kind: 'found', releaseId: nameOf(made) };
      if (doing === 'replace') return { kind: 'absent' };
      const isBack = (name: string) => name === version.name;
      const back = (await containers()).find((one) => isReached(one) && isBack(versionOf(one, address).name));
      return back === undefined ? { kind: 'absent' } : { kind: 'found', releaseId: nameOf(back) };
    },
    async settings() {
      const serving = (await containers()).find(isReached);
      return (serving?.Config.Env ?? []).map((line) => settingOf(serviceId, line));
    },
    async logs(query) {
      const all = (await containers()).filter((one) => !isUntouched(one));
      const wanted = all.filter((one) => query.releaseId === null || nameOf(one) === query.releaseId);
      const lines = await readLogs(client, wanted, (one) => versionOf(one, address).name, query);
      return lines.map((line) => ({ ...line, text: redact(line.text) }));
    },
    measure: async () => null,
  };
}

/**
 * Stops whatever runs of the service and starts the container of before, which the engine keeps
 * (https://docs.docker.com/reference/cli/docker/container/: `ls`, `stop`, `start`).
 */
function startAgain(socket: string, { name, stopSeconds }: Address, container: string): string {
  const docker = socket === USUAL_SOCKET ? 'docker' : `docker -H ${word(`unix://${socket}`)}`;
  const running = `${docker} ps -q --filter label=${LABEL.service}=${name}`;
  return `${running} | xargs -r ${docker} stop -t ${stopSeconds}; ${docker} start ${word(container)}`;
}

function nobody(error: unknown): [] {
  if (error instanceof Failed) return [];
  throw error;
}

/** Docker does not say which of them are secrets, so that each counts as one. */
function settingOf(serviceId: string, line: string) {
  const at = line.indexOf('=');
  const [key, value] = at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  return { key, isSecret: true, hash: settingHash(serviceId, key, value) };
}

async function knownImages(client: Client, { image }: Address): Promise<KnownVersion[]> {
  const repository = image.replace(':{version}', '');
  const images = (await client.images(repository)).toSorted((a, b) => b.Created - a.Created);
  return images.flatMap(({ RepoTags, Created }) =>
    (RepoTags ?? [])
      .filter((tag) => tag.startsWith(`${repository}:`))
      .map((tag) => ({
        name: tag.slice(repository.length + 1),
        commit: null,
        note: 'an image that this engine has',
        createdAtMs: Created * 1_000,
      })),
  );
}
