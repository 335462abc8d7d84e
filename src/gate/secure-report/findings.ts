import type { Severity } from '../../core/severity.ts';

/** What a report of a scanner found, in whichever form it was written. */
export type Found = {
  /** Who looked, as people call it. */
  readonly tool: string;
  readonly severities: readonly Severity[];
  /** What is milder is not in the report; null: everything is. */
  readonly mildest: Severity | null;
};

const words = new Map<string, Severity>([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
  ['negligible', 'low'],
]);

/** A word that we do not know is no severity, and never the mildest. */
export function severityOf(word: string): Severity {
  return words.get(word.toLowerCase()) ?? 'unknown';
}

/** Digests of images that a text names. */
export function digestsIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => text.match(/sha256:[0-9a-f]{64}/g) ?? []))];
}
