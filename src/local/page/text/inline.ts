/** Words with meaning, in no markup: what mrkdwn, Markdown and rich text are all read into. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly children: readonly Inline[] }
  | { readonly kind: 'user' | 'group'; readonly id: string; readonly name: string | null }
  | { readonly kind: 'channel'; readonly id: string; readonly name: string | null }
  | { readonly kind: 'broadcast'; readonly range: string }
  | { readonly kind: 'emoji'; readonly name: string }
  | { readonly kind: 'colour'; readonly value: string }
  | {
      readonly kind: 'date';
      /** Seconds since 1970. */
      readonly unix: number;
      readonly format: string;
      readonly fallback: string;
      readonly url: string | null;
    };

/** A piece of text that stands on lines of its own. */
export type Passage =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string };
