import type { Text } from './text.ts';

/** We say no. A value, never thrown: the expected answer to what we will not carry out. Only the asker sees it. */
export type Refusal = {
  readonly kind: 'refusal';
  readonly code: RefusalCode;
  /** What happened and why, in one or two sentences. */
  readonly message: Text;
  /** What to type or do next. */
  readonly next?: Text;
  /** Corrected commands, shown as buttons. Each could have been typed by the same person. */
  readonly offers?: readonly Offer[];
};

export type RefusalCode =
  | 'bad-arguments'
  | 'not-allowed'
  | 'not-found'
  | 'target-busy'
  | 'target-held'
  | 'already-running'
  | 'nothing-to-do'
  | 'plan-changed'
  | 'not-supported'
  | 'too-late'
  | 'unavailable';

/** A command that can be run by one press: exactly what typing it would do. */
export type Offer = {
  /** At most 75 characters are shown. */
  readonly label: string;
  /** Without the slash. */
  readonly command: string;
  readonly text: string;
  readonly isDangerous?: boolean;
  /** Asked before it is done; for what cannot simply be done again. */
  readonly confirm?: { readonly title: string; readonly text: string };
};

export function refuse(
  code: RefusalCode,
  message: Text,
  more: Pick<Refusal, 'next' | 'offers'> = {},
): Refusal {
  return { kind: 'refusal', code, message, ...more };
}

export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refusal';
}
