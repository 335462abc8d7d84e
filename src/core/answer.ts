import type { Offer, Refusal } from './refusal.ts';
import type { Text } from './text.ts';

/** What a command says back, in no medium. Seen by the asker alone unless they share it. */
export type Answer = {
  readonly kind: 'answer';
  /** The whole answer as one sentence: what a notification or a screen reader says. */
  readonly sentence: string;
  readonly title?: string;
  readonly parts: readonly Part[];
  readonly offers?: readonly Offer[];
  /** Whether the asker may show it to the channel by one press. */
  readonly isShareable?: boolean;
  /** Deployments whose card belongs to this answer; their place is linked when known. */
  readonly deploymentIds?: readonly string[];
  /** A file that goes with it, delivered to the asker in private. */
  readonly file?: { readonly name: string; readonly title: string; readonly content: string };
};

export type Part =
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'note'; readonly text: Text }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly name: string; readonly value: Text }[] }
  | {
      readonly kind: 'table';
      /** Says what the table is, for those who cannot see it. */
      readonly caption: string;
      readonly columns: readonly string[];
      /** The first cell of a row names the row. */
      readonly rows: readonly (readonly string[])[];
    }
  | Chart
  | { readonly kind: 'log'; readonly lines: readonly string[] };

/** Numbers over time, or over anything else that has an order. */
export type Chart = {
  readonly kind: 'chart';
  readonly title: string;
  readonly form: 'line' | 'bar';
  /** Of every number in it: `ms`, `%`. */
  readonly unit: string;
  /** What stands below each point, all different; at most twenty are shown. */
  readonly categories: readonly string[];
  /** One point for each category. Null is no number, because nothing was measured: left out, never drawn as zero. */
  readonly series: readonly { readonly name: string; readonly points: readonly (number | null)[] }[];
};

export type Reply = Answer | Refusal;

export function answer(sentence: string, parts: readonly Part[], more: Partial<Answer> = {}): Answer {
  return { kind: 'answer', sentence, parts, ...more };
}
