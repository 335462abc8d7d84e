import type { Cluster } from './client.ts';

/** One service in one environment, with the way to its cluster. */
export type Place = {
  readonly targetId: string;
  readonly cluster: Cluster;
  /** It is there to take something back. */
  readonly isUrgent: boolean;
  readonly clock: { nowMs(): number; sleep(ms: number): Promise<void> };
  readonly redact: (text: string) => string;
};
