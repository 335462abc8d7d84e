import type { Version } from '../../src/core/plan.ts';
import type { Around, Platform, Site } from '../../src/platform/platform.ts';
import type { Fault, Match, StandIn } from '../support/stand-in/index.ts';

/**
 * How a platform is held to the contract of `src/platform/platform.ts`:
 *
 * 1. `test/contract/platform-<id>.ts` exports a `Member`. Its `open` gives a world with a stand-in that was started for
 *    this one test, and a platform that speaks to it through a real door. `impatient` shortens the door's patience, and
 *    `troublesIn` makes every trouble out of a stand-in: tell it which call begins a version, and which one tells its
 *    state. `platform-pretend.ts` is the shortest example.
 * 2. A line in `platform-members.ts`. That is all: `platform-every.test.ts` asks it what every platform must keep, and
 *    `platform-replace.test.ts` what those must that keep one version at a time (`does: 'replaces'`).
 *
 * A member whose traffic can really be asked, request by request, is a `TrafficMember` (`platform.test.ts`).
 * What only one platform does is tested beside it, in `platform-<id>.test.ts`.
 */
export type Member<Of extends World = World> = {
  readonly name: string;
  /** By which of its methods the suite brings a version up: `release` or `replace`. */
  readonly does: 'stages' | 'replaces';
  open(opening?: Opening): Promise<Of>;
};

export type Opening = {
  /** For one call; left out: as long as the platform itself says. */
  readonly deadlineMs?: number;
};

/** One platform as the suite sees it, and the world around it. */
export type World = {
  readonly platform: Platform;
  /** A service of which nothing of ours runs yet. */
  readonly target: { readonly id: string; readonly address: unknown };
  /** Versions of it that can be told apart. */
  readonly versions: {
    readonly good: string;
    readonly better: string;
    /** Comes up and fails; null where none can. */
    readonly crashing: string | null;
  };
  /** As an order names it; left out: by its name alone. */
  version?(name: string): Version;
  /** What `Address` must refuse. */
  readonly foreignAddress: unknown;
  /** Both versions serve for a while when one takes the place of the other; left out: one of them has everything. */
  readonly isGradual?: boolean;
  /** How many calls the platform has made so far. */
  calls(): number;
  /** What can go wrong here. */
  readonly troubles: readonly Trouble[];
  /** The next call that brings a version up goes wrong, or the next questions for its state do, repeats among them. */
  trouble(next: Trouble, where: 'change' | 'question'): void;
  /** Lets the platform finish whatever is under way. */
  settle(): Promise<void>;
  /** What happens outside of us; whatever is left out cannot happen there. */
  readonly hands?: {
    somebodyElse?(version: string): Promise<void>;
    /** Stops a version that is on its way. */
    cancel?(releaseId: string): Promise<void>;
    /** What could still be gone back to is no longer kept. */
    forget?(releaseId: string): Promise<void>;
  };
  close(): Promise<void>;
};

/** `strange-word`: the state is told by a word that nobody has heard of. The others are the stand-in's. */
export type Trouble = Extract<Fault, string | number> | 'strange-word';

/** A world whose traffic can be asked. */
export type TrafficWorld = World & {
  readonly versions: { readonly crashing: string; readonly neverHealthy: string };
  /** Sends real requests over so many kept connections, one if not said, and tells which release answered each. */
  ask(requests: number, connections?: number): Promise<readonly string[]>;
};
export type TrafficMember = Member<TrafficWorld>;

export function siteOf({ platform, target }: World): Site {
  return platform.site(target);
}

export function versionOf(world: World, name: string): Version {
  return world.version?.(name) ?? { name, commit: null };
}

/** The same way out, with less patience where a test has some to spare. */
export function impatient(around: Around, { deadlineMs }: Opening = {}): Around {
  if (deadlineMs === undefined) return around;
  return { ...around, door: (host) => around.door({ ...host, deadlineMs }) };
}

/** As often as a door asks before it gives up. */
const ATTEMPTS = 3;

/** Every trouble that a stand-in can make. */
export function troublesIn(
  standIn: Pick<StandIn, 'failNext'>,
  which: {
    readonly change: Match;
    readonly question: Match;
    /** Puts a word nobody knows in the place of the state, in what `question` answers. */
    strangeWord(json: unknown): unknown;
  },
): Pick<World, 'troubles' | 'trouble'> {
  return {
    troubles: ['lose-answer', 'lose-call', 'hang', 'truncate', 'nonsense', 429, 500, 503, 'strange-word'],
    trouble(next, where) {
      const fault = next === 'strange-word' ? { mutate: which.strangeWord } : next;
      const times = where === 'change' ? 1 : ATTEMPTS;
      for (let time = 0; time < times; time++) standIn.failNext(fault, which[where]);
    },
  };
}
