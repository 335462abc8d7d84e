import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import type { Cursor, Reading, Readings } from '../../src/metric/metric.ts';
import type { MetricWorld, Trouble, Way } from './metric-member.ts';
import { judges, members } from './metric-members.ts';
import { brokenAnswers, listening } from './metric-wire.ts';

/** Half of what the canary serves fails: whatever shows it better than that was invented. */
const SERVED = { canary: { requests: 400, errors: 200 }, stable: { requests: 4_000, errors: 0 } };
const NOTHING = { canary: { requests: 0, errors: 0 }, stable: { requests: 0, errors: 0 } };
const CHANGED = 10_000;

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const outside: Way['fetch'] = (input, init) => fetch(input, init);
const clock: Way['clock'] = { nowMs: () => 0, sleep: async () => undefined };

async function opened<World extends { close(): Promise<void> }>(
  member: { open(way: Way): Promise<World> },
  way: Way['fetch'] = outside,
): Promise<World> {
  const world = await member.open({ fetch: way, clock });
  ends.push(() => world.close());
  return world;
}

const quiet: Readings = { cursor: null, stretches: [], gaps: [] };

/** What cannot be read is missing; the cursor stays as it was, as the engine keeps it. */
async function readOnce(world: MetricWorld, cursor: Cursor): Promise<Readings> {
  try {
    return (await world.source().read?.(world.asked(), JSON.parse(JSON.stringify(cursor)))) ?? quiet;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { cursor, stretches: [], gaps: [error.failure.message] };
  }
}

/** Four rounds like each other, and then time enough for the last of them to be known. */
async function readRounds(world: MetricWorld, rounds: number, from: Readings = quiet) {
  let { cursor } = from;
  const stretches: Reading[] = [];
  const gaps: string[] = [];
  for (let round = 0; round < rounds + 4; round++) {
    world.pass(world.roundMs, round < rounds ? SERVED : NOTHING);
    const readings = await readOnce(world, cursor);
    cursor = readings.cursor;
    stretches.push(...readings.stretches);
    gaps.push(...readings.gaps);
  }
  return { cursor, stretches, gaps };
}

/** No stretch is better than the truth, none is impossible, and together they are no more than what happened. */
function honest(stretches: readonly Reading[], rounds: number): void {
  for (const { atMs, durationMs, canary, stable, latencyLimitsMs } of stretches) {
    expect(Number.isFinite(atMs)).toBe(true);
    expect(durationMs).toBeGreaterThan(0);
    expect(canary.errors).toBeGreaterThanOrEqual(0.4 * canary.requests);
    for (const arm of [canary, ...(stable === null ? [] : [stable])]) {
      const counts = [arm.requests, arm.errors, ...(arm.latency ?? [])];
      expect(counts.every((count) => Number.isFinite(count) && count >= 0)).toBe(true);
      expect(arm.errors).toBeLessThanOrEqual(arm.requests);
      expect(arm.pods).toBeGreaterThanOrEqual(1);
      if (arm.latency !== null) expect(arm.latency).toHaveLength(latencyLimitsMs.length + 1);
    }
  }
  expect(requestsIn(stretches)).toBeLessThanOrEqual(rounds * SERVED.canary.requests);
}

function requestsIn(stretches: readonly Reading[]): number {
  return stretches.reduce((sum, { canary }) => sum + canary.requests, 0);
}

