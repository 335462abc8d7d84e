import type { Text } from '../text.ts';

/** A moment and a way to type it that means the same wherever it is typed: `2026-11-21 09:30 Europe/Berlin`. */
export type Named = { readonly atMs: number; readonly echo: string };

/** What somebody's words about a time turned out to mean. Nothing in it is guessed. */
export type ReadMoment =
  | ({ readonly kind: 'moment'; readonly zone: string } & Named)
  /** That wall time does not exist, because clocks skip it: as long before and after the skip as was asked for. */
  | { readonly kind: 'gap'; readonly zone: string; readonly before: Named; readonly after: Named }
  /** That wall time exists twice. */
  | { readonly kind: 'overlap'; readonly zone: string; readonly first: Named; readonly second: Named }
  | ({ readonly kind: 'past'; readonly zone: string } & Named)
  | Unclear;

export type Unclear = {
  readonly kind: 'unclear';
  /** What was not understood, and why, as a sentence. */
  readonly say: Text;
  /** What could be typed instead; each is understood. */
  readonly examples: readonly string[];
};

/** Where and when the words were said. */
export type Now = {
  /** The zone of whoever said them; a zone in the words comes before it. */
  readonly zone: string;
  readonly nowMs: number;
};
