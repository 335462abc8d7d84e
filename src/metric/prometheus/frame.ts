import type { Series } from './client.ts';
import type { Questions } from './questions.ts';

/** Everything that was answered for one moment. */
export type Frame = {
  readonly requests: readonly Series[];
  readonly errors: readonly Series[];
  readonly scraped: readonly Series[];
  /** By what it is about; left out: nothing was answered. */
  readonly more: Readonly<Record<string, readonly Series[]>>;
};

type Answers<T> = {
  readonly requests: T;
  readonly errors: T;
  readonly scraped: T;
  readonly more: Readonly<Record<string, T>>;
};

/** Asks everything side by side. @throws whatever `ask` does */
export async function askAll<T>(
  { requests, errors, scraped, more }: Questions,
  ask: (query: string) => Promise<T>,
): Promise<Answers<T>> {
  const names = Object.keys(more);
  const [first, second, third, others] = await Promise.all([
    ask(requests),
    ask(errors),
    ask(scraped),
    Promise.all(names.map(async (name) => [name, await ask(more[name] ?? '')] as const)),
  ]);
  return { requests: first, errors: second, scraped: third, more: Object.fromEntries(others) };
}

type Told = {
  readonly at: ReadonlyMap<number, readonly Series[]>;
  readonly warnings: readonly string[];
};

/** What was answered for one moment of several. */
export function frameAt({ requests, errors, scraped, more }: Answers<Told>, atMs: number): Frame {
  const at = (told: Told) => told.at.get(atMs) ?? [];
  return {
    requests: at(requests),
    errors: at(errors),
    scraped: at(scraped),
    more: Object.fromEntries(Object.entries(more).map(([name, told]) => [name, at(told)])),
  };
}

/** Whatever the server says against its own answers, such as that they are only a part. */
export function warningsOf({ requests, errors, scraped, more }: Answers<Told>): readonly string[] {
  const all = [requests, errors, scraped, ...Object.values(more)];
  return [...new Set(all.flatMap(({ warnings }) => warnings))];
}
