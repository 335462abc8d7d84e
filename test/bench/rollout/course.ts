/** What became of one rollout under one judge. */
export type Course = {
  readonly judge: string;
  /** Null: it never wanted to go back. */
  readonly back: Back | null;
  /** Requests that failed because of the fault, up to then or to the end. */
  readonly faultErrors: number;
  /** Requests that were slower because of it. */
  readonly slowed: number;
  /** How long there were two versions; null when it did not come to full traffic. */
  readonly splitMs: number | null;
  /** Stages that it ended before their time, and how many of them while the fault was there. */
  readonly passedEarly: number;
  readonly passedEarlyWhileIll: number;
  /** Ends of stages at which it did not know. */
  readonly unsureEnds: number;
  readonly wasPaused: boolean;
};

export type Back = {
  readonly because: string;
  readonly sinceStartMs: number;
  /** Negative: before there was any fault. Null: there was none until then. */
  readonly sinceOnsetMs: number | null;
  readonly hadControl: boolean;
};
