import { Agent, get } from 'node:http';

export type TrafficOptions = {
  /** Where requests go: the doors of services, never a release of its own. */
  readonly urls: readonly string[];
  /** To each of them. */
  readonly ratePerSecond: number;
  readonly monotonicMs: () => number;
};

export type Traffic = {
  /** Zero pauses. */
  setRate(perSecond: number): void;
  /** So far. It counts and judges nothing: the platform measures. */
  counts(): TrafficCounts;
  /** Lets what is under way be answered, for a moment; returns when nothing is under way any more. */
  stop(): Promise<void>;
};

export type TrafficCounts = {
  readonly sent: number;
  /** Answered with any status. */
  readonly answered: number;
  readonly broken: number;
  /** Not sent because too many were under way. */
  readonly skipped: number;
};

const TICK_MS = 50;
const DEADLINE_MS = 10_000;
/** Whoever ends the program does not wait for a service that hangs. */
const STOP_AFTER_MS = 1_000;
/** What a service that hangs may tie up here. */
const UNDER_WAY_MAX = 100;

/**
 * Sends requests at an even rate, whether the ones before were answered or not, as people do (an open loop), over
 * kept connections.
 */
export function startTraffic({ urls, ratePerSecond, monotonicMs }: TrafficOptions): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: UNDER_WAY_MAX });
  const counts = { sent: 0, answered: 0, broken: 0, skipped: 0 };
  const underWay = new Set<Promise<void>>();
  const loop = openLoop(ratePerSecond, monotonicMs());

  const timer = setInterval(() => {
    const due = loop.due(monotonicMs());
    for (let request = 0; request < due; request++) for (const url of urls) send(url);
  }, TICK_MS);

  function send(url: string): void {
    if (underWay.size >= UNDER_WAY_MAX) {
      counts.skipped += 1;
      return;
    }
    counts.sent += 1;
    const sending = ask(url, agent).then((isAnswered) => {
      counts[isAnswered ? 'answered' : 'broken'] += 1;
      underWay.delete(sending);
    });
    underWay.add(sending);
  }

  return {
    setRate: (perSecond) => loop.setRate(perSecond, monotonicMs()),
    counts: () => ({ ...counts }),
    async stop() {
      clearInterval(timer);
      const cutOff = setTimeout(() => agent.destroy(), STOP_AFTER_MS);
      await Promise.all(underWay);
      clearTimeout(cutOff);
      agent.destroy();
    },
  };
}

/** How many requests are due: never more than one second's worth at once, so that a pause is not made up for. */
export function openLoop(perSecond: number, startedAtMs: number) {
  let rate = perSecond;
  let owed = 0;
  let lastMs = startedAtMs;
  function owe(nowMs: number): void {
    owed = Math.min(owed + ((nowMs - lastMs) * rate) / 1_000, rate + 1);
    lastMs = nowMs;
  }
  return {
    setRate(next: number, nowMs: number): void {
      owe(nowMs);
      rate = Math.max(0, next);
    },
    due(nowMs: number): number {
      owe(nowMs);
      const due = Math.floor(owed);
      owed -= due;
      return due;
    },
  };
}

function ask(url: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = get(url, { agent, headers: { 'user-agent': 'slipway-traffic' } }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(true));
      answer.on('error', () => resolve(false));
    });
    asking.setTimeout(DEADLINE_MS, () => asking.destroy());
    asking.on('error', () => resolve(false));
    asking.on('close', () => resolve(false));
  });
}
