/** We are wrong. Nothing catches this but the edge that stops the deployment and calls a person. */
export class Bug extends Error {
  override readonly name = 'Bug';
}

/** @throws {Bug} when the condition does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}

/** Closes a switch over a union: a new member without a case becomes a compile error. */
export function unreachable(value: never): never {
  throw new Bug(`Unhandled case: ${JSON.stringify(value)}`);
}
