import type { Duties, Outbox, OutboxRow } from '../../store/store.ts';
import type { SlackClient } from '../client.ts';
import type { Clock, Reports, SlackConfiguration, SlackLog } from '../needs.ts';
import { type Courier, channelOf, type Delivered, type Later, subjectOf } from './courier.ts';
import { deliver, isTold } from './deliver.ts';
import { methodOf, nothingSpent, type Scheduled, type Spent, schedule } from './schedule.ts';

export type SendingNeeds = {
  readonly outbox: Outbox;
  readonly duties: Duties;
  readonly client: SlackClient;
  readonly reports: Reports;
  readonly configuration: Pick<SlackConfiguration, 'channelFor' | 'isLoud' | 'fallbackChannel'>;
  readonly clock: Clock;
  random(): number;
  readonly owner: string;
  readonly log: SlackLog;
};

/** `stop` waits for what is on its way. */
export type Sending = { stop(): Promise<void> };

const DUTY = 'outbox';
const DUTY_LEASE_MS = 15_000;
/** For so long nobody tells what a process was telling when it was killed. */
const ROW_LEASE_MS = 30_000;
/** More than a call to Slack may take. */
const POST_MARGIN_MS = 15_000;
const LOOK_MS = 250;
const LOOK_AGAIN_AFTER_TROUBLE_MS = 2_000;
const ROWS_AT_ONCE = 100;
const CALLS_AT_ONCE = 8;
const FAILURES_REMEMBERED = 10_000;

/** Tells Slack what waits in the outbox, for as long as this process holds the duty; one process does at a time. */
export function startSending(needs: SendingNeeds): Sending {
  const { clock, log } = needs;
  const round = sendingRound(needs);
  let isStopped = false;
  let callOff = () => {};
  let running: Promise<void> = Promise.resolve();

  const lookSoon = (inMs: number) => {
    if (isStopped) return;
    callOff = clock.after(inMs, () => {
      running = round().then(
        // What was sent may have made room for the next of its stream.
        (sent) => lookSoon(sent > 0 ? 0 : LOOK_MS),
        (error: unknown) => {
          log.warn({ because: String(error) }, 'outbox could not be read');
          lookSoon(LOOK_AGAIN_AFTER_TROUBLE_MS);
        },
      );
    });
  };
  lookSoon(0);
  return {
    async stop() {
      isStopped = true;
      callOff();
      await running;
      await needs.duties.drop(DUTY, needs.owner).catch(() => undefined);
    },
  };
}

/**
 * One look at the outbox: what may go goes, the rest is told when to come back. Answers how many were settled.
 * Exported to be stepped through in tests.
 */
export function sendingRound(needs: SendingNeeds): () => Promise<number> {
  const { outbox, duties, clock, owner } = needs;
  const health = healthOfSlack(clock);
  const courier = courierOf(needs, health);
  const failures = new Map<string, number>();
  let spent: Spent = nothingSpent;

  return async () => {
    if (!(await duties.hold(DUTY, owner, DUTY_LEASE_MS))) {
      // Somebody else tells the threads now; what we remember of them grows old.
      courier.toldThrough.clear();
      return 0;
    }
    const takenAtMs = clock.nowMs();
    const mayStillPost = () => clock.nowMs() - takenAtMs < ROW_LEASE_MS - POST_MARGIN_MS;
    const rows = await outbox.take(owner, ROWS_AT_ONCE, ROW_LEASE_MS);
    if (rows.length === 0) return 0;
    const scheduled = schedule(spent, rows, {
      nowMs: clock.nowMs(),
      channelOf: (row) => channelOf(courier, row) ?? '',
      isFree: (row) => isTold(courier, row),
    });
    spent = scheduled.spent;
    await postpone(outbox, scheduled);
    let settled = 0;
    await inTurns(scheduled.go, async (row) => {
      // The duty is renewed before every call, so that a slow Slack cannot make two processes send.
      if (!(await duties.hold(DUTY, owner, DUTY_LEASE_MS))) return outbox.later(row, 0, row.isUncertain);
      const blockedMs = (spent.blockedUntilMs.get(methodOf(row)) ?? 0) - clock.nowMs();
      if (blockedMs > 0) return outbox.later(row, blockedMs, row.isUncertain);
      const delivered = await deliver({ ...courier, mayStillPost }, row);
      health.saw(delivered);
      spent = blocked(spent, delivered, clock.nowMs());
      await settle(needs, failures, row, delivered);
      if (delivered.kind !== 'later') settled += 1;
    });
    return settled;
  };
}

