import type { Platform, Site } from '../../src/platform/platform.ts';

/** One platform as the suite sees it: how to open one, and the world around it. A new member is a line in the table. */
export type Member = { readonly name: string; open(): Promise<World> };

export type World = {
  readonly platform: Platform;
  /** A service that runs nowhere yet. */
  readonly target: { readonly id: string; readonly address: unknown };
  /** Versions of it that can be told apart by what they do. */
  readonly versions: {
    readonly good: string;
    readonly better: string;
    readonly crashing: string;
    readonly neverHealthy: string;
  };
  /** What `Address` must refuse. */
  readonly foreignAddress: unknown;
  /** How many calls the platform has made so far. */
  calls(): number;
  /** The next call is carried out, and its answer never arrives. */
  loseNextAnswer(): void;
  /** The next call never arrives. */
  loseNextCall(): void;
  /** Sends real requests over so many kept connections, one if not said, and tells which release answered each. */
  ask(requests: number, connections?: number): Promise<readonly string[]>;
  close(): Promise<void>;
};

export function siteOf({ platform, target }: World): Site {
  return platform.site(target);
}
