import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { Intent, KnownVersion, LogLine, LogQuery, Site } from '../platform.ts';
import { capabilitiesOf } from './capabilities.ts';
import { foundAmong } from './find.ts';
import { hasName, type Pipeline, type Run } from './pipeline.ts';
import type { Proven } from './proof.ts';
import { restore } from './restore.ts';
import { runsHere, standingOf } from './standing.ts';

export type SiteParts = {
  readonly targetId: string;
  readonly pipeline: Pipeline;
  readonly retention: string;
  /** Null where nothing proves what answers. */
  readonly frontDoor: string | null;
  readonly proof: () => Promise<Proven>;
  readonly hasRollback: boolean;
  /** Calls of this process that have not come back yet, by their intents; shared by all sites of a platform. */
  readonly begun: Map<string, Promise<{ readonly releaseId: string }>>;
  readonly nowMs: () => number;
  readonly redact: (text: string) => string;
};

const RUNS_LOGGED_MAX = 3;

/** One service in one environment, deployed by something that somebody else has written. */
export function openSite(parts: SiteParts): Site {
  const { targetId, pipeline, retention, frontDoor, proof, hasRollback, begun, nowMs } = parts;
  const capabilities = capabilitiesOf(
    { ...pipeline, retention },
    { proof: frontDoor !== null, rollback: hasRollback },
  );
  const runs = () => readRuns(pipeline, targetId);
  const look = async () => {
    const [found, proven] = await Promise.all([runs(), proof()]);
    return { runs: found, proven };
  };

  /** What has this mark already is it: asked twice, it is started once. */
  async function startOnce(intent: Intent, version: Version, way: 'there' | 'back') {
    const same = (await runs()).find(({ mark }) => mark?.intentId === intent.id);
    if (same !== undefined) return { releaseId: same.id };
    return { releaseId: await pipeline.start({ intentId: intent.id, version }, way) };
  }
  function together(intent: Intent, begin: () => Promise<{ readonly releaseId: string }>) {
    const known = begun.get(intent.id);
    if (known !== undefined) return known;
    const doing = begin().finally(() => begun.delete(intent.id));
    begun.set(intent.id, doing);
    return doing;
  }

  return {
    capabilities: async () => capabilities,
    versions: async (limit) => versionsIn(await runs()).slice(0, limit),
    async look() {
      const found = await look();
      return standingOf(found.runs, found.proven, frontDoor, nowMs());
    },
    byHand({ version }) {
      const command = hasName(version) ? pipeline.byHand(version) : null;
      // What is fixed in an address may look like a secret: a command with a hole in it is none.
      return command === null || parts.redact(command) !== command ? null : command;
    },
    release: () => Promise.reject(unsupported(capabilities.staged)),
    route: () => Promise.reject(unsupported(capabilities.traffic)),
    retire: () => Promise.reject(unsupported(capabilities.staged)),
    replace: (intent, version) => together(intent, () => startOnce(intent, version, 'there')),
    restore: (intent, back) =>
      together(intent, () =>
        restore(pipeline, look, intent, back, () => startOnce(intent, back.version, 'back')),
      ),
    find: async (intent, sought) => foundAmong(await runs(), intent, sought),
    logs: async (query) => readLogs(pipeline, await runs(), query, parts.redact),
    measure: async () => null,
  };
}

/** What serves may have been deployed so many runs ago that it is not among the latest any more. */
async function readRuns(pipeline: Pipeline, targetId: string): Promise<readonly Run[]> {
  const latest = await pipeline.runs('latest');
  const here = runsHere(latest, targetId);
  if (here.some(({ stage }) => stage === 'succeeded')) return here;
  const known = new Set(latest.map(({ id }) => id));
  const older = (await pipeline.runs('succeeded')).filter(({ id }) => !known.has(id));
  return [...here, ...runsHere(older, targetId)];
}

/** What was deployed, each once, newest first. */
function versionsIn(runs: readonly Run[]): KnownVersion[] {
  const newest = new Map<string, KnownVersion>();
  for (const { version, isVersionKnown, stage, startedAtMs } of runs) {
    if (stage !== 'succeeded' || !isVersionKnown || newest.has(version.name)) continue;
    newest.set(version.name, { ...version, note: null, createdAtMs: startedAtMs });
  }
  return [...newest.values()];
}

async function readLogs(
  pipeline: Pipeline,
  runs: readonly Run[],
  { releaseId, sinceMs, linesMax, contains, level }: LogQuery,
  redact: (text: string) => string,
): Promise<LogLine[]> {
  const chosen = runs
    .filter(
      ({ id, endedAtMs }) => (releaseId === null || id === releaseId) && (endedAtMs ?? sinceMs) >= sinceMs,
    )
    .slice(0, RUNS_LOGGED_MAX);
  const said = await Promise.all(
    chosen.map(async (run) =>
      (await pipeline.log(run)).map((line) => ({
        ...line,
        text: redact(line.text),
        version: run.version.name,
      })),
    ),
  );
  return said
    .flat()
    .filter(
      (line) =>
        line.atMs >= sinceMs &&
        (level === null || line.level === level) &&
        (contains === null || line.text.includes(contains)),
    )
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-linesMax);
}

function unsupported(can: { readonly can: boolean; readonly say?: string }): Failed {
  return new Failed({ code: 'unsupported', message: can.say ?? '', retryAfterMs: null });
}
