import type { DeploymentEvent } from '../../core/event.ts';

/** What a second look at a waiting deployment found. */
export type Found =
  | { readonly kind: 'clear' }
  | { readonly kind: 'end'; readonly because: string }
  | { readonly kind: 'write'; readonly event: DeploymentEvent }
  /** It may pass by itself: looked at again. */
  | {
      readonly kind: 'hindered';
      readonly say: string;
      /** Before it starts, a person is asked whether it still shall. */
      readonly isAsked?: boolean;
    }
  | { readonly kind: 'taken'; readonly by: string };
