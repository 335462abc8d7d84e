import type { Put } from './board.ts';

export type Targets = {
  all(): Promise<readonly TargetState[]>;
  /** What was read from the platform; drift is the reader's to judge. */
  saw(targetId: string, seen: Seen): Promise<void>;
  /** Believes what somebody else left there, in the transaction of the sheet that says so, or changes nothing at all. */
  adopt(adoption: Adoption): Promise<Adopted>;
};

export type Adoption = {
  readonly target: string;
  readonly releaseId: string;
  readonly version: string;
  readonly sheet: Put;
};

/** `taken`: a deployment has the target and decides what is believed. The others are what became of the sheet. */
export type Adopted = 'adopted' | 'taken' | 'behind' | 'repeated';

export type TargetState = {
  readonly id: string;
  /** What the last deployment of ours left there, or what was adopted since; null before the first. */
  readonly believed: {
    readonly releaseId: string;
    readonly version: string;
    /** Null: somebody adopted what another had left there. */
    readonly deploymentId: string | null;
    readonly sinceMs: number;
  } | null;
  readonly seen: Seen | null;
  /** An active deployment, or one that waits for a person. */
  readonly takenBy: string | null;
};

export type Seen = {
  readonly atMs: number;
  readonly releases: readonly {
    readonly releaseId: string;
    readonly version: string;
    readonly trafficPercent: number;
    readonly health: string;
  }[];
  /** Why the platform could not be read; `releases` are then the last ones that were. */
  readonly problem: string | null;
};
