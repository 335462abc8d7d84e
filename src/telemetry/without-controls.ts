/** What JSON leaves as it is and a terminal or a reader does not: C1 controls, line separators, turned directions. */
export function withoutControls(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
