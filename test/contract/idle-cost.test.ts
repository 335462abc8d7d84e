import { setImmediate as breath } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import type { Platform, Site } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import { openStandIn, type StandIn } from '../support/stand-in/index.ts';
import { LIMIT, openPretend } from './platform-pretend-adapter.ts';
import { intent } from './platform-trial.ts';

const SITES = 500;
const POLL_MS = 20_000;

/** Time that passes only when it is told to, and knows who waits for it. */
class Clock {
  now = 1_800_000_000_000;
  #sleepers: { readonly atMs: number; wake(): void }[] = [];

  readonly nowMs = () => this.now;
  readonly sleep = (ms: number) =>
    new Promise<void>((wake) => void this.#sleepers.push({ atMs: this.now + ms, wake }));

  get asleep(): number {
    return this.#sleepers.length;
  }

  advance(ms: number): void {
    this.now += ms;
    const due = this.#sleepers.filter(({ atMs }) => atMs <= this.now);
    this.#sleepers = this.#sleepers.filter(({ atMs }) => atMs > this.now);
    for (const { wake } of due) wake();
  }
}

let clock: Clock;
let standIn: StandIn;
let platform: Platform;
beforeEach(async () => {
  clock = new Clock();
  const deploy = { id: 'dep-1', version: 'v1', status: 'live', marker: null };
  standIn = await openStandIn({
    spec: null,
    basePath: '/v1',
    nowMs: clock.nowMs,
    handle: ({ method }) => ({ status: 200, json: method === 'GET' ? [deploy] : deploy }),
  });
  platform = openPretend(standIn.url, aroundWith('nothing', clock));
});
afterEach(() => standIn.close());

/** Asks for as long as it is told to, and counts how it went. */
class Polls {
  readonly outcomes: string[] = [];
  readonly answered = new Set<number>();
  #running = 0;

  start(index: number, site: Site): void {
    this.#running += 1;
    site
      .look()
      .then(
        () => {
          this.answered.add(index);
          return 'answered';
        },
        (error: unknown) => (error instanceof Failed ? error.failure.code : String(error)),
      )
      .then((outcome) => {
        this.outcomes.push(outcome);
        this.#running -= 1;
      });
  }

  /** Until everybody has been answered, or waits for the clock. */
  async quiet(): Promise<void> {
    while (this.#running > clock.asleep) await breath();
  }
}

function nameOf(index: number): string {
  const letter = (digit: number) => String.fromCharCode(97 + digit);
  return letter(Math.floor(index / 26)) + letter(index % 26);
}

/** Every site is asked every twenty seconds, one after the other, for so long. */
async function poll(seconds: number): Promise<Polls> {
  const sites = Array.from({ length: SITES }, (_, index) =>
    platform.site({ id: `${nameOf(index)}/staging`, address: { service: nameOf(index) } }),
  );
  const polls = new Polls();
  for (let second = 0; second < seconds; second++) {
    for (const [index, site] of sites.entries()) {
      if (second % (POLL_MS / 1_000) === index % (POLL_MS / 1_000)) polls.start(index, site);
    }
    await polls.quiet();
    clock.advance(1_000);
    await polls.quiet();
  }
  return polls;
}

test('five hundred sites that are asked far too often stay inside the limit of their platform', async () => {
  const polls = await poll(180);
  const usual = LIMIT.perMinute - LIMIT.reserved;
  expect(standIn.busiestMinute()).toBe(usual);
  expect(new Set(polls.outcomes)).toEqual(new Set(['answered', 'rate-limited']));
  // What the limit allows is used.
  expect(polls.outcomes.filter((outcome) => outcome === 'answered').length).toBeGreaterThan(2 * usual);
});

test('going back gets through at once while everything else waits', async () => {
  const polls = await poll(55);
  const target = { id: 'aa/staging', address: { service: 'aa' } };
  const usual = platform.site(target);
  for (let index = 0; index < 10; index++) polls.start(index, usual);
  await polls.quiet();
  expect(clock.asleep).toBeGreaterThanOrEqual(10);
  const before = standIn.calls().length;
  const waiting = clock.asleep;

  const back = { releaseId: 'dep-0', version: { name: 'v0', commit: null }, insteadOf: null };
  for (let time = 0; time < LIMIT.reserved / 2; time++) {
    // Two calls each. Nobody moves the clock, so whoever waited would wait for ever.
    await platform.site(target, 'urgent').restore?.(intent('restore'), back);
  }
  expect(standIn.calls().length - before).toBe(LIMIT.reserved);
  expect(standIn.busiestMinute()).toBe(LIMIT.perMinute);
  expect(clock.asleep).toBe(waiting);

  clock.advance(60_000);
  await polls.quiet();
  expect(clock.asleep).toBe(0);
});
