/**
 * What somebody probably meant: the candidates within two slips of the hand (a letter more, less, other, or two swapped:
 * Damerau-Levenshtein in its restricted form), or that begin with what was typed. Nearest first, at most `max`.
 */
export function closest(word: string, candidates: readonly string[], max = 3): string[] {
  const typed = word.toLowerCase();
  if (typed === '' || typed.length > LETTERS_MAX) return [];
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, slips: slipsTo(typed, candidate.toLowerCase()) }))
    .filter(({ slips }) => slips !== null)
    .toSorted((a, b) => (a.slips ?? 0) - (b.slips ?? 0) || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, max)
    .map(({ candidate }) => candidate);
}

const LETTERS_MAX = 64;
const SLIPS_MAX = 2;

/** Null when it is something else altogether. A word that begins with what was typed counts as one slip. */
function slipsTo(typed: string, candidate: string): number | null {
  if (candidate.startsWith(typed)) return Math.min(1, candidate.length - typed.length);
  if (Math.abs(candidate.length - typed.length) > SLIPS_MAX) return null;
  const slips = distance(typed, candidate);
  const sharesNothing = slips >= Math.max(typed.length, candidate.length);
  return slips > SLIPS_MAX || sharesNothing ? null : slips;
}

/** Fills the table of the restricted Damerau-Levenshtein distance one row at a time, keeping the last two. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = next;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
