const CHARACTERS_MAX = 200;

/** What a cluster says, short enough for people and without anything that could hurt them. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > CHARACTERS_MAX ? `${line.slice(0, CHARACTERS_MAX)}…` : line;
}

export function podsSay(amount: number): string {
  return amount === 1 ? '1 pod' : `${amount} pods`;
}
