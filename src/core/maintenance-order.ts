import type { Scope } from './scope.ts';

/** Something on the board: by its id, or by what it reaches. */
export type Which = { readonly id: string } | { readonly scope: Scope };

/** What hangs around deployments: maintenance, locks, freezes, and what is held after a rollback. */
export type MaintenanceOrder =
  | { readonly kind: 'list'; readonly scope: Scope }
  | StartMaintenance
  | { readonly kind: 'end'; readonly which: Which }
  | { readonly kind: 'extend'; readonly which: Which; readonly forMs: number }
  | LockOrder
  | FreezeOrder
  | { readonly kind: 'unfreeze'; readonly which: Which; readonly seen: number | null }
  | { readonly kind: 'resume'; readonly which: Which; readonly why: string | null };

export type StartMaintenance = {
  readonly kind: 'start' | 'schedule';
  readonly scope: Scope;
  /** In the words of `readWindow`; null: from now on for `forMs`. */
  readonly when: string | null;
  readonly forMs: number | null;
  readonly zone: string | null;
  readonly why: string | null;
  readonly allowsDeploys: boolean;
  /** No page: the service goes on answering. */
  readonly keepsServing: boolean;
  /** First letters of the hash of what was shown; null shows what it would do and starts nothing. */
  readonly plan: string | null;
};

export type FreezeOrder = {
  readonly kind: 'freeze';
  readonly scope: Scope;
  /** In the words of `readWindow`; null: until somebody lifts it, or for `forMs`. */
  readonly when: string | null;
  readonly forMs: number | null;
  readonly zone: string | null;
  readonly why: string;
};

export type LockOrder = {
  readonly kind: 'lock' | 'unlock' | 'wait' | 'leave' | 'give' | 'take';
  readonly which: Which;
  readonly why: string | null;
  readonly forMs: number | null;
  /** Whom it is given to; null: whoever waits first. */
  readonly to: string | null;
  /** The version that was shown; null shows it before anything is taken from anybody. */
  readonly seen: number | null;
};
