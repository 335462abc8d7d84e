import { beforeEach, describe, expect, test } from 'vitest';
import { openVigil } from '../../../test/support/one-way.ts';
import { phaseOf } from '../../core/report-of.ts';
import { utc } from '../../core/text.ts';
import type { Judged, MetricSource } from '../../metric/metric.ts';
import { putFreeze } from '../board/freeze.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: Awaited<ReturnType<typeof openVigil>>;

const isAsked = async () => phaseOf(await world.deployment()) === 'held';
const statusesOf = async (kind: string) =>
  [...(await world.deployment()).steps].flatMap(([id, { status }]) => (id.startsWith(kind) ? [status] : []));
const isFirstWatched = async () => (await statusesOf('observe'))[0] === 'running';
const isPassed = async () => !(await statusesOf('')).includes('running');
const line = async (start: string) => (await world.lines()).find((each) => each.startsWith(start));

describe('a bad version from which there is no way back', () => {
  beforeEach(async () => {
    world = await openVigil();
    world.answering.failing = 0.05;
    await world.until(isAsked);
  });

  test('is looked at for as long as a person is waited for: the card has both versions as they are now', async () => {
    world.answering.failing = 0.06;
    world.answering.failingBefore = 0.01;
    await world.waits(3 * HOUR_MS);
    const now = await line('Now: ');
    expect(now).toMatch(/^Now: v2 \d+ requests, 6(\.\d+)? % errors, p95 .*; v1 \d+ requests, 1 % errors/);
    const last = (await world.vigils()).at(-1)?.vigil;
    expect(world.office.nowMs() - (last?.lookedAtMs ?? 0)).toBeLessThanOrEqual(5 * MINUTE_MS + 60_000);
    expect(await line('Looked at last')).toBe(`Looked at last: ${utc(last?.lookedAtMs ?? 0)}`);
    expect(await world.words()).toEqual([]);
  });

  test('costs a bounded journal, and a state that does not grow', async () => {
    await world.waits(HOUR_MS);
    const first = await world.vigils();
    await world.waits(5 * HOUR_MS);
    const all = await world.vigils();
    expect(first.length).toBeLessThan(40);
    expect(all.length - first.length).toBeLessThanOrEqual(5 * 12 + 1);
    const size = (at: number) => JSON.stringify(all.at(at)).length;
    expect(size(-1)).toBeLessThan(1.1 * size(10));
    expect(size(-1)).toBeLessThan(3_000);
  });

  test('that becomes clearly worse is told of once, aloud, to whom it concerns, and nothing is done about it', async () => {
    await world.waits(20 * MINUTE_MS);
    const share = world.share();
    const touched = world.office.world.touched.length;
    world.answering.failing = 0.6;
    await world.waits(2 * HOUR_MS);
    const words = await world.words();
    expect(words).toHaveLength(1);
    expect(words[0]).toMatch(/^@U0ANN api v2 → staging.* has become clearly worse while it waits/);
    expect(words[0]).toMatch(/v2 has [\d.]+ % errors in \d+ requests, \d(\.\d+)? % before; v1 0 %/);
    expect(await line('It has become clearly worse')).toBeDefined();
    expect(await line('Now: ')).toMatch(/v2 \d+ requests, 60(\.\d+)? % errors/);
    const { outcome, direction } = await world.deployment();
    expect([outcome, direction, world.share()]).toEqual([null, 'backward', share]);
    expect(world.office.world.touched.length).toBe(touched);
  });

  test('is told of within a minute or two of getting worse, not when the next line is due', async () => {
    await world.waits(3 * HOUR_MS);
    const atMs = world.office.nowMs();
    world.answering.failing = 0.6;
    await world.waits(10 * MINUTE_MS);
    const said = (await world.vigils()).find(({ worse }) => worse !== null);
    expect((said?.atMs ?? Number.POSITIVE_INFINITY) - atMs).toBeLessThanOrEqual(2 * MINUTE_MS);
  });

  test('that becomes slower is told of as well', async () => {
    world.answering.slow = 0.5;
    await world.waits(20 * MINUTE_MS);
    expect(await world.words()).toEqual([expect.stringContaining('ms before')]);
  });

  test('that is ill besides is told of once, however often it comes and goes', async () => {
    await world.waits(5 * MINUTE_MS);
    const { look } = world.office.world.siteOf('api/staging');
    const extras = world.office.world.extras.get('api/staging');
    const ill: typeof look = async () => {
      const seen = await look();
      const releases = seen.releases.map((each) => ({
        ...each,
        health: 'unhealthy' as const,
        say: 'it hangs',
      }));
      return { ...seen, releases };
    };
    for (const each of [ill, look, ill, look, ill]) {
      world.office.world.extras.set('api/staging', { ...extras, look: each });
      await world.waits(5 * MINUTE_MS);
    }
    expect(await world.words()).toEqual([expect.stringContaining('api v2 is unhealthy: it hangs')]);
    expect(await line('api v2 is unhealthy')).toBeDefined();
  });

  test('whose numbers fall silent is said to be unknown since then, and is known again when they come back', async () => {
    await world.waits(20 * MINUTE_MS);
    const fromMs = world.office.nowMs();
    world.answering.isSilent = true;
    await world.waits(HOUR_MS);
    const missing = await line('Numbers are missing');
    expect(missing).toMatch(/^Numbers are missing since .*: no answer\. How api v2 does now is not known$/);
    const sinceMs = (await world.vigils()).at(-1)?.vigil.sources['platform']?.readAtMs ?? 0;
    expect(missing).toContain(utc(sinceMs));
    expect(Math.abs(sinceMs - fromMs)).toBeLessThanOrEqual(MINUTE_MS);
    expect(await line('Now: ')).toBeUndefined();
    world.answering.isSilent = false;
    await world.waits(5 * MINUTE_MS);
    expect(await line('Numbers are missing')).toBeUndefined();
    expect(await line('Now: ')).toMatch(/5(\.\d+)? % errors/);
    expect(await world.words()).toEqual([]);
  });

  test('is not forgotten with the worker that dies: the next one goes on, and says nothing twice', async () => {
    await world.waits(HOUR_MS);
    world.answering.failing = 0.6;
    await world.waits(10 * MINUTE_MS);
    for (let deaths = 0; deaths < 5; deaths += 1) {
      await world.crash();
      await world.waits(20 * MINUTE_MS);
    }
    const { outcome } = await world.deployment();
    expect(outcome).toBeNull();
    expect(await world.words()).toHaveLength(1);
    expect(await line('Now: ')).toMatch(/60(\.\d+)? % errors/);
    expect(world.office.nowMs() - ((await world.vigils()).at(-1)?.atMs ?? 0)).toBeLessThan(6 * MINUTE_MS);
  });

  test('that got worse while nobody was there is told of when somebody is there again', async () => {
    await world.waits(HOUR_MS);
    await world.crash();
    world.answering.failing = 0.6;
    world.office.pass(4 * HOUR_MS);
    await world.waits(5 * MINUTE_MS);
    expect(await world.words()).toHaveLength(1);
    // What was counted meanwhile is not of the present for ever.
    world.answering.failing = 0.05;
    await world.waits(20 * MINUTE_MS);
    expect(await line('Now: ')).toMatch(/ 5(\.\d+)? % errors.*in the last \d m/);
  });

  test('is asked about as well where a source judges for itself: what it says anew is said aloud', async () => {
    const { parts } = world.office;
    const judge: MetricSource = { name: 'platform', kind: 'alerts', verdict: async () => said };
    let said: Judged = { kind: 'pass', because: 'no alert fires', cursor: 'c1' };
    Object.assign(parts, { metricNamed: () => judge });
    await world.waits(20 * MINUTE_MS);
    expect(await line('Now: ')).toBe('Now: no alert fires');
    said = { kind: 'unknown', because: 'it does not answer' };
    await world.waits(10 * MINUTE_MS);
    expect(await line('Numbers are missing')).toContain('it does not answer');
    said = { kind: 'fail', because: 'CheckoutDown fires' };
    await world.waits(20 * MINUTE_MS);
    expect(await world.words()).toEqual([expect.stringContaining('platform says: CheckoutDown fires.')]);
  });

  test('is looked at no longer once a person has decided', async () => {
    await world.waits(HOUR_MS);
    await world.office.during(world.office.as('U0ANN').goOn(world.id, null));
    await world.waits(10 * MINUTE_MS);
    expect((await world.deployment()).outcome).toBe('needs-human');
    expect(await world.lines()).toEqual([]);
  });
});

