export type Targets = {
  all(): Promise<readonly TargetState[]>;
  /** What was read from the platform; drift is the reader's to judge. */
  saw(targetId: string, seen: Seen): Promise<void>;
};

export type TargetState = {
  readonly id: string;
  /** What the last deployment of ours left there; null before the first. */
  readonly believed: {
    readonly releaseId: string;
    readonly version: string;
    readonly deploymentId: string;
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
