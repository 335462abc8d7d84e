import type { Scope } from './scope.ts';

/** What people ask about alerts, and say of them. */
export type AlertOrder =
  | { readonly kind: 'list'; readonly scope: Scope }
  | {
      readonly kind: 'take';
      readonly id: string;
      /** The version in which somebody else was seen to have it; null takes only what nobody has. */
      readonly seen: number | null;
    }
  | { readonly kind: 'close'; readonly id: string; readonly why: string | null };
