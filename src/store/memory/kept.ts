/**
 * A copy that nobody can change any more. By way of JSON, so that memory keeps exactly what a database would:
 * `undefined` is left out, and nobody shares an object with the store.
 */
export function kept<T>(value: T): T {
  return frozen(JSON.parse(JSON.stringify(value ?? null)));
}

/** Freezes a value that nobody else has a hand on, all the way down. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) frozen(member);
  }
  return value;
}