const WELL_MS = 10 * 60_000;
const TRIES_MAX = 100;

/** Since when everything has gone well; after an outage nothing is given up before Slack had time for it. */
function healthOfSlack(clock: Clock) {
  let wellSinceMs: number | null = null;
  return {
    saw(delivered: Delivered): void {
      if (delivered.kind === 'sent') wellSinceMs ??= clock.nowMs();
      if (delivered.kind === 'later' && delivered.why.inMs === null) wellSinceMs = null;
    },
    isHopeless: ({ attempts }: OutboxRow) =>
      attempts >= TRIES_MAX && wellSinceMs !== null && clock.nowMs() - wellSinceMs > WELL_MS,
  };
}

function courierOf(
  { client, reports, outbox, configuration, log }: SendingNeeds,
  { isHopeless }: Pick<Courier, 'isHopeless'>,
): Omit<Courier, 'mayStillPost'> {
  const { fallbackChannel } = configuration;
  const channelFor = (environment: string) => configuration.channelFor(environment);
  const isLoud = (environment: string) => configuration.isLoud?.(environment) ?? false;
  const more = { log, toldThrough: new Map(), rooms: new Map(), isHopeless };
  return { client, reports, outbox, channelFor, isLoud, fallbackChannel, ...more };
}

async function postpone(outbox: Outbox, { wait }: Scheduled): Promise<void> {
  for (const { row, inMs } of wait) await outbox.later(row, inMs, row.isUncertain);
}

/** Rows about one thing one after another, in order; different things side by side. */
async function inTurns(rows: readonly OutboxRow[], send: (row: OutboxRow) => Promise<void>): Promise<void> {
  const subjects = new Set(rows.map(subjectOf));
  const queues = [...subjects].map((subject) => rows.filter((row) => subjectOf(row) === subject));
  const worker = async () => {
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
      for (const row of queue.toSorted(byEntry)) await send(row);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, queues.length) }, worker));
}

const kindOrder = { card: 0, sheet: 0, word: 0, alert: 1, thread: 2, report: 3 } as const;

function byEntry(a: OutboxRow, b: OutboxRow): number {
  return kindOrder[a.content.kind] - kindOrder[b.content.kind] || entryOf(a) - entryOf(b) || a.id - b.id;
}

function entryOf({ content }: OutboxRow): number {
  return 'seq' in content ? (content.seq ?? 0) : 0;
}

function blocked(spent: Spent, delivered: Delivered, nowMs: number): Spent {
  if (delivered.kind !== 'later' || delivered.why.limited === null) return spent;
  const untilMs = nowMs + (delivered.why.inMs ?? 1_000);
  return { ...spent, blockedUntilMs: new Map(spent.blockedUntilMs).set(delivered.why.limited, untilMs) };
}

async function settle(
  { outbox, random, log }: SendingNeeds,
  failures: Map<string, number>,
  row: OutboxRow,
  delivered: Delivered,
): Promise<void> {
  switch (delivered.kind) {
    case 'sent':
      failures.delete(row.key);
      return outbox.sent(row, delivered.ref);
    case 'drop':
      failures.delete(row.key);
      log.error({ key: row.key, because: delivered.because }, 'could not be told in Slack, given up');
      return outbox.drop(row, delivered.because);
    case 'later': {
      const { inMs, isUncertain } = delivered.why;
      const pauseMs = inMs ?? pauseAfter(failures, row.key, random(), delivered.why, log);
      return outbox.later(row, pauseMs, isUncertain);
    }
  }
}

/** Longer after every failure, up to a minute, and never the same for two rows. */
function pauseAfter(
  failures: Map<string, number>,
  key: string,
  chance: number,
  { because }: Later,
  log: SlackLog,
): number {
  if (failures.size > FAILURES_REMEMBERED) failures.clear();
  const count = (failures.get(key) ?? 0) + 1;
  failures.set(key, count);
  log.warn({ key, count, because }, 'could not be told in Slack, trying again');
  return Math.min(60_000, 1_000 * 2 ** Math.min(count, 10)) * (0.5 + chance / 2);
}
