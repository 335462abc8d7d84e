import type { Version } from '../../core/plan.ts';
import type { Mark } from './mark.ts';

/** Something that deploys when it is run: each service that runs such things speaks these words to the site. */
export type Pipeline = {
  /** `GitHub Actions`. */
  readonly service: string;
  /** `deploy.yml of acme/shop`: for sentences. */
  readonly name: string;
  /** Newest first, of this target and of others: the latest ones, or the latest of those that succeeded. */
  runs(which: 'latest' | 'succeeded'): Promise<readonly Run[]>;
  /**
   * Starts one, and returns once it is known which one it is. Sent once.
   * @throws {Failed} `outcome-unknown` where it was taken and is not to be seen yet
   */
  start(mark: Mark, way: 'there' | 'back'): Promise<string>;
  /** What a person would type to run it for going back to this version, without our mark; null where that is not known. */
  byHand(version: Version): string | null;
  /** What has ended by itself need not be called off, and is no failure. */
  cancel(run: Run): Promise<void>;
  /** What a run has said so far, oldest first. */
  log(run: Run): Promise<readonly Said[]>;
};

export type Run = {
  readonly id: string;
  /** Null for what somebody else started. */
  readonly mark: Mark | null;
  /** Of the mark, or as the run itself says. */
  readonly version: Version;
  /** Whether the version could be asked for again: the number of somebody else's run could not. */
  readonly isVersionKnown: boolean;
  /** Somebody started it by hand or over the API, so that it might be one of ours that lost its mark. */
  readonly isByHand: boolean;
  /** `unknown`: a word that we do not know. */
  readonly stage: 'queued' | 'running' | 'succeeded' | 'ended' | 'unknown';
  /** The service's own words. */
  readonly say: string;
  readonly url: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
};

export type Said = {
  readonly atMs: number;
  readonly level: 'info' | 'warn' | 'error' | null;
  readonly text: string;
};

/** Whether a version has a name that a pipeline could be asked for. */
export function hasName({ name }: Version): boolean {
  return !/^(?:run-\d+|seen:)/.test(name);
}

/** A run of somebody else's of which nothing else is known is called by its number. */
export function unknownVersion(number: number | string): Version {
  return { name: `run-${number}`, commit: null };
}

export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
