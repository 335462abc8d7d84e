import type { Health, Standing, StandingRelease } from '../platform.ts';
import { commitOf } from './bundles.ts';
import { readMark } from './marker.ts';
import type { EdgeFunction, PartHealth } from './schema.ts';

/** `7.3fa9c2d41b7e`: the number that Supabase counts, and what the bundle is. */
export function releaseIdOf({ version, ezbr_sha256 }: EdgeFunction): string {
  return `${version}.${(ezbr_sha256 ?? 'unknown').slice(0, 12)}`;
}

/** Null for what is none of ours. */
export function partsOf(releaseId: string): { readonly version: number; readonly hash: string } | null {
  const parts = /^(\d{1,9})\.([0-9a-f]{12}|unknown)$/.exec(releaseId);
  return parts === null ? null : { version: Number(parts[1]), hash: parts[2] ?? '' };
}

type Judged = { readonly health: Health; readonly serves: boolean; readonly say: string };

/** How a project is, by its own word. Only one of them is good. */
const ofProject: Readonly<Record<string, Omit<Judged, 'say'>>> = {
  ACTIVE_HEALTHY: { health: 'healthy', serves: true },
  ACTIVE_UNHEALTHY: { health: 'unhealthy', serves: true },
  COMING_UP: { health: 'starting', serves: false },
  RESTARTING: { health: 'starting', serves: true },
  RESIZING: { health: 'starting', serves: true },
  UPGRADING: { health: 'starting', serves: true },
  RESTORING: { health: 'starting', serves: false },
  PAUSING: { health: 'unhealthy', serves: false },
  INACTIVE: { health: 'unhealthy', serves: false },
  GOING_DOWN: { health: 'unhealthy', serves: false },
  PAUSE_FAILED: { health: 'unhealthy', serves: true },
  RESTORE_FAILED: { health: 'unhealthy', serves: false },
  INIT_FAILED: { health: 'unhealthy', serves: false },
  REMOVED: { health: 'gone', serves: false },
};

const ofFunction: Readonly<Record<string, Omit<Judged, 'say'>>> = {
  ACTIVE: { health: 'healthy', serves: true },
  THROTTLED: { health: 'unhealthy', serves: true },
  REMOVED: { health: 'gone', serves: false },
};

const ofPart: Readonly<Record<string, Health>> = {
  ACTIVE_HEALTHY: 'healthy',
  COMING_UP: 'starting',
  UNHEALTHY: 'unhealthy',
};

export type Seen = {
  readonly project: { readonly status: string };
  /** Null where there is none of that slug. */
  readonly edge: EdgeFunction | null;
  readonly parts: readonly PartHealth[];
  /** Which of them have to be healthy. */
  readonly needs: readonly string[];
};

/** Pure, so that it can be tried with anything that Supabase could say. */
export function standingOf({ project, edge, parts, needs }: Seen, atMs: number, frontDoor: string): Standing {
  if (edge === null) return { atMs, frontDoor, releases: [] };
  const mark = readMark(edge.slug, edge.name);
  const judged = worst([
    judgeFunction(edge),
    judgeProject(project.status),
    ...needs.map((need) => judgePart(need, parts)),
  ]);
  const release: StandingRelease = {
    releaseId: releaseIdOf(edge),
    version: { name: mark?.version ?? `#${edge.version}`, commit: commitOf(mark?.version ?? '') },
    trafficPercent: judged.serves ? 100 : 0,
    health: judged.health,
    say: judged.say,
    url: frontDoor,
    intentId: mark?.intentId ?? null,
  };
  return { atMs, frontDoor, releases: [release] };
}

function judgeFunction({ status, version }: EdgeFunction): Judged {
  return {
    ...(ofFunction[status] ?? unheardOf),
    say: `the function is ${word(status)} at version ${version}`,
  };
}

function judgeProject(status: string): Judged {
  return { ...(ofProject[status] ?? unheardOf), say: `the project is ${word(status)}` };
}

/** What has not said how it is, is not healthy. */
function judgePart(name: string, parts: readonly PartHealth[]): Judged {
  const part = parts.find((each) => each.name === name);
  if (part === undefined) return { health: 'unknown', serves: true, say: `nothing is known of ${name}` };
  const said = ofPart[part.status] ?? 'unknown';
  const health = said === 'healthy' && !part.healthy ? 'unhealthy' : said;
  const error = part.error === undefined ? '' : `: ${word(part.error)}`;
  return { health, serves: true, say: `${name} is ${word(part.status)}${error}` };
}

const unheardOf = { health: 'unknown', serves: true } as const;

/** From what ends a service to what leaves it be. */
const order: readonly Health[] = ['gone', 'unhealthy', 'unknown', 'starting', 'healthy'];

function worst(all: readonly [Judged, ...Judged[]]): Judged {
  const most = all.toSorted((a, b) => order.indexOf(a.health) - order.indexOf(b.health))[0] ?? all[0];
  return { ...most, serves: all.every(({ serves }) => serves) };
}

function word(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 120);
}
