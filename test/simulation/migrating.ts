import type { ScriptFile } from '../../src/migration/migration.ts';
import type { Faults } from './faults.ts';
import type { VersionName } from './ground.ts';
import type { Random } from './random.ts';
import type { Scenario, Service } from './scenario.ts';

/** How the database of one service changes, and what is asked of it. */
export type Migrated = {
  /** What stands in the folder, from when on; words that are changed later take the place of the earlier ones. */
  readonly scripts: readonly Script[];
  readonly isProtected: boolean;
  readonly isReadOnly: boolean;
  readonly asksData: boolean;
  /** Left out: the folder is one of the host, and the same for every version. */
  readonly from?: 'source';
  /** Left out: plain files, and nobody's tool beside ours. */
  readonly tool?: Tool;
};

type Tool = {
  readonly kind: 'flyway' | 'knex' | 'prisma' | 'supabase';
  /** It has its table in that database. */
  readonly isThere: boolean;
};

export type Script = ScriptFile & {
  readonly fromMs: number;
  /** Somebody writes it anew, although it may have been run. */
  readonly rewrittenAtMs?: number;
  /** The first version that has it, where they are read from the source; left out: every one. */
  readonly since?: VersionName;
};

const people = ['U1', 'U2', 'U3'];
const NEVER = Number.POSITIVE_INFINITY;

/** What is in the folder at that moment. */
export function scriptsAt({ scripts }: Migrated, nowMs: number): ScriptFile[] {
  return scripts
    .filter(({ fromMs }) => fromMs <= nowMs)
    .map(({ path, text, rewrittenAtMs = NEVER }) => ({
      path,
      text: rewrittenAtMs <= nowMs ? `${text} -- in other words` : text,
    }));
}

const ages: readonly string[] = ['v1', 'v2', 'v3'];

/** What a version has. What is bad about one is that, and not its scripts. */
export function scriptsOf({ scripts }: Migrated, version: string): ScriptFile[] {
  const age = (name: string) => (ages.includes(name) ? ages.indexOf(name) : 1);
  return scripts
    .filter(({ since = 'v1' }) => age(since) <= age(version))
    .map(({ path, text }) => ({ path, text }));
}

/** It has a script that no database takes, that is not good for what is in it, is not left alone, or may stop half-way. */
export function isUnsound({ scripts }: Migrated, mayStop: boolean): boolean {
  return scripts.some(
    ({ text, rewrittenAtMs }) =>
      rewrittenAtMs !== undefined ||
      text.includes('missing') ||
      text.includes('spoilt') ||
      (mayStop && text.includes('concurrently')),
  );
}

const add = (at: number) => `alter table users add column c${at} text`;
const several = (at: number) => `${add(at)}; create table t${at} (id int); ${add(at + 100)}`;
const build = (at: number) => `create index concurrently i${at} on users (name)`;

/** What a script can be like: most add something, and some can stop half-way, or leave no way back. */
function drawText(random: Random, at: number): string {
  const kind = random.pick(['add', 'add', 'add', 'several', 'build', 'builds', 'unclear', 'one-way', 'rare']);
  switch (kind) {
    case 'several':
      return several(at);
    case 'build':
      return build(at);
    case 'builds':
      return `${build(at)}; ${build(at + 100)}; ${build(at + 200)}`;
    case 'unclear':
      return 'do $$ begin end $$';
    case 'one-way':
      return `-- slipway: expand\ndrop table t${at}`;
    case 'rare':
      return random.pick([
        'alter table missing add column x text',
        `${build(at)}; create index concurrently m${at} on missing (name)`,
        `alter table users add column spoilt${at} text`,
      ]);
    default:
      return add(at);
  }
}

/** As the tool calls its scripts. */
function pathOf(tool: Tool | undefined, index: number): string {
  switch (tool?.kind) {
    case 'flyway':
      return `V${index + 1}__change.sql`;
    case 'prisma':
      return `${index + 1}_change/migration.sql`;
    case 'supabase':
      return `2026010100000${index + 1}_change.sql`;
    default:
      return `${index + 1}_change.sql`;
  }
}

const kinds = ['flyway', 'flyway', 'knex', 'prisma', 'supabase'] as const;

function drawMigrated(random: Random, mayBeSource: boolean): Migrated {
  const tool = random.chance(0.5) ? { kind: random.pick(kinds), isThere: random.chance(0.8) } : undefined;
  const isSource = mayBeSource && random.chance(0.5);
  let since: VersionName = 'v2';

  const expanding = random.int(1, 4);
  const contracting = random.pick([0, 1, 1, 2]);
  let fromMs = 0;
  const scripts = Array.from({ length: expanding + contracting }, (_, index): Script => {
    const isContract = index >= expanding;
    const text = isContract
      ? `-- slipway: contract\nalter table users drop column n${index}`
      : drawText(random, index);
    fromMs = random.chance(0.6) ? fromMs : random.between(fromMs, fromMs + 40_000);
    const isRewritten = random.chance(0.06);
    const rewritten = isRewritten ? { rewrittenAtMs: fromMs + random.between(0, 60_000) } : {};
    if (random.chance(0.3)) since = 'v3';
    const path = pathOf(tool, index);
    return isSource ? { path, text, fromMs: 0, since } : { path, text, fromMs, ...rewritten };
  });
  return {
    scripts,
    isProtected: random.chance(0.6),
    isReadOnly: random.chance(0.3),
    asksData: random.chance(0.5),
    ...(isSource ? { from: 'source' } : {}),
    ...(tool === undefined ? {} : { tool }),
  };
}

/** What is about databases that change before a new version comes up, and after the last old one is gone. */
export function drawMigratedScenario(random: Random, faults: Faults): Scenario {
  const names = ['s0', 's1'].slice(0, random.pick([1, 1, 1, 2]));
  const isApproved = random.chance(0.4);
  const services = names.map(
    (name): Service => ({
      name,
      runsBefore: random.chance(0.93),
      needs: [],
      strategy: random.pick(['rolling', 'all-at-once', 'all-at-once', 'in-place']),
      trafficPercents: random.pick([[50], []]),
      isWatched: random.chance(0.5),
      gates: [],
      // What stands in a protected place has to have passed its checks, which no source here has.
      migrated: drawMigrated(random, !isApproved),
    }),
  );
  const orders = Array.from({ length: random.pick([1, 2, 2, 3, 4]) }, (_, index) => ({
    atMs: index === 0 ? random.between(500, 3_000) : random.between(8_000, 110_000),
    asked: drawOrder(random, faults, random.pick(services), index === 0),
  }));
  return {
    nodes: random.int(2, 3),
    environment: 'staging',
    services,
    orders,
    isApproved,
  };
}

function drawOrder(
  random: Random,
  faults: Faults,
  { name: service, migrated }: Service,
  isFirst: boolean,
): Scenario['orders'][number]['asked'] {
  const by = random.pick(people);
  const kind = isFirst ? 1 : random.next();
  const back = migrated?.from === 'source' ? 0.35 : 0.1;
  if (kind < back) return { kind: 'roll-back', by, service, to: random.pick([null, 'v1']) };
  if (kind < back + 0.4) return { kind: 'migrate', by, service, ref: null };
  const isBad = faults.has('bad-versions') && random.chance(0.5);
  const bad = ['v-crash', 'v-never', 'v-errors'] as const;
  const ref: VersionName = isBad ? random.pick(bad) : random.pick(['v2', 'v3'] as const);
  return { kind: 'migrate', by, service, ref };
}
