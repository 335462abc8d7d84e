/** Lets nobody else in between: for what AWS lets one read and write as a whole and does not hold against a version. */
export type Alone = <T>(doing: () => Promise<T>) => Promise<T>;

/** One after the other for each key, as far as this process goes. */
export function oneAtATime(): (key: string) => Alone {
  const last = new Map<string, Promise<unknown>>();
  return (key) => (doing) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(doing);
    last.set(
      key,
      mine.catch(() => undefined),
    );
    return mine;
  };
}
