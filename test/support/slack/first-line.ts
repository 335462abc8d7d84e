import type { Text } from '../../../src/core/text.ts';

/** Which entry from this one on has a line, of a thread that is whatever the test says; entries without one are holes. */
export function firstLine(lines: readonly (Text | undefined)[], seq: number): number | null {
  const index = lines.findIndex((line, at) => at >= seq - 1 && line !== undefined);
  return index < 0 ? null : index + 1;
}
