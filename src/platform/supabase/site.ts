import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import type { Around, Back, Found, Intent, Setting, Site, Sought, Standing } from '../platform.ts';
import { settingHash } from '../setting-hash.ts';
import type { Address } from './address.ts';
import type { Bundles } from './bundles.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { KeptBundles } from './kept.ts';
import { readLogs } from './logs.ts';
import { deploymentOf, markedName, readMark } from './marker.ts';
import { openPreviews } from './previews.ts';
import { type EdgeProject, openProject } from './project.ts';
import { Backups, type EdgeFunction, Secrets } from './schema.ts';
import { partsOf, releaseIdOf, standingOf } from './standing.ts';

export type SiteOptions = {
  /** `<service>/<environment>`. */
  readonly target: string;
  readonly address: Address;
  readonly http: Http;
  readonly bundles: Bundles;
  readonly kept: KeptBundles;
  readonly around: Pick<Around, 'clock' | 'redact'>;
  /** What is being done in this process, by intent. */
  readonly underWay: UnderWay;
};
export type UnderWay = Map<string, Promise<{ readonly releaseId: string }>>;

/** One edge function of one project. */
export function openSite({ target, address, http, bundles, kept, around, underWay }: SiteOptions): Site {
  const { project: ref, function: slug } = address;
  const project = openProject(http, ref, slug);
  const nowMs = () => around.clock.nowMs();
  const nothing = (): Promise<never> => Promise.reject(unsupported());
  const made = { project, bundles, kept, address };

  async function look(): Promise<Standing> {
    const [status, edge] = await Promise.all([project.status(), project.read()]);
    // A project that is not up has no parts to ask.
    const needs = edge !== null && status.status.startsWith('ACTIVE') ? address.needs : [];
    const parts = needs.length === 0 ? [] : await project.health(needs);
    return standingOf({ project: status, edge, parts, needs }, nowMs(), frontDoor(ref, slug));
  }

  return {
    capabilities: async () => capabilitiesOf(await backupsOf(http, ref)),
    versions: (limit) => bundles.list(limit),
    look,
    byHand: ({ version }) =>
      `supabase functions deploy ${slug} --project-ref ${ref}, with ${version.name}/${slug}.ts of the bundles`,
    release: nothing,
    route: nothing,
    retire: nothing,
    replace: (intent, version) => once(underWay, intent, () => replace(made, intent, version)),
    restore: (intent, back) => once(underWay, intent, () => restore(made, intent, back)),
    find: async (intent, sought) => findIn(await project.read(), slug, intent, sought),
    settings: () => settingsOf(http, ref, target),
    previews: openPreviews(http, ref),
    async logs(query) {
      const edge = await project.read();
      if (edge === null) return [];
      const lines = await readLogs(http, ref, edge, query, nowMs());
      return lines.map((line) => ({ ...line, text: around.redact(line.text) }));
    },
    measure: async () => null,
  };
}

type Means = Pick<SiteOptions, 'bundles' | 'kept' | 'address'> & { readonly project: EdgeProject };

/** Two who ask for the same at once get one answer. Who asks later is answered by what the function is called. */
async function once(
  underWay: UnderWay,
  { id }: Intent,
  doing: () => Promise<{ readonly releaseId: string }>,
): Promise<{ readonly releaseId: string }> {
  const known = underWay.get(id);
  if (known !== undefined) return known;
  const fresh = doing().finally(() => underWay.delete(id));
  underWay.set(id, fresh);
  return fresh;
}

async function replace({ project, bundles, kept, address }: Means, intent: Intent, version: Version) {
  const slug = address.function;
  const source = await bundles.read(version.name);
  const running = await project.read();
  if (running !== null && isOf(running, slug, intent)) return { releaseId: releaseIdOf(running) };
  if (running !== null) await keep(project, kept, running);
  const name = markedName(slug, version.name, intent.id);
  const made = await project.deploy(source, { name, verifyJwt: address.verifyJwt });
  return { releaseId: await idOf(project, made) };
}

async function restore({ project, kept, address }: Means, intent: Intent, back: Back) {
  const slug = address.function;
  const running = await project.read();
  if (running !== null && isOf(running, slug, intent)) return { releaseId: releaseIdOf(running) };
  if (running !== null && releaseIdOf(running) === back.releaseId) return { releaseId: back.releaseId };
  const wanted = partsOf(back.releaseId);
  const found = wanted === null ? null : await kept.find(wanted.version, wanted.hash);
  if (found === null) throw notKept(back, kept.folder, await kept.count());
  if (running === null) throw deleted(slug);
  // Whatever is wrong with keeping what goes now, it must not stand in the way of what worked.
  await keep(project, kept, running).catch(failedOnly);
  const made = await project.putBack(found, markedName(slug, back.version.name, intent.id));
  return { releaseId: await idOf(project, made) };
}

