import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { metricKinds } from '../../src/metric/index.ts';

const FOLDER = 'docs/metrics';

const Example = z.object({
  metrics: z.record(z.string(), z.looseObject({ kind: z.string() })).default({}),
  services: z
    .record(
      z.string(),
      z.object({
        targets: z.record(
          z.string(),
          z.object({ watch: z.object({ sources: z.array(z.looseObject({ from: z.string() })) }).optional() }),
        ),
      }),
    )
    .default({}),
});

/** What of the examples of a page the sources themselves would not take. */
function refused(page: string): { readonly problems: string[]; readonly looked: number } {
  const problems: string[] = [];
  let looked = 0;
  for (const [, text] of page.matchAll(/```yaml\n(.*?)```/gs)) {
    const read = Example.safeParse(parse(text ?? ''));
    if (!read.success) continue;
    const { metrics, services } = read.data;
    const check = (kind: string, which: 'Settings' | 'Query', value: unknown) => {
      looked += 1;
      const found = metricKinds.find(({ id }) => id === kind);
      const issues = found?.[which].safeParse(value).error?.issues ?? [];
      if (found === undefined) problems.push(`there is no kind ${kind}`);
      for (const { path, message } of issues) problems.push(`${kind} ${which} ${path.join('.')}: ${message}`);
    };
    for (const { kind, ...settings } of Object.values(metrics)) check(kind, 'Settings', settings);
    for (const { targets } of Object.values(services)) {
      for (const { watch } of Object.values(targets)) {
        for (const { from, ...query } of watch?.sources ?? []) {
          const kind = from === 'platform' ? 'platform' : metrics[from]?.kind;
          // A page may leave out what another one shows.
          if (kind !== undefined) check(kind, 'Query', query);
        }
      }
    }
  }
  return { problems, looked };
}

describe.each(readdirSync(FOLDER))('%s', (file) => {
  test('shows nothing that the source would refuse', () => {
    const { problems, looked } = refused(readFileSync(join(FOLDER, file), 'utf8'));
    expect(problems).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });
});

test('an example with a mistake in it is found', () => {
  const page = '```yaml\nmetrics: { prom: { kind: prometheus, adress: "x" } }\n```';
  expect(refused(page).problems.length).toBeGreaterThan(0);
});
