import type { Scope } from './scope.ts';

/** Everything that breaks the glass, or is done because something burns. */
export type EmergencyOrder =
  | {
      readonly kind: 'freeze';
      readonly scope: Scope;
      readonly why: string;
      readonly incident: string;
      /** Null: until somebody lifts it. */
      readonly forMs: number | null;
    }
  | {
      readonly kind: 'unfreeze';
      readonly scope: Scope;
      readonly id: string | null;
      /** The version of the freeze that was shown. */
      readonly seen: number | null;
    }
  | { readonly kind: 'abort-all'; readonly scope: Scope; readonly why: string; readonly incident: string }
  | {
      readonly kind: 'hotfix';
      readonly scope: Scope;
      readonly ref: string | null;
      readonly strategy: string | null;
      readonly why: string;
      readonly incident: string;
      readonly plan: string | null;
    }
  | {
      readonly kind: 'kill-switch';
      /** The key of a flag; null: `service` says which. */
      readonly flag: string | null;
      /** A flag too, where one is called so; else every flag that the service reads. */
      readonly service: string | null;
      /** Null: everywhere. */
      readonly environment: string | null;
      readonly why: string;
      readonly incident: string;
      /** First letters of the hash of what was shown; null shows it and changes nothing. */
      readonly plan: string | null;
    }
  | {
      readonly kind: 'switch-on';
      /** Of the kill switch; null: what else is said says which. */
      readonly id: string | null;
      readonly flag: string | null;
      readonly service: string | null;
      readonly environment: string | null;
      readonly why: string;
      readonly incident: string;
      readonly plan: string | null;
    }
  /** Null shows what still has to be reviewed. */
  | { readonly kind: 'review'; readonly id: string | null; readonly note: string | null };