describe.each(members)('$name', (member) => {
  test('counts what happened for both versions, and nothing twice', async () => {
    const world = await opened(member);
    const first = await readOnce(world, null);
    expect(first.stretches).toEqual([]);
    const { stretches, gaps } = await readRounds(world, 4, first);
    expect(gaps).toEqual([]);
    honest(stretches, 4);
    expect(requestsIn(stretches)).toBe(4 * SERVED.canary.requests);
    expect(stretches.reduce((sum, { canary }) => sum + canary.errors, 0)).toBe(4 * SERVED.canary.errors);
    expect(stretches.reduce((sum, { stable }) => sum + (stable?.requests ?? 0), 0)).toBe(
      4 * SERVED.stable.requests,
    );
  });

  test('remembers no more than a journal can bear, in plain JSON', async () => {
    const world = await opened(member);
    const { cursor } = await readRounds(world, 6);
    expect(JSON.parse(JSON.stringify(cursor))).toEqual(cursor);
    expect(JSON.stringify(cursor).length).toBeLessThan(20_000);
  });

  test('begins anew where what it remembered is not its own', async () => {
    const world = await opened(member);
    for (const strange of ['what', 7, {}, [], { untilMs: 'yesterday' }, { canary: { pods: null } }]) {
      world.pass(world.roundMs, SERVED);
      const { stretches } = await readOnce(world, strange as Cursor);
      expect(stretches).toEqual([]);
    }
  });

  const all: Trouble[] = [
    'gone',
    'stable-gone',
    'nan',
    'negative',
    'stale',
    'future',
    'reset',
    'unit',
    'partial',
  ];
  test.each(all)('makes nothing good out of %s, says so, and counts again when it is over', async (what) => {
    const world = await opened(member);
    if (!world.troubles.includes(what)) return;
    const before = await readRounds(world, 2, await readOnce(world, null));
    world.trouble(what);
    const during = await readRounds(world, 3, { ...quiet, cursor: before.cursor });
    world.calm();
    const after = await readRounds(world, 4, { ...quiet, cursor: during.cursor });
    honest(before.stretches, 2);
    honest([...before.stretches, ...during.stretches, ...after.stretches], 9);
    if (what !== 'stale') expect(during.gaps.length).toBeGreaterThan(0);
    expect(requestsIn(after.stretches)).toBeGreaterThan(0);
  });

  test(`makes nothing good out of any of ${CHANGED} broken answers`, async () => {
    const wire = listening();
    const world = await opened(member, wire.fetch);
    if (!world.isOverHttp) return;
    const first = await readOnce(world, null);
    world.pass(world.roundMs, SERVED);
    for (let round = 0; round < 4; round++) world.pass(world.roundMs, NOTHING);
    wire.keep();
    const good = await readOnce(world, first.cursor);
    expect(requestsIn(good.stretches)).toBeGreaterThan(0);
    const kept = wire.kept();
    expect(kept.length).toBeGreaterThan(0);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(brokenAnswers(kept), async (answers) => {
        wire.answer(answers);
        const { stretches } = await readOnce(world, first.cursor);
        honest(stretches, 1);
        if (stretches.length < good.stretches.length) refused += 1;
      }),
      { numRuns: CHANGED },
    );
    // A source that never looks at what it is told would have refused nothing.
    expect(refused).toBeGreaterThan(CHANGED / 100);
  }, 240_000);
});

describe.each(judges)('$name', (member) => {
  async function verdictOf(world: Awaited<ReturnType<typeof member.open>>): Promise<string> {
    try {
      return (await world.source().verdict?.(world.asked()))?.kind ?? 'none';
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      return 'unknown';
    }
  }

  test('says what is true', async () => {
    const world = await opened(member);
    world.be('well');
    expect(await verdictOf(world)).toBe('pass');
    world.be('ill');
    expect(await verdictOf(world)).toBe('fail');
  });

  test('does not take silence for health', async () => {
    const world = await opened(member);
    if (!world.canBeSilent) return;
    world.be('silent');
    expect(await verdictOf(world)).toBe('unknown');
  });

  test('does not pass on what it cannot read', async () => {
    const wire = listening();
    const world = await opened(member, wire.fetch);
    world.be('well');
    wire.keep();
    expect(await verdictOf(world)).toBe('pass');
    const kept = wire.kept();
    const unreadable = ['', '{', 'null', '[null]', '{"status":"error"}', '<html></html>', '"ok"', '7'];
    for (const text of unreadable) {
      wire.answer(kept.map((each) => ({ ...each, text })));
      expect([text, await verdictOf(world)]).toEqual([text, 'unknown']);
    }
    wire.answer(kept.map((each) => ({ ...each, status: 503 })));
    expect(await verdictOf(world)).toBe('unknown');
  });
});
