import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Plan, planHash } from '../../src/core/plan.ts';
import { planChanges, planParts } from '../../src/core/plan-parts.ts';
import { plain } from '../../src/core/text.ts';

/**
 * A plan with everything that a plan can have, written down by hand. Approvals bind to its hash: whatever is changed
 * in it has to make another hash, and people have to be told what it was.
 */
const common = (kind: string) => ({
  id: `${kind}.api/production`,
  target: 'api/production',
  needs: ['before'],
});
const full = {
  purpose: 'deploy',
  environment: 'production',
  product: 'shop',
  onFailure: 'ask',
  strategy: 'canary',
  requestedBy: 'U0ANN',
  why: 'the new header',
  configuration: 'c'.repeat(64),
  targets: [
    {
      id: 'api/production',
      service: 'api',
      environment: 'production',
      platform: 'local',
      address: { service: 'api' },
      version: { name: 'v2', commit: 'a'.repeat(40) },
      before: { releaseId: 'r1', version: { name: 'v1', commit: 'b'.repeat(40) } },
      kept: 'r2',
      undo: { how: 'the traffic goes back', leaves: ['the migration'], byHand: 'roll it back' },
      caveats: ['cold starts'],
      migrations: {
        phase: 'expand',
        kind: 'sql',
        database: 'env:DATABASE_URL',
        from: 'migrations at aaaaaaaaaaaa',
        pending: [
          {
            id: '0007',
            checksum: 'f'.repeat(64),
            light: 'unknown',
            findings: ['line 1: it locks'],
            isReversible: true,
          },
        ],
        light: 'unknown',
        because: 'nobody can tell',
      },
      changes: {
        commits: [{ id: 'a'.repeat(40), author: 'Ann', account: 'ann', title: 'Fix it' }],
        migrations: ['0007 (expand)'],
        configurationKeys: ['LIMIT is new'],
        isTruncated: false,
      },
    },
  ],
  steps: [
    { ...common('check'), kind: 'check', gate: 'serves-version', settings: { high: 0 }, deadlineMs: 1_000 },
    { ...common('release'), kind: 'release', deadlineMs: 1_000 },
    { ...common('replace'), kind: 'replace', deadlineMs: 1_000 },
    { ...common('route'), kind: 'route', trafficPercent: 50, deadlineMs: 1_000 },
    {
      ...common('flag'),
      kind: 'flag',
      key: 'new-checkout',
      at: 'flags',
      environment: 'live',
      rolloutPercent: 50,
      before: { isOn: true, rolloutPercent: 10 },
      deadlineMs: 1_000,
    },
    {
      ...common('observe'),
      kind: 'observe',
      criteria: { errorPercentMax: 1, latencyP95MsMax: 100, memoryMbMax: 200, requestsMin: 5 },
      watch: {
        sources: [{ from: 'platform', query: { service: 'api' } }],
        judge: {
          falseAlarmPercent: 1,
          tolerated: { errorPoints: 1, latencyPercent: 10 },
          acceptable: { errorPoints: 1, latencyPercent: 25 },
          limits: [{ measure: 'errors', against: 'absolute', max: 2, mustBeShown: true }],
          business: [{ name: 'orders', isBad: 'fewer' }],
          stages: [{ trafficPercent: 10, durationMs: 1_000 }],
          lookEveryMs: 1_000,
          warmUpMs: 1_000,
          mayPassEarly: true,
          requestsMin: 20,
        },
        countdown: { strongMs: 1_000, plainMs: 2_000 },
        heldMs: 1_000,
      },
      durationMs: 1_000,
      deadlineMs: 1_000,
    },
    { ...common('ask'), kind: 'ask', question: 'Shall it?', yes: 'Switch', deadlineMs: 1_000 },
    { ...common('keep'), kind: 'keep', durationMs: 1_000 },
    { ...common('retire'), kind: 'retire', deadlineMs: 1_000 },
    {
      ...common('protect'),
      kind: 'protect',
      datastore: { platform: 'supabase', address: { project: 'abc' } },
      deadlineMs: 1_000,
    },
    {
      ...common('migrate'),
      kind: 'migrate',
      phase: 'expand',
      migrations: [{ id: '0007', checksum: 'f'.repeat(64) }],
      lockTimeoutMs: 1_000,
      statementTimeoutMs: 1_000,
      isReadOnly: true,
      deadlineMs: 1_000,
    },
    {
      ...common('verify-data'),
      kind: 'verify-data',
      queries: [{ name: 'orders', sql: 'select 1' }],
      deadlineMs: 1_000,
    },
  ],
  notMeasured: ['the weather'],
  approval: {
    requirements: [{ needed: 1, group: 'release-crew' }],
    expiresAfterMs: 3_600_000,
    isAuthorExcluded: false,
  },
  waived: [{ gate: 'no-alerts', target: 'api/production', by: 'U0CAT', why: 'a false alarm' }],
  breakGlass: { by: 'U0ANN', why: 'it burns', incident: 'INC-1' },
};

