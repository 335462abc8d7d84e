import { isMatch, readSelector } from '../../../src/metric/selector.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = { readonly atMs: number; readonly value: number | null };
type Kept = { readonly labels: Labels; readonly samples: Sample[] };

/** For so long a number is shown after it was scraped, unless it was seen to be gone. */
const LOOKBACK_MS = 300_000;

/** What one question found: labels and a number each. */
export type Found = readonly { readonly labels: Labels; readonly value: number }[];

/** The series of a Prometheus, as scrapes wrote them. */
export class SeriesBook {
  readonly #kept = new Map<string, Kept>();

  /** What one target showed. What it showed before and does not show now is seen to be gone. */
  scrape(
    atMs: number,
    target: Labels,
    shown: readonly { readonly labels: Labels; readonly value: number }[],
  ): void {
    const seen = new Set<string>();
    for (const { labels, value } of shown) {
      const all = { ...labels, ...target };
      const key = JSON.stringify(Object.entries(all).toSorted());
      seen.add(key);
      const kept = this.#kept.get(key) ?? { labels: all, samples: [] };
      kept.samples.push({ atMs, value });
      this.#kept.set(key, kept);
    }
    for (const [key, { labels, samples }] of this.#kept) {
      const isOfTarget = Object.entries(target).every(([name, value]) => labels[name] === value);
      if (isOfTarget && !seen.has(key)) samples.push({ atMs, value: null });
    }
  }

  /** Several questions in one, or one alone. Null: not one of those that it understands. */
  ask(question: string, atMs: number): Found | null {
    if (!question.startsWith('label_replace(')) return this.#askOne(question, atMs);
    const parts = [...question.matchAll(/label_replace\((.*?), "(\w+)", "([^"]*)", "", ""\)(?: or |$)/gs)];
    const found = parts.map(([, inside = '', label = '', name = '']) =>
      this.#askOne(inside, atMs)?.map(({ labels, value }) => ({
        labels: { ...labels, [label]: name },
        value,
      })),
    );
    return found.some((each) => each === undefined) ? null : found.flatMap((each) => each ?? []);
  }

  #askOne(question: string, atMs: number): Found | null {
    const [, how, by = '', inside = ''] = /^(sum|max) by \(([^)]*)\) \((.*)\)$/s.exec(question) ?? [];
    const [, timed] = /^timestamp\((.*)\)$/s.exec(inside) ?? [];
    const selector = readSelector(timed ?? inside);
    if (how === undefined || selector === null) return null;
    const matchers = [{ label: '__name__', how: '=' as const, value: selector.metric }, ...selector.matchers];
    const found = [...this.#kept.values()]
      .filter(({ labels }) => isMatch(matchers, labels))
      .flatMap(({ labels, samples }) => {
        const sample = samples.findLast((each) => each.atMs <= atMs);
        if (sample === undefined || sample.value === null || atMs - sample.atMs > LOOKBACK_MS) return [];
        return [{ labels, value: timed === undefined ? sample.value : sample.atMs / 1_000 }];
      });
    return together(found, by.split(','), how);
  }
}

function together(found: Found, by: readonly string[], how: string): Found {
  const groups = new Map<string, { labels: Labels; value: number }>();
  for (const { labels, value } of found) {
    const own = Object.fromEntries(
      by.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
    );
    const key = JSON.stringify(own);
    const before = groups.get(key);
    const both =
      before === undefined ? value : how === 'max' ? Math.max(before.value, value) : before.value + value;
    groups.set(key, { labels: own, value: both });
  }
  return [...groups.values()];
}
