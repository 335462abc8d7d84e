import type { z } from 'zod';
import type { PlannedTarget } from '../core/plan.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Http } from '../http/door.ts';
import type { Site } from '../platform/platform.ts';
import type { Source } from '../source/source.ts';
import type { Reach } from './reach.ts';

/** What every gate may look at. */
export type Subject = {
  readonly target: PlannedTarget;
  readonly site: Site;
  /** The services that this one needs, in the same environment; null where they are not configured there. */
  readonly dependencies: readonly { readonly service: string; readonly site: Site | null }[];
  probe: Probe;
  /** Where the service's code comes from; null where nobody says. */
  readonly source: Source | null;
  /** What was deployed of this service in another environment, newest first, as this program remembers it. */
  deployedIn(environment: string): Promise<readonly Deployed[]>;
  /** The way out to an address that the gate's settings name. A reference to a secret is shown as a bearer token. */
  outside(baseUrl: string, secret: string | null): Http;
  /** Whether a reference to a secret stands for something; the value stays where it is. @throws {Failed} */
  isSecretThere(reference: string): Promise<boolean>;
  /** Files, certificates, names and single requests. */
  readonly reach: Reach;
  /** By the database's clock. */
  readonly nowMs: number;
};

/** One deployment that ended well, and whether it was taken back later. */
export type Deployed = {
  readonly deploymentId: string;
  readonly version: PlannedTarget['version'];
  readonly endedAtMs: number;
  /** When another version began to take its place; null: it has it still, as far as this program knows. */
  readonly untilMs: number | null;
  readonly isTakenBack: boolean;
};

/** Asks an address once, without following redirects; null when there was no answer in time. */
export type Probe = (
  url: string,
) => Promise<{ readonly status: number; readonly version: string | null } | null>;

export type Gate = {
  readonly id: string;
  /** The question, as people read it. */
  readonly asks: string;
  /** Before anything is changed, or once the new version has all the traffic. */
  readonly when: 'before' | 'after';
  /** False: nobody may leave it out. Left out: who may waive gates may waive this one. */
  readonly isWaivable?: false;
  /**
   * Asked by people too, when nothing is being deployed: of the service whatever it serves, or of the one version that
   * serves. Left out: it makes sense at a deployment alone.
   */
  readonly anytime?: 'of-the-service' | 'of-its-version';
  /** Asked before a deployment, and where a recovery is verified too: it says how things stand, and not what may be deployed. */
  readonly isOfStanding?: true;
  /** It asks nothing but what time it is, and keeps nobody from recovering. */
  readonly isOfHours?: true;
  /** What a target may write beside `gate` in slipway.yml; an empty object has to be taken where nothing is needed. */
  readonly Settings: z.ZodType;
  /** @throws {Failed} when it could not look; that is not an answer. {ZodError} for settings that are not of `Settings` */
  check(subject: Subject, settings: unknown): Promise<Verdict>;
};

/** A gate looks first and judges second, so that all of its judgement can be tested without a network. */
export function defineGate<Facts, Settings extends z.ZodType>(definition: {
  readonly id: string;
  readonly asks: string;
  readonly when: Gate['when'];
  readonly isWaivable?: false;
  readonly anytime?: 'of-the-service' | 'of-its-version';
  readonly isOfStanding?: true;
  readonly isOfHours?: true;
  readonly Settings: Settings;
  look(subject: Subject, settings: z.output<Settings>): Promise<Facts>;
  judge(facts: Facts, settings: z.output<Settings>): Verdict;
}): Gate {
  const { look, judge, ...facts } = definition;
  return {
    ...facts,
    async check(subject, settings) {
      const parsed = definition.Settings.parse(settings);
      return judge(await look(subject, parsed), parsed);
    },
  };
}