type Path = readonly (string | number)[];
type Mutation = { readonly path: string; readonly plan: unknown };

/** Every place of the schema that holds something, with what may stand there instead. */
function walk(schema: z.core.$ZodType, value: unknown, path: Path): Mutation[] {
  const def = schema._zod.def as unknown as Record<string, unknown> & { type: string };
  const set = (next: unknown, note = ''): Mutation => ({
    path: `${path.join('.')}${note}`,
    plan: replaced(full, path, next),
  });
  switch (def.type) {
    case 'object': {
      const shape = (def as unknown as { shape: Record<string, z.core.$ZodType> }).shape;
      return Object.entries(shape).flatMap(([key, inner]) =>
        walk(inner, (value as Record<string, unknown>)[key], [...path, key]),
      );
    }
    case 'optional':
      return [set(undefined, ' left out'), ...walk(inner(def), value, path)];
    case 'default':
      return walk(inner(def), value, path);
    case 'nullable':
      return [set(null, ' as null'), ...walk(inner(def), value, path)];
    case 'array': {
      const list = value as unknown[];
      const element = (def as unknown as { element: z.core.$ZodType }).element;
      const isLeast = path.join('.') === 'targets' || path.join('.') === 'approval.requirements';
      return [
        set([...list, list.at(-1)], ' longer'),
        ...(isLeast ? [] : [set(list.slice(1), ' shorter')]),
        ...list.flatMap((each, index) => walk(element, each, [...path, index])),
      ];
    }
    case 'union': {
      const options = (def as unknown as { options: z.core.$ZodType[] }).options;
      const fitting = options.find((option) => (option as z.ZodType).safeParse(value).success);
      if (fitting === undefined) throw new Error(`nothing fits at ${path.join('.')}`);
      return walk(fitting, value, path);
    }
    case 'literal': {
      const kind = value === 'release' ? 'retire' : 'release';
      return [set(kind)];
    }
    case 'enum': {
      const others = Object.values((def as unknown as { entries: Record<string, string> }).entries);
      return others.filter((other) => other !== value).map((other) => set(other));
    }
    case 'string':
      return [set(`${String(value)}x`), set('')];
    case 'number':
      return [set(Number(value) + 1), set(Number(value) * 2)];
    case 'boolean':
      return [set(value !== true)];
    case 'record': {
      const named = value as Record<string, unknown>;
      const { valueType } = def as unknown as { valueType: z.core.$ZodType };
      return [
        set({ ...named, another: 1 }, ' longer'),
        set({}, ' empty'),
        ...Object.entries(named).flatMap(([key, each]) => walk(valueType, each, [...path, key])),
      ];
    }
    case 'lazy':
      return [set({ service: 'web' }), set({ service: 'api', more: [1] }), set(null)];
    default:
      throw new Error(`The schema of plans has a ${def.type} at ${path.join('.')}: say how to change it.`);
  }
}

