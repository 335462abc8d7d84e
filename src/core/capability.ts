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
  /** What may be asked for there, besides what the platform lists itself. Left out: nothing else. */
  readonly takes?: Takes;
  /** A second version beside the first, without traffic. */
  readonly staged: Can<Record<string, never>>;
  /** A version in the place of the one before it, in one go. Left out where that is not known there. */
  readonly replace?: Can<ReplaceWay>;
  readonly traffic: Can<TrafficControl>;
  readonly rollback: Can<RollbackWay>;
  readonly logs: Can<{ readonly build: boolean; readonly runtime: boolean; readonly retention: string }>;
  readonly metrics: Can<{
    readonly signals: readonly ('cpu' | 'memory' | 'latency' | 'requests' | 'errors')[];
    readonly splitBy: 'service' | 'version';
  }>;
  /** A page for people instead of the service. Left out where the platform has not said. */
  readonly maintenance?: Can<Record<string, never>>;
  /** What is configured there, for comparing. Left out where the platform has not said. */
  readonly settings?: Can<{ readonly readsValues: 'all' | 'some' | 'names' }>;
  /** Copies that live for a while beside everything else. Left out where the platform has not said. */
  readonly previews?: Can<Record<string, never>>;
  readonly once: Once;
};

/** Commits that a source knows, names of images or of whatever a pipeline takes: nobody can list those. */
export type Takes = 'listed' | 'commit' | 'any-name';

export type ReplaceWay = {
  /** What happens there, in one sentence: what people see while it happens, too. */
  readonly how: string;
  /** Whether one that is on its way can still be called off. */
  readonly canCancel: boolean;
};

export type TrafficControl =
  /** Any share in steps of `stepPercent`, in any order, between any number of releases. */
  | { readonly kind: 'weights'; readonly stepPercent: number; readonly settleMs: number }
  /** These shares and no others, rising, before 100; from any of them back to nothing, and never to an earlier one. */
  | { readonly kind: 'stages'; readonly percents: readonly number[]; readonly settleMs: number }
  | { readonly kind: 'flip'; readonly isAtomic: boolean; readonly settleMs?: number };

export type RollbackWay = {
  /**
   * What taking back means here: moving a pointer, starting a kept artefact again,
   * writing what was wanted before once more, or building anew.
   */
  readonly kind: 'pointer' | 'start-kept-artefact' | 'reapply' | 'rebuild';
  readonly how: string;
  readonly horizon: string;
  /** The platform keeps what served ready by itself: going back starts nothing, also after it was retired. */
  readonly keepsReady?: true;
  /** What stays behind when it is taken back. */
  readonly leaves: readonly string[];
};

/**
 * How a call whose answer was lost is resolved: by a marker that it carried, by a key that the platform itself knows,
 * by asking for the same thing again harmlessly, or by a search that may find too many. Absence counts only `settleMs`
 * after it was sent.
 */
export type Once = { readonly kind: 'marker' | 'key' | 'natural' | 'search'; readonly settleMs: number };
