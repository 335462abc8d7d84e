/**
 * What a target can honestly do, as data: asked at run time, because the plan, the kind of service and the permissions
 * of a token decide as much as the platform does. `can: false` carries the sentence that people see.
 */
export type Can<T> =
  | { readonly can: true; readonly how: T; readonly caveats: readonly string[] }
  | {
      readonly can: false;
      readonly why: 'platform' | 'plan' | 'permission' | 'not-configured';
      readonly say: string;
    };

export type Capabilities = {
  /** A second version beside the first, without traffic. */
  readonly staged: Can<Record<string, never>>;
  readonly traffic: Can<TrafficControl>;
  readonly rollback: Can<RollbackWay>;
  readonly logs: Can<{ readonly build: boolean; readonly runtime: boolean; readonly retention: string }>;
  readonly metrics: Can<{
    readonly signals: readonly ('cpu' | 'memory' | 'latency' | 'requests' | 'errors')[];
    readonly splitBy: 'service' | 'version';
  }>;
  /** A page for people instead of the service. Left out where the platform has not said. */
  readonly maintenance?: Can<Record<string, never>>;
  readonly once: Once;
};

export type TrafficControl =
  /** Any share in steps of `stepPercent`, in any order, between any number of releases. */
  | { readonly kind: 'weights'; readonly stepPercent: number; readonly settleMs: number }
  | { readonly kind: 'flip'; readonly isAtomic: boolean };

export type RollbackWay = {
  /** What taking back means here: moving a pointer, starting a kept artefact again, or building anew. */
  readonly kind: 'pointer' | 'start-kept-artefact' | 'rebuild';
  readonly how: string;
  readonly horizon: string;
  /** What stays behind when it is taken back. */
  readonly leaves: readonly string[];
};

/** How a `release` whose answer was lost is resolved. Absence counts only `settleMs` after it was sent. */
export type Once = { readonly kind: 'marker' | 'search'; readonly settleMs: number };
