import fc from 'fast-check';

type Path = readonly (string | number)[];

/** Every place in an answer at which something could be another word, another number, or not there. */
export function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [path, ...[...keys].flatMap((key) => placesIn((value as never)[key], [...path, key]))];
}

/** The same answer with something else in that place; undefined takes it out. */
export function put(value: unknown, path: Path, to: unknown): unknown {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const [last, ...before] = path.toReversed();
  if (last === undefined) return to;
  const parent = before.toReversed().reduce((at, key) => at[key] as typeof copy, copy);
  if (to === undefined) delete parent[last];
  else parent[last] = to;
  return copy;
}

/** A good answer with one place of it left out, or said in another way: words and shapes are besides `words`. */
export function changedAnswers(recorded: unknown, words: readonly unknown[]): fc.Arbitrary<unknown> {
  const instead = fc.oneof(
    fc.constantFrom<unknown>(undefined, null, false, true, '', 'SUCCESS', [], {}, 0, 100, -1, 50, ...words),
    fc.string(),
    fc.double(),
  );
  return fc
    .tuple(fc.constantFrom(...placesIn(recorded)), instead)
    .map(([place, to]) => put(recorded, place, to));
}
