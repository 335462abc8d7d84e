import type { Random } from './random.ts';

/** Everything that may go wrong. Each seed turns some of it on, so that faults also meet in small company. */
export const faultNames = [
  'crashes',
  'pauses',
  'hand-overs',
  'slow-crossings',
  'lost-requests',
  'lost-answers',
  'slow-applies',
  'late-visibility',
  'slow-traffic',
  'long-drains',
  'lost-bells',
  'wiped-queue',
  'clock-offsets',
  'clock-jumps',
  'database-clock',
  'database-down',
  'database-unsure',
  'database-slow',
  'platform-down',
  'rate-limits',
  'bad-versions',
  'strangers',
  'aborts',
  'double-deliveries',
  'slack-trouble',
  'poison',
] as const;
export type FaultName = (typeof faultNames)[number];

/** Faults after which every order for a good version has to end well all the same. */
export const harmless: ReadonlySet<FaultName> = new Set<FaultName>([
  'hand-overs',
  'lost-bells',
  'wiped-queue',
  'double-deliveries',
  'slack-trouble',
  'late-visibility',
  'slow-traffic',
  'long-drains',
]);

/** Faults that may cost even a living process its lease. */
export const keptFromHolding: readonly FaultName[] = [
  'pauses',
  'clock-jumps',
  'database-clock',
  'database-down',
  'database-unsure',
  'database-slow',
];

/** What happens to a node at one of the crossings that work makes, counted over all nodes. */
export type Incident =
  | { readonly kind: 'crash-before' | 'crash-after'; readonly downMs: number }
  | { readonly kind: 'pause' | 'jump'; readonly ms: number }
  /** Somebody else stops the deployment at this very moment. */
  | { readonly kind: 'stop' };

export type Faults = {
  readonly on: ReadonlySet<FaultName>;
  has(name: FaultName): boolean;
  /** Nothing new goes wrong from here on. */
  readonly untilMs: number;
  /** By the number of the crossing. */
  readonly incidents: ReadonlyMap<number, Incident>;
  /** By the number of the crossing on the way to Slack, which are counted by themselves. */
  readonly tellingIncidents: ReadonlyMap<number, Incident>;
  readonly databaseDown: readonly Span[];
  readonly platformDown: readonly Span[];
  readonly wipesAtMs: readonly number[];
  /** Pauses that come when they come, whatever is being done. */
  readonly pauses: readonly { readonly atMs: number; readonly ms: number }[];
  /** Somebody restarts a process the orderly way. */
  readonly handOversAtMs: readonly number[];
  readonly aims: Aims;
};

/** What goes wrong at a place of its own, and not by chance. Which one it is, counted over all processes; 0 is none. */
export type Aims = {
  /** Whoever makes this post of an alert ends before it hears of it. */
  readonly fatalAlert: number;
  /** No card arrives before that, nor do the first so many after it. */
  readonly lateCards: number | null;
  /** This change never arrives at the platform. */
  readonly lostChange: number;
  /** This change arrives long after its caller has given up. */
  readonly lateChange: number;
};
const noAims: Aims = { fatalAlert: 0, lateCards: null, lostChange: 0, lateChange: 0 };

export type Span = { readonly fromMs: number; readonly toMs: number };

const CHANCE_OF_EACH = 0.22;
const CROSSINGS_HIT_MAX = 900;
const TELLINGS_HIT_MAX = 300;

/** `forced` are on in any case. */
export function drawFaults(random: Random, forced: readonly FaultName[] = []): Faults {
  const isCalm = random.chance(0.04);
  const drawn = faultNames.filter(() => random.chance(CHANCE_OF_EACH) && !isCalm);
  const on = new Set([...drawn, ...forced]);
  const untilMs = random.between(60_000, 140_000);
  const some = (name: FaultName, max: number) => (on.has(name) ? random.int(1, max) : 0);
  const spans = (name: FaultName, max: number, maxMs: number): Span[] =>
    Array.from({ length: some(name, max) }, () => {
      const fromMs = random.between(0, untilMs - maxMs);
      return { fromMs, toMs: fromMs + random.between(500, maxMs) };
    });
  const moments = (name: FaultName, max: number) =>
    Array.from({ length: some(name, max) }, () => random.between(0, untilMs));
  const incidents = new Map<number, Incident>();
  // Early crossings are hit more often: most of what work does, it does early.
  const place = () => 1 + Math.floor(random.next() ** 1.6 * CROSSINGS_HIT_MAX);
  for (let crash = some('crashes', 5); crash > 0; crash--) {
    const kind = random.pick(['crash-before', 'crash-after'] as const);
    incidents.set(place(), { kind, downMs: random.between(200, 25_000) });
  }
  const tellingIncidents = new Map<number, Incident>();
  for (let crash = some('crashes', 2); crash > 0; crash--) {
    tellingIncidents.set(random.int(1, TELLINGS_HIT_MAX), {
      kind: 'crash-after',
      downMs: random.between(200, 9_000),
    });
  }
  for (let pause = some('pauses', 3); pause > 0; pause--) {
    incidents.set(place(), { kind: 'pause', ms: drawPause(random) });
  }
  return {
    on,
    has: (name) => on.has(name),
    untilMs,
    incidents,
    tellingIncidents,
    databaseDown: spans('database-down', 3, 25_000),
    platformDown: spans('platform-down', 3, 15_000),
    wipesAtMs: moments('wiped-queue', 4),
    pauses: moments('pauses', 3).map((atMs) => ({ atMs, ms: drawPause(random) })),
    handOversAtMs: moments('hand-overs', 4),
    aims: noAims,
  };
}

/** Shorter and longer than all the leases that there are. */
function drawPause(random: Random): number {
  return random.pick([
    random.between(1_000, 5_000),
    9_000,
    random.between(11_000, 15_000),
    20_000,
    35_000,
    62_000,
  ]);
}

/** A world in which nothing goes wrong but what is named. */
export function onlyThese(
  incidents: ReadonlyMap<number, Incident>,
  tellingIncidents: ReadonlyMap<number, Incident>,
  on: readonly FaultName[] = [],
  aims: Aims = noAims,
): Faults {
  const names = new Set(on);
  return {
    on: names,
    has: (name) => names.has(name),
    untilMs: 600_000,
    incidents,
    tellingIncidents,
    databaseDown: [],
    platformDown: [],
    wipesAtMs: [],
    pauses: [],
    handOversAtMs: [],
    aims,
  };
}

export function isWithin(spans: readonly Span[], nowMs: number): boolean {
  return spans.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs);
}
