/**
 * Words for people, in no medium. A bare string is untrusted and can never become a mention, a link or markup:
 * whoever renders a Text escapes its strings and dresses only the marked spans.
 */
export type Text = readonly Span[];

export type Span =
  | string
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'person'; readonly id: string }
  /** Everybody in a user group of the workspace, who are called by it. Only ever built from what is configured. */
  | { readonly kind: 'group'; readonly id: string }
  /** A moment, in milliseconds since 1970 UTC; shown in the reader's zone where the medium can. */
  | { readonly kind: 'time'; readonly atMs: number }
  /** Only ever built from configured addresses, never from what somebody typed. */
  | { readonly kind: 'link'; readonly url: string; readonly text: string };

export const strong = (text: string): Span => ({ kind: 'strong', text });
export const code = (text: string): Span => ({ kind: 'code', text });
export const person = (id: string): Span => ({ kind: 'person', id });
export const group = (id: string): Span => ({ kind: 'group', id });
export const time = (atMs: number): Span => ({ kind: 'time', atMs });

/** The same words with nothing but letters: for logs, notifications and screen readers. Times are UTC. */
export function plain(text: Text): string {
  return text.map(plainSpan).join('');
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  switch (span.kind) {
    case 'person':
    case 'group':
      return `@${span.id}`;
    case 'time':
      return utc(span.atMs);
    default:
      return span.text;
  }
}

/** Words that came without one get their full stop. */
export function sentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}

/** `2026-11-20 15:04 UTC`. */
export function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `4 m 12 s`, `850 ms`, `2 h 5 m`: the two largest units that matter to a reader. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