test('what stands in front of a freeze between two shares is looked at as well', async () => {
  world = await openVigil({ isOneWay: false });
  await world.until(isFirstWatched);
  const { parts, actorOf, nowMs } = world.office;
  await putFreeze(
    { parts, visitor: { actor: actorOf('U0DAN'), channel: 'C1', key: 'freeze' } },
    {
      scope: { service: 'api', environment: 'staging' },
      window: { kind: 'open', fromMs: nowMs() },
      zone: 'UTC',
      reason: 'inventory',
      isEmergency: false,
    },
  );
  await world.until(isPassed);
  await world.waits(10 * MINUTE_MS);
  expect(await line('Not yet: ')).toContain('inventory');
  expect(await line('Now: ')).toMatch(/^Now: v2 \d+ requests, 0 % errors/);
  world.answering.failing = 0.4;
  await world.waits(10 * MINUTE_MS);
  expect(await world.words()).toEqual([expect.stringMatching(/^@U0ANN .*clearly worse/)]);
});

describe('a good version that somebody holds between two shares', () => {
  beforeEach(async () => {
    world = await openVigil({ isOneWay: false });
    await world.until(isFirstWatched);
    await world.office.during(world.office.as('U0DAN').hold(world.id, 'lunch'));
    await world.until(isPassed);
  });

  test('is looked at, and who holds it is told when it gets worse; nothing is decided', async () => {
    await world.waits(10 * MINUTE_MS);
    expect(await line('Now: ')).toMatch(/^Now: v2 \d+ requests, 0 % errors/);
    world.answering.failing = 0.4;
    await world.waits(HOUR_MS);
    expect(await world.words()).toEqual([expect.stringMatching(/^@U0DAN .*clearly worse/)]);
    const { outcome, direction } = await world.deployment();
    expect([outcome, direction]).toEqual([null, 'forward']);
  });
});
