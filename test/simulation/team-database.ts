import type {
  AppliedMigration,
  Database,
  DatabaseStanding,
  LookedFor,
  Run,
} from '../../src/migration/database.ts';
import { EPOCH_MS } from './database.ts';
import { isLive } from './ground.ts';
import { currentFence, type History } from './history.ts';
import type { Migrated } from './migrating.ts';
import type { Node } from './node.ts';
import type { FakePlatform } from './platform.ts';
import type { Scenario } from './scenario.ts';
import { applyOver, connect, halfOf, nothingDone, type RunNeeds } from './team-run.ts';
import { type Closing, type Deed, openServer, type Row, type Server } from './team-server.ts';

/** One time that somebody asked a database to run something: what they were allowed and had seen just before. */
export type RunAsked = {
  readonly reference: string;
  readonly id: string;
  readonly checksum: string;
  readonly intentId: string;
  readonly deploymentId: string;
  readonly owner: string;
  readonly atMs: number;
  readonly wasRecorded: boolean;
  readonly sentFence: number | null;
  readonly currentFence: number | null;
  /** What the same attempt had read; null: nothing. */
  readonly seen: DatabaseStanding | null;
  /** Versions that were up when that was read, and still are. */
  readonly versionsSeen: readonly string[];
  /** Who might act for it when the database really began with it; null: it never did. */
  begunFence: number | null;
};

/** The databases of the teams, which migrations are for. Not to be taken for the one that we keep things in. */
export type TeamDatabases = {
  readonly asked: readonly RunAsked[];
  readonly deeds: readonly Deed[];
  readonly closings: readonly Closing[];
  server(reference: string): Server;
  databaseFrom(node: Node, reference: string): Database;
};

type Needs = RunNeeds & {
  readonly history: History;
  readonly platform: FakePlatform;
  /** By the reference. */
  readonly migrated: ReadonlyMap<string, Migrated>;
};

export const referenceOf = (targetId: string): string => `env:${targetId}`;

/** By reference. */
export function migratedIn({ services, environment }: Scenario): ReadonlyMap<string, Migrated> {
  return new Map(
    services.flatMap(({ name, migrated }) =>
      migrated === undefined ? [] : [[referenceOf(`${name}/${environment}`), migrated]],
    ),
  );
}
const targetOf = (reference: string): string => reference.slice('env:'.length);

export function openTeamDatabases(needs: Needs): TeamDatabases {
  const servers = new Map<string, Server>();
  const asked: RunAsked[] = [];
  const deeds: Deed[] = [];
  const closings: Closing[] = [];
  function server(reference: string): Server {
    const hasTool = needs.migrated.get(reference)?.tool?.isThere === true;
    const known = servers.get(reference) ?? openServer(reference, needs, hasTool, deeds, closings);
    servers.set(reference, known);
    return known;
  }
  return {
    asked,
    deeds,
    closings,
    server,
    databaseFrom: (node, reference) => databaseFrom(needs, asked, server(reference), node),
  };
}

function databaseFrom(needs: Needs, asked: RunAsked[], server: Server, node: Node): Database {
  const { production, scheduler } = needs;
  let seen: { readonly standing: DatabaseStanding; readonly atMs: number } | null = null;
  const migrated = needs.migrated.get(server.reference);

  async function quickly<T>(label: string, act: () => T): Promise<T> {
    const line = connect(needs, server, node);
    try {
      return await line.query(label, act);
    } catch (error) {
      throw nothingDone(production, error);
    } finally {
      server.close(line.session);
    }
  }
  return {
    async look(asked) {
      const standing = await quickly('sql? look', () =>
        standingOf(server, asked, migrated?.isProtected === true),
      );
      seen = { standing, atMs: scheduler.nowMs() };
      return standing;
    },
    async apply(run) {
      const asking = askedOf(needs, server, node, run, seen);
      asked.push(asking);
      await applyOver(needs, server, node, run, () => {
        asking.begunFence = currentFence(needs.history, run.deploymentId);
      });
    },
    protect: (name) => quickly('sql protect', () => void server.marks.push(name)),
    verify: () =>
      quickly('sql? verify', () =>
        server.isSpoiled
          ? ({ kind: 'fail', because: 'what was asked found 2 rows' } as const)
          : ({ kind: 'pass', because: 'nothing was found wrong' } as const),
      ),
    endReadOnly: () =>
      quickly('sql end read-only', () => {
        if (!server.isLocked()) server.endReadOnly();
      }),
  };
}

function askedOf(
  { scheduler, history, platform }: Needs,
  { reference }: Server,
  { owner }: Node,
  { migration, intentId, deploymentId }: Run,
  seen: { readonly standing: DatabaseStanding; readonly atMs: number } | null,
): RunAsked {
  const recorded = history.intents.get(intentId);
  const atMs = scheduler.nowMs();
  const up = platform
    .ground(targetOf(reference))
    .standing(atMs)
    .filter((release) => isLive(release, atMs) && release.visibleAtMs <= (seen?.atMs ?? 0));
  return {
    reference,
    id: migration.id,
    checksum: migration.checksum,
    intentId,
    deploymentId,
    owner,
    atMs,
    wasRecorded: recorded?.deploymentId === deploymentId,
    sentFence: recorded?.fence ?? null,
    currentFence: currentFence(history, deploymentId),
    seen: seen?.standing ?? null,
    versionsSeen: up.map(({ version }) => version),
    begunFence: null,
  };
}

function standingOf(
  server: Server,
  { migrations, ledger }: LookedFor,
  isProtected: boolean,
): DatabaseStanding {
  const ids = new Set(migrations.map(({ id }) => id));
  const all = [...server.rows.values()];
  const applied = all.flatMap((row) => (row.finishedAtMs === null ? [] : [appliedOf(row, row.finishedAtMs)]));
  const known = new Set(all.map(({ migration }) => migration.id));
  const theirs = ledger === null || !server.tool.isThere ? [] : server.tool.marks;
  const isTheirs = (each: (typeof migrations)[number]) =>
    !known.has(each.id) && theirs.some(({ mark }) => mark === ledger?.markOf(each));
  const asked = new Set(migrations.map((each) => ledger?.markOf(each)));
  const last = theirs.findLastIndex(({ mark }) => asked.has(mark));
  const since = theirs.slice(last + 1).filter(({ by }) => by === 'their-tool');
  return {
    applied: [
      ...applied.filter(({ id }) => ids.has(id)),
      ...migrations.filter(isTheirs).map(({ id }) => byTheirTool(id)),
    ],
    others: [...applied.filter(({ id }) => !ids.has(id)), ...since.map(({ mark }) => byTheirTool(mark))],
    halfWay: all.filter(({ finishedAtMs, reached }) => finishedAtMs === null && reached > 0).map(halfOf),
    isBusy: server.isLocked(),
    isTheirToolBusy: ledger?.lock !== undefined && server.tool.isThere && server.tool.isLocked(),
    protection: isProtected ? { can: true } : { can: false, say: 'the server keeps no archive' },
    isReadOnly: server.isReadOnly(),
  };
}

function byTheirTool(id: string): AppliedMigration {
  const nobody = { light: null, deploymentId: null, intentId: null, finishedAtMs: null } as const;
  return { id, checksum: null, by: 'their-tool', ...nobody };
}

function appliedOf({ migration, light, deploymentId, intentId }: Row, atMs: number): AppliedMigration {
  const { id, checksum } = migration;
  return { id, checksum, by: 'us', light, deploymentId, intentId, finishedAtMs: Math.round(EPOCH_MS + atMs) };
}