function isOf({ name }: EdgeFunction, slug: string, { id }: Intent): boolean {
  return readMark(slug, name)?.intentId === id;
}

function frontDoor(ref: string, slug: string): string {
  return `https://${ref}.supabase.co/functions/v1/${slug}`;
}

/** What runs is written down before anything takes its place. @throws {Failed} where it cannot be */
async function keep(project: EdgeProject, kept: KeptBundles, running: EdgeFunction): Promise<void> {
  const wanted = partsOf(releaseIdOf(running));
  if (wanted !== null && (await kept.find(wanted.version, wanted.hash)) !== null) return;
  await kept.keep(await project.body(), {
    version: running.version,
    ezbrSha256: running.ezbr_sha256 ?? null,
    verifyJwt: running.verify_jwt ?? true,
    entrypointPath: running.entrypoint_path ?? null,
    importMapPath: running.import_map_path ?? null,
  });
}

/** The answer to a deployment may leave the hash out, and the reading that follows never does: one id for both. */
async function idOf(project: EdgeProject, made: EdgeFunction): Promise<string> {
  if (made.ezbr_sha256 !== undefined) return releaseIdOf(made);
  const seen = await project.read().catch((error: unknown) => {
    if (!(error instanceof Failed)) throw error;
    const message = `version ${made.version} was deployed, and could not be read back: ${error.message}`;
    throw new Failed({ code: 'outcome-unknown', message, retryAfterMs: 1_000 });
  });
  return releaseIdOf(seen?.version === made.version ? seen : made);
}

/**
 * A call is found by the name that it gave the function. One that bears the name of another call of the same deployment
 * was not reached by this one, because they are made one after the other. What somebody else has deployed since hides
 * whether ours was there before.
 */
function findIn(edge: EdgeFunction | null, slug: string, intent: Intent, { sinceMs }: Sought): Found {
  if (edge === null) return { kind: 'absent' };
  const mark = readMark(slug, edge.name);
  if (mark?.intentId === intent.id) return { kind: 'found', releaseId: releaseIdOf(edge) };
  const isOurs = mark !== null && deploymentOf(mark.intentId) === intent.deploymentId;
  const isOlder = edge.updated_at !== undefined && edge.updated_at < sinceMs;
  if (isOurs || isOlder) return { kind: 'absent' };
  const say = `${slug} was deployed by somebody else meanwhile (version ${edge.version}, ${edge.name.slice(0, 80)}), so that nobody can tell whether our call came before: look at it, and say what shall run`;
  return { kind: 'ambiguous', say };
}

/** Supabase's own, which differ from project to project by nature, cannot be set and are left out. */
async function settingsOf(http: Http, ref: string, target: string): Promise<readonly Setting[]> {
  const secrets = await http.get(path`/v1/projects/${ref}/secrets`, Secrets);
  const service = target.split('/')[0] ?? target;
  return secrets
    .filter(({ name }) => !name.startsWith('SUPABASE_'))
    .map(({ name, value }) => ({ key: name, isSecret: true, hash: settingHash(service, name, value) }));
}

/** Null where the plan or the token does not let us: it decides nothing. */
async function backupsOf(http: Http, ref: string): Promise<Backups | null> {
  try {
    return await http.get(path`/v1/projects/${ref}/database/backups`, Backups);
  } catch (error) {
    return failedOnly(error);
  }
}

function failedOnly(error: unknown): null {
  if (error instanceof Failed) return null;
  throw error;
}

function notKept(
  { releaseId, version }: { releaseId: string; version: Version },
  folder: string,
  count: number,
) {
  const message = `${version.name} (${releaseId}) was not kept: ${folder} has ${count} bundle${count === 1 ? '' : 's'} of this function, and Supabase has none. Deploy ${version.name} again, or put the folder back`;
  return new Failed({ code: 'not-found', message, retryAfterMs: null });
}

function deleted(slug: string): Failed {
  const message = `${slug} was deleted: there is nothing to put a bundle in the place of. Deploy a version instead`;
  return new Failed({ code: 'not-found', message, retryAfterMs: null });
}

function unsupported(): Failed {
  const message = 'Supabase keeps one version of an edge function: it can only be replaced';
  return new Failed({ code: 'unsupported', message, retryAfterMs: null });
}
