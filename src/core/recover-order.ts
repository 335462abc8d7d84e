/** Everything that is asked of a runbook, or of a run of one. */
export type RecoverOrder =
  | {
      readonly kind: 'start';
      readonly runbook: string;
      readonly isDrill: boolean;
      readonly why: string | null;
      /** To which moment datastores are restored; null: the last one that there is. */
      readonly restoreToMs: number | null;
      /** First letters of the hash of what was shown; null shows it and starts nothing. */
      readonly plan: string | null;
    }
  /** Null shows every runbook and every run that has not ended. */
  | { readonly kind: 'status'; readonly run: string | null }
  | { readonly kind: 'report'; readonly run: string; readonly isForMachines: boolean }
  | {
      readonly kind: 'approve';
      readonly run: string;
      /** As of `start`. */
      readonly plan: string | null;
      readonly comment: string | null;
    }
  | StepOrder
  | { readonly kind: 'abort'; readonly run: string; readonly why: string };

/** What somebody says about one step of a run. */
export type StepOrder = { readonly run: string; readonly step: string } & (
  | {
      readonly kind: 'settle';
      readonly how: 'done' | 'failed';
      readonly note: string | null;
      /** What was lost, as time before the disaster; null: nobody measured it. */
      readonly lossMs: number | null;
    }
  | { readonly kind: 'skip'; readonly why: string }
  | { readonly kind: 'retry' }
);
