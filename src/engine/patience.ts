/** Every wait of the engine, in one place, each with its unit and its end. */
export const patience = {
  /** How long the right to act lasts without being renewed; a crash is noticed after this. */
  leaseMs: 15_000,
  /** A lease with less left than this is renewed before anything is sent. */
  sendMarginMs: 10_000,
  /** Waits up to this are slept through with the lease held; longer ones give it back. */
  napMs: 1_000,
  /** How often a deployment may lose its holder without settling a step before it is set aside. */
  crashesMax: 3,
  reconcileEveryMs: 2_000,
  /** How often the platforms are asked what really runs. */
  lookEveryMs: 15_000,
  /** How often counters are read for charts: what happened within is one number. */
  sampleEveryMs: 30_000,
  /** What is older is kept as one number a quarter of an hour. */
  samplesFineMs: 6 * 60 * 60_000,
  samplesKeptMs: 14 * 24 * 60 * 60_000,
  /** An outbox that has waited this long is said to be late. */
  outboxLateMs: 60_000,
  /** A delivery that nobody handled after this is picked up again. */
  inboxLateMs: 5_000,
  /** How long handled deliveries are remembered, so that none is taken twice. */
  inboxKeptMs: 3 * 24 * 60 * 60_000,
  /** How often somebody looks whether what froze a deployment on its way is gone. */
  frozenLookMs: 15_000,
  /** A deployment that was frozen on its way for so long is turned back. */
  frozenMaxMs: 60 * 60_000,
  /** A deployment that somebody has held with its traffic shared is turned back after so long. */
  heldMaxMs: 4 * 60 * 60_000,
  /** How often somebody looks at what keeps its share of the traffic while a person is waited for. */
  lookOnEveryMs: 30_000,
  /** What the newer version of the program left behind is looked at again after this. */
  foreignMs: 60_000,
} as const;

export type Patience = { readonly [K in keyof typeof patience]: number };

/** The waits with some of them changed. A lease shorter than the margin could never be long enough to send anything. */
export function patienceWith(changes: Partial<Patience>): Patience {
  const changed = { ...patience, ...changes };
  return { ...changed, sendMarginMs: Math.min(changed.sendMarginMs, (2 / 3) * changed.leaseMs) };
}

/** How long to wait before looking again at something that began `elapsedMs` ago: soon at first, then less often. */
export function pollAfter(elapsedMs: number): number {
  return Math.min(5_000, Math.max(200, elapsedMs / 8));
}

/** Watching looks about eight times, at least every thirty seconds. */
export function watchAfter(durationMs: number): number {
  return Math.min(30_000, Math.max(1_000, durationMs / 8));
}

/**
 * How far watching is, is written down less often than it is looked at: each time is a line of the journal and an edit
 * of the card, of which Slack takes fifty a minute for all cards together.
 */
export function tellAfter(durationMs: number): number {
  return Math.min(60_000, Math.max(3_000, durationMs / 8));
}

/**
 * How often what a judge has learnt is written down; a crash makes one long stretch of so much, and loses none of it. Each
 * time is some kilobytes of a journal that is read as a whole: of a day at one share there are 240.
 */
export function keepAfter(durationMs: number): number {
  return Math.max(durationMs / 240, Math.min(30_000, Math.max(3_000, durationMs / 8)));
}

/**
 * How often what is seen while a person is waited for is written down: every minute at first, and later every five, so
 * that a day of it is some three hundred lines of a journal.
 */
export function lookOnKeptAfter(waitedMs: number): number {
  return Math.min(300_000, Math.max(60_000, waitedMs / 12));
}
