import type { Asked, MetricSource } from '../../src/metric/metric.ts';

/**
 * How a source of numbers is held to the contract of `src/metric/metric.ts`:
 *
 * 1. `test/contract/metric-<id>.ts` exports a `MetricMember` (one that counts) or a `JudgingMember` (one that judges for
 *    itself). Its `open` gives a world of its own for one test: a stand-in, and a source whose door goes out through the
 *    `fetch` that it is handed, so that the suite can keep what was answered and change it.
 * 2. A line in `metric-members.ts`. `metric-every.test.ts` asks it what every source must keep: while nothing is broken
 *    it counts what happened; whatever is broken, it never counts what did not happen, and never makes a bad version
 *    look good.
 *
 * What only one source does is tested beside it, in `metric-<id>.test.ts`.
 */
export type MetricMember = {
  readonly name: string;
  open(way: Way): Promise<MetricWorld>;
};

/** The way out, by which the suite listens in; the clock of the door, which waits for nobody. */
export type Way = {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: { nowMs(): number; sleep(ms: number): Promise<void> };
};

export type MetricWorld = {
  /** A new one over the same stand-in each time, so that what its door has learnt of a trouble is forgotten. */
  source(): MetricSource;
  /** v2 as canary beside v1 as stable, as things stand at `nowMs()`. */
  asked(): Asked;
  nowMs(): number;
  /** So long, at least, something can be known of after it has happened. */
  readonly roundMs: number;
  /** Time goes by, evenly served. Errors are among the requests. */
  pass(ms: number, served: { readonly canary: Served; readonly stable: Served }): void;
  /** What is wrong from now on with the numbers themselves, until `calm`. */
  readonly troubles: readonly Trouble[];
  trouble(what: Trouble): void;
  calm(): void;
  /** False where no answer comes through `fetch`, so that none can be changed. */
  readonly isOverHttp: boolean;
  close(): Promise<void>;
};

export type Served = { readonly requests: number; readonly errors: number };

/**
 * `gone`: nothing of the canary. `stable-gone`: nothing of the version before. `nan`, `negative`: the counts are. `stale`:
 * time stands still there. `future`: it runs ahead. `reset`: counting began anew. `unit`: everything a thousandfold.
 * `partial`: the source itself says that its answer is only a part.
 */
export type Trouble =
  | 'gone'
  | 'stable-gone'
  | 'nan'
  | 'negative'
  | 'stale'
  | 'future'
  | 'reset'
  | 'unit'
  | 'partial';

export type JudgingMember = {
  readonly name: string;
  open(way: Way): Promise<JudgingWorld>;
};

export type JudgingWorld = {
  source(): MetricSource;
  asked(): Asked;
  /** What is true there. `silent`: nobody looks any more, where it can be known. */
  be(what: 'well' | 'ill' | 'silent'): void;
  readonly canBeSilent: boolean;
  close(): Promise<void>;
};
