import type { PlannedTarget } from '../core/plan.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Site } from '../platform/platform.ts';

/** What every gate may look at. */
export type Subject = {
  readonly target: PlannedTarget;
  readonly site: Site;
  /** The services that this one needs, in the same environment; null where they are not configured there. */
  readonly dependencies: readonly { readonly service: string; readonly site: Site | null }[];
  probe: Probe;
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
  /** @throws {Failed} when it could not look; that is not an answer. */
  check(subject: Subject): Promise<Verdict>;
};

/** A gate looks first and judges second, so that all of its judgement can be tested without a network. */
export function defineGate<Facts>(definition: {
  readonly id: string;
  readonly asks: string;
  readonly when: Gate['when'];
  look(subject: Subject): Promise<Facts>;
  judge(facts: Facts): Verdict;
}): Gate {
  const { look, judge, ...facts } = definition;
  return { ...facts, check: async (subject) => judge(await look(subject)) };
}
