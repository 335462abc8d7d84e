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
};

export type Script = ScriptFile & {
  readonly fromMs: number;
  /** Somebody writes it anew, although it may have been run. */
  readonly rewrittenAtMs?: number;
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

function drawMigrated(random: Random): Migrated {
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
    return { path: `${index + 1}_change.sql`, text, fromMs, ...rewritten };
  });
  return {
    scripts,
    isProtected: random.chance(0.6),
    isReadOnly: random.chance(0.3),
    asksData: random.chance(0.5),
  };
}

/** What is about databases that change before a new version comes up, and after the last old one is gone. */
export function drawMigratedScenario(random: Random, faults: Faults): Scenario {
  const names = ['s0', 's1'].slice(0, random.pick([1, 1, 1, 2]));
  const services = names.map(
    (name): Service => ({
      name,
      runsBefore: random.chance(0.93),
      needs: [],
      strategy: random.pick(['rolling', 'all-at-once', 'all-at-once', 'in-place']),
      trafficPercents: random.pick([[50], []]),
      isWatched: random.chance(0.5),
      gates: [],
      migrated: drawMigrated(random),
    }),
  );
  const orders = Array.from({ length: random.pick([1, 2, 2, 3, 4]) }, (_, index) => ({
    atMs: index === 0 ? random.between(500, 3_000) : random.between(8_000, 110_000),
    asked: drawOrder(random, faults, random.pick(names), index === 0),
  }));
  return {
    nodes: random.int(2, 3),
    environment: 'staging',
    services,
    orders,
    isApproved: random.chance(0.4),
  };
}

function drawOrder(
  random: Random,
  faults: Faults,
  service: string,
  isFirst: boolean,
): Scenario['orders'][number]['asked'] {
  const by = random.pick(people);
  const kind = isFirst ? 1 : random.next();
  if (kind < 0.1) return { kind: 'roll-back', by, service, to: random.pick([null, 'v1']) };
  if (kind < 0.5) return { kind: 'migrate', by, service, ref: null };
  const isBad = faults.has('bad-versions') && random.chance(0.5);
  const bad = ['v-crash', 'v-never', 'v-errors'] as const;
  const ref: VersionName = isBad ? random.pick(bad) : random.pick(['v2', 'v3'] as const);
  return { kind: 'migrate', by, service, ref };
}
