export type Duties = {
  /** Takes or renews; true while `owner` has it. */
  hold(duty: string, owner: string, leaseMs: number): Promise<boolean>;
  drop(duty: string, owner: string): Promise<void>;
};