function inner(def: Record<string, unknown>): z.core.$ZodType {
  return def['innerType'] as z.core.$ZodType;
}

function replaced(value: unknown, [first, ...rest]: Path, next: unknown): unknown {
  if (first === undefined) return next;
  if (Array.isArray(value))
    return value.map((each, at) => (at === first ? replaced(each, rest, next) : each));
  const record = value as Record<string, unknown>;
  return { ...record, [first]: replaced(record[first], rest, next) };
}

/** Every path that the schema knows, whether or not the plan above has something there. */
function pathsOf(schema: z.core.$ZodType, path = ''): string[] {
  const def = schema._zod.def as unknown as Record<string, unknown> & { type: string };
  switch (def.type) {
    case 'object':
      return Object.entries((def as unknown as { shape: Record<string, z.core.$ZodType> }).shape).flatMap(
        ([key, each]) => pathsOf(each, path === '' ? key : `${path}.${key}`),
      );
    case 'optional':
    case 'default':
    case 'nullable':
      return pathsOf(inner(def), path);
    case 'array':
      return pathsOf((def as unknown as { element: z.core.$ZodType }).element, `${path}.*`);
    case 'union':
      return (def as unknown as { options: z.core.$ZodType[] }).options.flatMap((each) =>
        pathsOf(each, path),
      );
    default:
      return [path];
  }
}

const plan = Plan.parse(full);
const mutations = walk(Plan, full, []);
const withoutIndex = (path: string) => path.replace(/ .*$/, '').replaceAll(/\.\d+/g, '.*');

describe('the hash of a plan', () => {
  test('the plan of this test says everything that a plan can say', () => {
    const changed = new Set(mutations.map(({ path }) => withoutIndex(path)));
    expect(pathsOf(Plan).filter((path) => !changed.has(path))).toEqual([]);
    // What the schema of today has; a new field has to be here too, or the walk reads nothing.
    expect(new Set(pathsOf(Plan)).size).toBeGreaterThanOrEqual(44);
    expect(mutations.length).toBeGreaterThan(150);
  });

  test('is another one whatever is changed, and people are told of it', () => {
    for (const { path, plan: changed } of mutations) {
      const after = changed as Plan;
      expect(planHash(after), path).not.toBe(planHash(plan));
      const told = planChanges(plan, after);
      expect(told.length, path).toBeGreaterThan(0);
      for (const words of told) expect(words, path).not.toMatch(/^([^:]*): (.*) → \2$/);
    }
  });

  test('does not depend on the order in which things were written down', () => {
    const turned = Object.fromEntries(Object.entries(full).toReversed());
    expect(planHash(Plan.parse(turned))).toBe(planHash(plan));
    expect(planChanges(plan, plan)).toEqual([]);
  });

  test('nothing that would be done is left out of what is shown', () => {
    const shown = planParts(plan, planHash(plan))
      .map((part) => {
        if (part.kind === 'facts')
          return part.facts.map(({ name, value }) => `${name} ${plain(value)}`).join('\n');
        return part.kind === 'text' || part.kind === 'note' ? plain(part.text) : '';
      })
      .join('\n');
    for (const said of [
      'api in production: v1 → v2',
      'Product shop',
      'stays until a person decides',
      'release r2',
      'roll it back',
      'Deploy api v2 over v1',
      'a'.repeat(12),
      'canary',
      '50 %',
      '1 commit by Ann',
      'Fix it',
      '0007: line 1: it locks',
      'LIMIT is new',
      'cold starts',
      'the traffic goes back',
      'the migration',
      'the weather',
      'the approval of 1 person of release-crew, within 1 h',
      'INC-1: it burns',
      'serves-version (high 0)',
      'no-alerts is not asked at api/production: a false alarm (U0CAT)',
      'the new header',
      'U0ANN',
      planHash(plan).slice(0, 12),
    ])
      expect(shown).toContain(said);
  });
});
