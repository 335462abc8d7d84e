import type { Series, Told } from './client.ts';
import { PART, type Questions } from './questions.ts';

/** Everything that was answered for one moment. */
export type Frame = {
  readonly requests: readonly Series[];
  readonly errors: readonly Series[];
  readonly scraped: readonly Series[];
  /** By what it is about; left out: nothing was answered. */
  readonly more: Readonly<Record<string, readonly Series[]>>;
};

type Answers = { readonly counted: Told; readonly used: Readonly<Record<string, Told>> };

/** Asks everything side by side. @throws whatever `ask` does */
export async function askAll(
  { counted, used }: Questions,
  ask: (query: string) => Promise<Told>,
): Promise<Answers> {
  const [all, uses] = await Promise.all([
    ask(counted),
    Promise.all(Object.entries(used).map(async ([name, text]) => [name, await ask(text)] as const)),
  ]);
  return { counted: all, used: Object.fromEntries(uses) };
}

/** What was answered for one moment of several. */
export function frameAt({ counted, used }: Answers, atMs: number): Frame {
  const { requests = [], errors = [], scraped = [], ...others } = partsOf(counted.at.get(atMs) ?? []);
  const uses = Object.entries(used).map(([name, told]) => [name, told.at.get(atMs) ?? []] as const);
  return { requests, errors, scraped, more: { ...others, ...Object.fromEntries(uses) } };
}

function partsOf(series: readonly Series[]): Readonly<Record<string, readonly Series[]>> {
  const parts = new Map<string, Series[]>();
  for (const each of series) {
    const part = each.labels[PART] ?? '';
    const there = parts.get(part) ?? [];
    there.push(each);
    parts.set(part, there);
  }
  return Object.fromEntries(parts);
}

/** Whatever the server says against its own answers, such as that they are only a part. */
export function warningsOf({ counted, used }: Answers): readonly string[] {
  return [...new Set([counted, ...Object.values(used)].flatMap(({ warnings }) => warnings))];
}
