import { serviceNamed } from '../../../core/catalog.ts';
import type { Delivered } from '../../../core/delivery.ts';
import { replay } from '../../../core/deployment.ts';
import type { Entry } from '../../../core/event.ts';
import type { Plan, Version } from '../../../core/plan.ts';
import type { Summary } from '../../../store/store.ts';
import type { EngineParts } from '../../parts.ts';
import { changesBetween } from '../compare/changes.ts';

/** So many journals are read for one answer; what is older is said to be left out. */
const JOURNALS_MAX = 500;
const AT_ONCE = 20;
/** So many ways between two versions are asked of sources. */
const COMPARISONS_MAX = 40;

export type DeliveredAll = {
  readonly delivered: readonly Delivered[];
  /** There was more than is read for one answer: from here on backwards nothing is known. */
  readonly isCut: boolean;
};

export type Scope = { readonly services: readonly string[]; readonly environments: readonly string[] };

/** What ended since then, from the journal itself. */
export async function readDelivered(
  parts: EngineParts,
  { services, environments }: Scope,
  sinceMs: number,
): Promise<DeliveredAll> {
  const listed = await parts.store.journal.list({
    service: services.length === 1 ? (services[0] ?? null) : null,
    environment: environments.length === 1 ? (environments[0] ?? null) : null,
    isActive: false,
    limit: JOURNALS_MAX,
  });
  const wanted = listed.filter(
    ({ environment, targets, endedAtMs }) =>
      environments.includes(environment) &&
      targets.some(({ service }) => services.includes(service)) &&
      endedAtMs !== null &&
      endedAtMs >= sinceMs,
  );
  const commits = openCommits(parts);
  const delivered: Delivered[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const reading = wanted.slice(at, at + AT_ONCE).map((summary) => readOne(parts, summary, commits));
    delivered.push(...(await Promise.all(reading)).filter((one) => one !== null));
  }
  const oldest = listed.at(-1);
  return {
    delivered,
    isCut: listed.length === JOURNALS_MAX && (oldest?.startedAtMs ?? 0) >= sinceMs,
  };
}

type Commits = (targets: Plan['targets']) => Promise<readonly number[] | null>;

async function readOne(
  { store }: EngineParts,
  { deploymentId, outcome, endedAtMs }: Summary,
  commitsOf: Commits,
): Promise<Delivered | null> {
  const entries = await store.journal.read(deploymentId, 0);
  if (entries.length === 0 || outcome === null || endedAtMs === null) return null;
  const { plan } = replay(entries);
  return {
    deploymentId,
    purpose: plan.purpose,
    outcome,
    beganAtMs: firstStart(entries, plan, (kind) => !PEOPLE.includes(kind)),
    trafficAtMs: firstStart(entries, plan, (kind) => kind === 'route'),
    turnedAtMs:
      entries.find(({ event }) => event.kind === 'step-failed' || event.kind === 'abort-asked')?.atMs ?? null,
    endedAtMs,
    targets: plan.targets.map(({ id, version, before }) => ({
      id,
      version: version.name,
      before: before?.version.name ?? null,
    })),
    commitTimesMs: plan.purpose === 'deploy' && outcome === 'deployed' ? await commitsOf(plan.targets) : null,
  };
}

/** Steps in which people are waited for: their time is not the deployment's. */
const PEOPLE: readonly string[] = ['approve', 'ask'];

/** When the first step of a kind was started; null when none was. */
function firstStart(
  entries: readonly Entry[],
  plan: Plan,
  isWanted: (kind: string) => boolean,
): number | null {
  const wanted = new Set(plan.steps.filter(({ kind }) => isWanted(kind)).map(({ id }) => id));
  const found = entries.find(({ event }) => event.kind === 'step-started' && wanted.has(event.step));
  return found?.atMs ?? null;
}

/** When the commits were written that lie between two versions, asked of each service's source once for each pair. */
function openCommits(parts: EngineParts): Commits {
  const known = new Map<string, Promise<readonly number[] | null>>();

  function between(name: string, before: Version, version: Version): Promise<readonly number[] | null> {
    const key = [name, before.name, before.commit, version.name, version.commit].join('\n');
    const asked = known.get(key);
    if (asked !== undefined) return asked;
    if (known.size >= COMPARISONS_MAX) return Promise.resolve(null);
    const asking = ask(name, before, version);
    known.set(key, asking);
    return asking;
  }

  async function ask(name: string, before: Version, version: Version): Promise<readonly number[] | null> {
    const service = serviceNamed(parts.catalog(), name);
    if (service === null) return null;
    const changes = await changesBetween(parts, service, before, version);
    if (changes.kind === 'not-compared' || changes.comparison.relation !== 'ahead') return null;
    return changes.comparison.commits.flatMap(({ atMs }) => atMs ?? []);
  }

  return async (targets) => {
    const times = await Promise.all(
      targets.map(({ service, before, version }) =>
        before === null ? null : between(service, before.version, version),
      ),
    );
    const found = times.flatMap((each) => each ?? []);
    return found.length === 0 ? null : found;
  };
}
