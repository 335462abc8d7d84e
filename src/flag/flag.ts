import type { z } from 'zod';
import type { FlagState } from '../core/flag.ts';
import type { Host, Http } from '../http/door.ts';

/**
 * Where feature flags are kept: what is on, and for how many. One member a folder; everybody else sees this contract.
 * Every method rejects with `Failed` and with nothing else for what the world does.
 */
export type FlagService = {
  /** As it is configured: `launchdarkly`. */
  readonly name: string;
  /** Whether it can be written from here; who only evaluates flags says why it cannot. */
  readonly writing:
    | {
        readonly can: true;
        /** How long after a lost call its absence cannot be believed yet, in milliseconds. */
        readonly settleMs: number;
      }
    | { readonly can: false; readonly say: string };
  /** The truth now, read from the service itself and never remembered. */
  look(place: FlagPlace): Promise<FlagStanding>;
  /**
   * A desired state: asking twice is harmless, and whether a lost call has happened is `look`'s to say.
   * @param seen the version that the decision was made upon
   * @throws {Failed} `conflict`, before anything is changed, where it is not that version any more; `unsupported` without
   * any change where it cannot be written, or where a percentage does not decide it
   */
  set(intent: FlagIntent, place: FlagPlace, wanted: FlagState, seen: string): Promise<void>;
};

/** One flag in one environment, each as the service itself calls it. */
export type FlagPlace = { readonly key: string; readonly environment: string };

export type FlagStanding = FlagState & {
  /** Another one after every change there; opaque. */
  readonly version: string;
  /** Who changed it last, in the words of the service; null where it does not say. */
  readonly updatedBy: string | null;
  /** What else decides, each a sentence without a full stop: `2 rules come before the percentage`. */
  readonly caveats: readonly string[];
};

/** Why it is changed, kept with the change where the service has a place for it. */
export type FlagIntent = {
  /** The name of this call, for ever. */
  readonly id: string;
  /** Who ordered it, and why, in one line. */
  readonly comment: string;
};

/** A kind of flag service, as a configuration names it. */
export type FlagKind = {
  readonly id: string;
  readonly summary: string;
  /** What stands beside `kind`. */
  readonly Settings: z.ZodType;
  /** Calls nobody yet. @throws {ZodError} when the settings are not what `Settings` takes */
  open(name: string, settings: unknown, around: FlagAround): FlagService;
};

/** What a kind of flag service may need of the process that it is in. */
export type FlagAround = {
  door(host: Host): Http;
  /** What a reference to a secret stands for. @throws {Failed} */
  secret(reference: string): Promise<string>;
  /** A folder of its own, for a service that is nothing but a file. */
  readonly folder: string;
  nowMs(): number;
};
